"""The page, read back: cells and the records behind them by their IRIs, and everything around."""

from __future__ import annotations

import hashlib
import re
import shlex
from html.parser import HTMLParser

from mlkg.export.origin import Origin
from mlkg.verification.reading import DRAWING, QR, Fact, Key, Reading, ReadingError, numbered

_VOID = {
    *("area", "base", "br", "col", "embed", "hr", "img"),
    *("input", "link", "meta", "source", "track", "wbr"),
}
_END = re.compile(r"</[A-Za-z][A-Za-z0-9]*\s*>")
_TOLD = {f"mlkg:{name}" for name in Origin._fields}


def origin(content: bytes) -> Origin | None:
    """Return what the elements `meta` say of the origin, None without them."""
    head, _, _ = content.partition(b"<style")
    page = _Page(view=False)
    page.feed(head.decode("utf-8", "replace"))
    return _origin(page.told)


def read(content: bytes, *, view: bool = False) -> Reading:
    """Return what the page says; raise ReadingError when it is no page of mlkg's."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadingError(f"it is no UTF-8 text: {error.reason}") from error
    page = _Page(view)
    page.feed(text)
    page.close()
    if not page.cells:
        raise ReadingError("it has no cells that say what they are of")
    cells = {key: tuple(facts) for key, facts in page.cells.items()}
    rest = {place: tuple(values) for place, values in page.rest.items()}
    return Reading(_origin(page.told), cells, rest)


class _Page(HTMLParser):
    """Takes every tag, attribute and text to the cell that it is of, or to the rest."""

    def __init__(self, view: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.view = view
        self.told: dict[str, str] = {}
        self.cells: dict[Key, list[Fact]] = {}
        self.rest: dict[str, list[str]] = {}
        self._open: list[str] = []
        self._owner: tuple[int, Key, str] | None = None
        self._cell_text: int | None = None
        self._code: int | None = None
        self._row = 0
        self._columns: list[str] = []
        self._in_rows: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        depth = len(self._open)
        classes = (given.get("class") or "").split()
        name = given.get("name") or ""
        if tag == "meta" and name in _TOLD and [key for key, _ in attrs] == ["name", "content"]:
            if name in self.told:
                raise ReadingError(f"it tells {name} twice")
            self.told[name] = given["content"] or ""
            return
        if "qr-figure" in classes and self._code is None:
            self._code = depth
        if self._owner is None:
            self._own(tag, given, depth)
        elif "cell-text" in classes:
            self._cell_text = depth
        if tag not in _VOID:
            self._open.append(tag)
        self._mark(" ".join((self.get_starttag_text() or tag).split()))
        for key, value in attrs:
            if key in {"href", "src", "action", "data-source", "data-evidence", "data-claim"}:
                self._say(f"{key} {value}", "links")

    def _own(self, tag: str, given: dict[str, str | None], depth: int) -> None:
        """See whether a cell begins, or a row or a heading of a view's table."""
        if given.get("id") == "rows":
            self._in_rows = depth
        if self.view and self._in_rows is not None and tag in {"tr", "td"}:
            if tag == "tr":
                self._row += 1
                self._columns = [] if self._row == 1 else self._columns
                self._place = 0
                return
            names = numbered(self._columns)
            column = names[self._place] if self._place < len(names) else str(self._place + 1)
            self._place += 1
            key = (f"row {self._row - 1}", column)
            self._owner = (depth, key, tag)
            self.cells.setdefault(key, []).append(("text", given.get("data-value") or ""))
            return
        option, criterion = given.get("data-option"), given.get("data-criterion")
        if option is not None and criterion is not None:
            self._owner = (depth, (option, criterion), tag)
            facts = self.cells.setdefault((option, criterion), [])
            facts.append(("state", given.get("data-state") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or tag not in self._open:
            self._mark(f"</{tag}> of nothing")
            return
        while self._open:
            last = self._open.pop()
            depth = len(self._open)
            self._mark(f"</{last}>" if last == tag else f"</{last}> left open")
            if self._cell_text is not None and depth <= self._cell_text:
                self._cell_text = None
            if self._owner is not None and depth <= self._owner[0]:
                self._owner = None
            if self._code is not None and depth <= self._code:
                self._code = None
            if self._in_rows is not None and depth <= self._in_rows:
                self._in_rows = None
            if last == tag:
                return

    def parse_endtag(self, i: int) -> int:
        """Mark an end tag that a browser takes for something else, such as `</ p>`."""
        end = super().parse_endtag(i)
        if end > i and not _END.fullmatch(self.rawdata, i, end):
            self._mark(self.rawdata[i:end])
        return end

    def handle_data(self, data: str) -> None:
        tag = self._open[-1] if self._open else ""
        if tag in {"script", "style"}:
            digest = hashlib.sha256(data.encode()).hexdigest()
            self.rest.setdefault(tag, []).append(f"{len(data)} characters, SHA-256 {digest}")
            return
        text = " ".join(data.split())
        if not text:
            return
        if self.view and self._in_rows is not None and tag == "th":
            self._columns.append(text)
        self._mark("·")
        self._say(text, "text")

    def handle_comment(self, data: str) -> None:
        self._mark(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._mark(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self._mark(f"<?{data}>")

    def unknown_decl(self, data: str) -> None:
        self._mark(f"<![{data}]>")

    def _say(self, text: str, place: str) -> None:
        if self._owner is None:
            self.rest.setdefault(place, []).append(text)
            return
        _, key, tag = self._owner
        if self._cell_text is not None:
            what = "text"
        elif tag == "td":
            what = DRAWING
        else:
            what = "evidence"
        self.cells[key].append((what, text))

    def _mark(self, token: str) -> None:
        if self._code is not None:
            self.rest.setdefault(QR, []).append(token)
        elif self._owner is not None:
            self.cells[self._owner[1]].append((DRAWING, token))
        else:
            self.rest.setdefault(DRAWING, []).append(token)


def _origin(told: dict[str, str]) -> Origin | None:
    digest = told.get("mlkg:digest")
    if digest is None:
        return None
    try:
        words = shlex.split(told.get("mlkg:arguments", ""))
    except ValueError as error:
        raise ReadingError(f"the arguments that it names cannot be read: {error}") from error
    named = (told.get(f"mlkg:{name}") for name in ("study", "repository", "revision"))
    study, repository, revision = named
    return Origin(study, digest.removeprefix("sha256:"), repository, revision, tuple(words))

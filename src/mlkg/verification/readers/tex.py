r"""LaTeX, read back: the rows between the marks of the table, the evidence, every other line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlkg.export.origin import Origin, from_comment
from mlkg.verification.reading import DRAWING, Fact, Key, Reading, ReadingError, numbered

_BEGIN, _END = "% mlkg:begin table", "% mlkg:end table"
_CELL = re.compile(r"& \\mlkgcell\{([\w-]*)\}(.*)")
_ITEM = re.compile(r"\\item\[\{(.*) \\texttimes\{\} (.*)\}\] (.*)")
_ORIGIN = re.compile(r"% mlkg:origin \{.*\}\Z")


def origin(content: bytes) -> Origin | None:
    """Return what the first comment of its kind says of the origin, None without one."""
    lines = content.decode("utf-8", "replace").splitlines()
    told = [line for line in lines if _ORIGIN.match(line.rstrip())]
    return from_comment(told[0]) if told else None


def read(content: bytes, *, view: bool = False) -> Reading:
    """Return what the file says, its texts as LaTeX; raise ReadingError when it has no table."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadingError(f"it is no UTF-8 text: {error.reason}") from error
    lines = [line.rstrip() for line in text.split("\n")]
    if lines.count(_BEGIN) != 1 or lines.count(_END) != 1:
        raise ReadingError(f"it has no table between {_BEGIN!r} and {_END!r}, or several")
    start, end = lines.index(_BEGIN), lines.index(_END)
    table = _Table(lines[start + 1 : end])
    rest = {"rows": tuple(table.down), "columns": tuple(table.across)}
    rest[DRAWING] = tuple(table.others)
    others = [line for line in (*lines[:start], *lines[end + 1 :]) if not _ORIGIN.match(line)]
    rest["origins"] = ("origin",) * sum(bool(_ORIGIN.match(line)) for line in lines)
    evidence = dict(_evidence(others))
    cells: dict[Key, tuple[Fact, ...]] = {}
    for key, facts in table.cells.items():
        said = evidence.pop((_plain(key[0]), _plain(key[1])), ())
        cells[key] = (*facts, *(("evidence", line) for line in said))
    rest["evidence of no cell"] = tuple(line for said in evidence.values() for line in said)
    kept = set(range(len(others))) - set(_places(others))
    rest["text"] = tuple(others[place] for place in sorted(kept) if others[place])
    return Reading(origin(content), cells, rest)


class _Table:
    """The lines of the table, which may be several tables one below the other."""

    def __init__(self, lines: list[str]) -> None:
        self.cells: dict[Key, tuple[Fact, ...]] = {}
        self.down: list[str] = []
        self.across: list[str] = []
        self.others: list[str] = []
        blocks: list[list[str]] = []
        for line in lines:
            if line.startswith("\\begin{longtable}"):
                blocks.append([])
            (blocks[-1] if blocks else self.others).append(line)
        for block in blocks:
            self._read(block)

    def _read(self, lines: list[str]) -> None:
        heads = [line for line in lines if "\\mlkghead{" in line]
        corner, across = "".join(heads[:1]), [_argument(line) for line in heads[1:]]
        first = len(self.across)
        self.across += across
        names = numbered(self.across)[first:]
        down: list[str] = []
        rows: list[list[tuple[Fact, ...]]] = []
        for line in lines:
            bare = line.strip()
            if bare.startswith("\\mlkgrow{"):
                down.append(_argument(bare))
                rows.append([])
            elif rows and (bare == "&" or bare.startswith("& ")):
                rows[-1].append(_facts(bare))
            elif "\\mlkghead{" not in line or line is heads[0]:
                self.others.append(line)
        for label, row in zip(numbered(down), rows, strict=True):
            for place, facts in enumerate(row):
                other = names[place] if place < len(names) else f"column {first + place + 2}"
                key = (other, label) if "{Criterion}" in corner else (label, other)
                self.cells[key] = (*self.cells.get(key, ()), *facts)
        self.down += down


def _facts(line: str) -> tuple[Fact, ...]:
    found = _CELL.fullmatch(line)
    if found is None:
        return (("text", line.removeprefix("&").strip()),)
    text, rest = _group(found[2])
    return (("text", text), ("state", found[1]), ("sources", rest))


def _argument(line: str) -> str:
    """Return the first argument of the first command in a line."""
    return _group(line[line.index("{") :])[0]


def _group(text: str) -> tuple[str, str]:
    """Return what the braces enclose that open first in `text`, and what follows them."""
    depth, place = 0, 0
    while place < len(text):
        if text[place] == "\\":
            place += 2
            continue
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return text[1:place], text[place + 1 :]
        place += 1
    raise ReadingError("a brace of its table is not closed")


def _plain(latex: str) -> str:
    """Return a label without what only breaks lines."""
    return re.sub(r"\\hspace\{0pt\}|\\-|\\allowbreak(?:\{\})?|\\discretionary\{[^}]*\}", "", latex)


def _evidence(lines: list[str]) -> Iterator[tuple[Key, list[str]]]:
    said: dict[Key, list[str]] = {}
    current: list[str] | None = None
    for line in lines:
        if found := _ITEM.fullmatch(line.strip()):
            current = said.setdefault((_plain(found[1]), _plain(found[2])), [])
            current.append(found[3])
        elif current is not None and line.startswith("  "):
            current.append(line.strip())
        else:
            current = None
    yield from said.items()


def _places(lines: list[str]) -> Iterator[int]:
    """Yield the places of the lines that `_evidence` takes."""
    inside = False
    for place, line in enumerate(lines):
        inside = bool(_ITEM.fullmatch(line.strip())) or (inside and line.startswith("  "))
        if inside:
            yield place

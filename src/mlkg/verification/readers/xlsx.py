"""A workbook, read back: values, comments, links, colours and what is hidden on every sheet."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

from mlkg.export.numbers import text_of
from mlkg.export.origin import Origin
from mlkg.verification.reading import QR, Fact, Key, Reading, ReadingError, grid, listed
from mlkg.verification.xml import refuse_types

PARTS, UNPACKED = 2_000, 512 * 2**20
"""How many files a workbook may pack, and their bytes; what mlkg writes has far less."""

_AS_IT_IS = {"General", "@"}
"""The number formats that show a text as it is."""

_DRAWN = re.compile(rb"<(?:\w+:)?(pic|sp|graphicFrame|cxnSp|grpSp|contentPart)\b")
_OBJECT = re.compile(rb"""<(?:\w+:)?ClientData\s+ObjectType=["'](\w+)""")


def origin(content: bytes) -> Origin | None:
    """Return what the sheet Study says of the origin, without reading the other sheets."""
    book = _book(content, one_pass=True)
    try:
        with _opened():
            return _origin(book)
    finally:
        book.close()


def read(content: bytes, *, view: bool = False) -> Reading:
    """Return what the workbook says; raise ReadingError when it is none, or unpacks too large."""
    book = _book(content)
    wanted = "Rows" if view else "Table"
    if wanted not in book.sheetnames:
        raise ReadingError(f"it has no sheet {wanted}")
    sheet = book[wanted]
    texts = [[_shown(cell) for cell in row] for row in sheet.iter_rows()]
    named, rest = listed(texts) if view else grid(texts)
    cells: dict[Key, list[Fact]] = {key: list(facts) for key, facts in named.items()}
    body = [cell for row in sheet.iter_rows(min_row=2, min_col=1 if view else 2) for cell in row]
    for key, cell in zip(named, body, strict=True):
        cells[key] += _facts(cell)
    rest["title"] = (book.properties.title or "",)
    rest["sheets"] = tuple(f"{name}: {book[name].sheet_state}" for name in book.sheetnames)
    ours = {cell.coordinate for cell in body}
    for each in book.worksheets:
        rest[f"hidden on {each.title}"] = tuple(_hidden(each))
        rest[f"beside the texts of {each.title}"] = tuple(
            _beside(each, ours if each is sheet else set())
        )
        if each is not sheet:
            rest[f"sheet {each.title}"] = tuple(_rows(each, cells))
    rest["properties"] = tuple(sorted(f"{p.name}: {p.value}" for p in book.custom_doc_props.props))
    rest["files in the workbook"] = tuple(_odd_parts(content))
    rest["shapes"], rest[QR] = _pictures(content)
    return Reading(_origin(book), {key: tuple(facts) for key, facts in cells.items()}, rest)


def _book(content: bytes, *, one_pass: bool = False) -> Any:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
                raise ReadingError("it unpacks to more than a workbook of mlkg's can be")
            for part in parts:
                if part.filename.endswith((".xml", ".rels", ".vml")):
                    with packed.open(part) as file:
                        refuse_types(file.read())
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise ReadingError(f"it is no workbook: {error}") from error
    import openpyxl

    with _opened(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl does not know is no harm here
        return openpyxl.load_workbook(io.BytesIO(content), read_only=one_pass)


@contextlib.contextmanager
def _opened() -> Iterator[None]:
    """Raise ReadingError for whatever openpyxl raises; in one pass it parses while it is read."""
    try:
        yield
    except Exception as error:
        raise ReadingError(f"it is no workbook: {error}") from error


def _text(cell: Any) -> str:
    return "" if cell.value is None else str(cell.value)


def _shown(cell: Any) -> str:
    """Return the text of a cell of the table, which may be a number or a date."""
    if cell.data_type in {"n", "d"} and isinstance(cell.value, int | float | datetime.datetime):
        return text_of(cell.value, cell.number_format)
    return _text(cell)


def _facts(cell: Any) -> Iterator[Fact]:
    """Yield what a cell of the table says beside its text."""
    if cell.data_type not in {"s", "inlineStr"} and cell.value is not None:
        yield "kind of value", str(cell.data_type)
    yield "state", f"{cell.number_format} {_colour(cell.fill.fgColor)} {_colour(cell.font.color)}"
    if cell.comment is not None:
        yield from (("evidence", line) for line in cell.comment.text.split("\n"))
    if cell.hyperlink is not None:
        yield "link", _target(cell)


def _colour(colour: Any) -> str:
    value = getattr(colour, "rgb", None)
    return value[-6:].upper() if isinstance(value, str) else "none"


def _rows(sheet: Any, cells: dict[Key, list[Fact]]) -> Iterator[str]:
    """Give rows that name an option and a criterion to their cell; yield the others as text."""
    header: list[str] = []
    for row in sheet.iter_rows():
        texts = [_linked(cell) for cell in row]
        if not header:
            header = [_text(cell) for cell in row]
        key = (_text(row[0]), _text(row[1])) if header[:2] == ["Option", "Criterion"] else None
        if key in cells:
            kind = sheet.title.lower().removesuffix("s")
            said = zip(header[2:], texts[2:], strict=False)
            cells[key] += [(kind, f"{name}: {text}") for name, text in said if text]
        else:
            yield " | ".join(texts).rstrip(" |")


def _linked(cell: Any) -> str:
    text = _text(cell)
    target = _target(cell) if cell.hyperlink is not None else None
    formula = " (formula)" if cell.data_type == "f" else ""
    return f"{text}{formula}" if target in {None, text} else f"{text}{formula} <{target}>"


def _target(cell: Any) -> str:
    """Return where the link of a cell leads, in the workbook or out of it."""
    return str(cell.hyperlink.target or f"#{cell.hyperlink.location}")


def _beside(sheet: Any, ours: set[str]) -> Iterator[str]:
    """Yield what a sheet tells readers in other ways than by values; `ours` are cells compared."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.coordinate in ours:
                continue
            if cell.number_format not in _AS_IT_IS:
                yield f"{cell.coordinate} shown as {cell.number_format}"
            if cell.comment is not None:
                yield f"comment on {cell.coordinate}: {cell.comment.text}"
            if cell.hyperlink is not None:
                yield f"link of {cell.coordinate}: {_target(cell)}"
    for page in ("odd", "even", "first"):
        for end in ("Header", "Footer"):
            parts = getattr(sheet, f"{page}{end}")
            said = (parts.left.text, parts.center.text, parts.right.text)
            yield from (f"{page}{end} {text}" for text in said if text)
    yield from (f"validation of {found.sqref}" for found in sheet.data_validations.dataValidation)


def _hidden(sheet: Any) -> Iterator[str]:
    """Yield what a sheet does not show, or shows over other things."""
    for kind, found in (("row", sheet.row_dimensions), ("column", sheet.column_dimensions)):
        for name, dimension in sorted(found.items(), key=str):
            size = dimension.width if kind == "column" else dimension.height
            if dimension.hidden or (size is not None and size < 1):
                yield f"{kind} {name}"
    yield from (f"merged {found}" for found in sorted(map(str, sheet.merged_cells.ranges)))
    yield from (f"format by condition {f.sqref}" for f in sheet.conditional_formatting)


def _odd_parts(content: bytes) -> Iterator[str]:
    """Yield programs, pictures and links to other files, which are no part of any cell."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for name in sorted(packed.namelist()):
            if any(word in name for word in ("vba", "external", "embed", "activeX", "macro")):
                yield name


def _pictures(content: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the kinds of what is drawn over the sheets, and the digests of pictures.

    The boxes of comments do not count, which every program draws in its own way.
    """
    kinds: list[str] = []
    pictures: list[str] = []
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for name in sorted(packed.namelist()):
            if name.startswith("xl/media/"):
                pictures.append(hashlib.sha256(packed.read(name)).hexdigest())
            elif name.startswith("xl/drawings/") and name.endswith(".xml"):
                kinds += [found[1].decode() for found in _DRAWN.finditer(packed.read(name))]
            elif name.endswith(".vml"):
                objects = (found[1].decode() for found in _OBJECT.finditer(packed.read(name)))
                kinds += [kind for kind in objects if kind != "Note"]
    return tuple(kinds), tuple(sorted(pictures))


def _origin(book: Any) -> Origin | None:
    """Return what the sheet Study says of the origin."""
    if "Study" not in book.sheetnames:
        return None
    pairs = [
        (_text(row[0]), _text(row[1])) for row in book["Study"].iter_rows(max_col=2) if len(row) > 1
    ]
    told = dict(pairs)
    digest = told.get("Digest", "").removeprefix("sha256:")
    if not digest:
        return None
    return Origin(
        told.get("Study"),
        digest,
        told.get("Repository"),
        told.get("Revision"),
        tuple(text for name, text in pairs if name == "Argument"),
    )

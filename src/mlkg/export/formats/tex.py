r"""The table in LaTeX with booktabs, for pdflatex: a whole document, or the table for `\input`.

Read back: between `% mlkg:begin table` and `% mlkg:end table` each row is `\mlkgrow{HEADING}`,
then a line for each cell, `& \mlkgcell{STATE}{TEXT}{NOTES}` or `&` for one left out. A table of
many columns is several of that kind one after the other, in `longtable`s. TEXT is as
`mlkg.export.latex.latex` writes it, cut at LONGEST characters. The origin is in the first comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from mlkg.export import qr
from mlkg.export.dossier import Dossier, Grid
from mlkg.export.latex import latex, latex_address, latex_breakable
from mlkg.export.links import web_address
from mlkg.export.listing import Listing
from mlkg.export.origin import Origin, as_comment
from mlkg.export.part import LEFT_OUT
from mlkg.export.records import Claim, Evidence, Source, bearing, conditions
from mlkg.states import states
from mlkg.table import Cell, Heading

COLUMNS = 12
"""How many columns one table has at most; what is more goes into a table below."""

LONGEST = 300
"""Characters of a cell that are printed; the list of evidence has the whole text."""

_LINE, _STUB, _GAP = 759.0, 0.13, 3.0
"""Points of a line of A4 across, share of the first column, points beside each column."""

_PACKAGES = r"""\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{lmodern,textcomp,amssymb,pifont,graphicx}
\usepackage{array,booktabs,longtable,ragged2e}
\usepackage[table]{xcolor}
\usepackage{pgf}
\usepackage{hyperref}
"""

_COMMANDS = r"""\providecommand{\mlkghead}[1]{\hyphenpenalty5000\textbf{#1}}
\providecommand{\mlkgrow}[1]{#1}
\providecommand{\mlkgcell}[3]{\cellcolor{mlkg#1}#2~{\scriptsize\csname mlkgmark#1\endcsname}#3}
\providecommand{\mlkgnote}[1]{\textsuperscript{\hyperlink{mlkg-source-#1}{#1}}}
\providecommand{\mlkgsource}[2]{\item[\hypertarget{mlkg-source-#1}{#1}]#2}
\providecommand{\mlkgcode}[1]{{\fboxsep1pt\fbox{\tiny U+#1}}\hspace{0pt}}
\providecommand{\mlkghalf}{\mbox{\reflectbox{\ding{119}}\scalebox{.5}[1]{\ensuremath{\supset}}}}
"""


SETTINGS = ("document",)
HOLDS_QR = True


def study(dossier: Dossier) -> bytes:
    r"""Return a document with table, sources and evidence, or else what to `\input` into one."""
    table = dossier.table
    above = f"{latex(dossier.description or '')}\n\n"
    body = [above, _table(dossier), *_evidence(dossier)]
    if not dossier.settings.document:
        body = [_table(dossier)]
    return _written(dossier.origin, table.title, body, document=dossier.settings.document)


def view(listing: Listing) -> bytes:
    r"""Return the rows of a view as a document, or else what to `\input` into one.

    Each row is as in the table, its first value the heading, and no value has a state. A view of
    many columns is several tables too.
    """
    body = ["% mlkg:begin table\n", *_rows(listing), "% mlkg:end table\n", *_origin(listing.origin)]
    title = listing.summary
    return _written(listing.origin, title, body, document=listing.settings.document)


def _written(origin: Origin, title: str, body: Iterable[str], *, document: bool) -> bytes:
    comment = f"% {as_comment(origin)}\n"
    if not document:
        return "".join([comment, _needed(), _COMMANDS, *_states(), *body]).encode()
    plain = re.sub(r"[^A-Za-z0-9 .,:()-]", "", title)
    parts = [
        comment,
        "\\documentclass[10pt,a4paper,landscape]{article}\n",
        "\\usepackage[margin=15mm]{geometry}\n",
        _PACKAGES,
        f"\\hypersetup{{hidelinks,pdftitle={{{plain}}}}}\n",
        "\\setlength{\\parindent}{0pt}\n\\setlength{\\emergencystretch}{3em}\n",
        _COMMANDS,
        *_states(),
        f"\\begin{{document}}\n\\raggedright\n\\section*{{{latex(title, _LINE, 14)}}}\n",
        *body,
        "\\end{document}\n",
    ]
    return "".join(parts).encode()


def _states() -> Iterator[str]:
    """Yield the colour and the mark of each state; an expanded name may hold a hyphen."""
    for key, state in states().items():
        yield f"\\providecolor{{mlkg{key}}}{{HTML}}{{{state.fill.lstrip('#').upper()}}}\n"
        name = f"\\csname mlkgmark{key}\\endcsname"
        yield f"\\expandafter\\providecommand{name}{{{latex(state.symbol)}}}\n"


def _rows(listing: Listing) -> Iterator[str]:
    """Yield the rows of a view: a table, or several below each other that begin alike."""
    texts = listing.texts()
    for start in range(1, max(len(listing.header), 2), COLUMNS):
        chosen = [0, *range(start, min(start + COLUMNS, len(listing.header)))]
        header = [listing.header[column] for column in chosen]
        yield from _some_columns(header, ([row[column] for column in chosen] for row in texts))


def _some_columns(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield one table of texts, its columns alike in width."""
    share = 0.999 / len(header)  # a little less, for it is rounded
    room = share * _LINE - 2 * _GAP - 4
    first, *others = (latex(name, room * 0.9) for name in header)
    yield from _opening(_alike(len(header), share))
    yield f"\\mlkghead{{{first}}}\n"
    yield "".join(f"  & \\mlkghead{{{name}}}\n" for name in others) + "  \\\\\n"
    yield _BELOW_HEADINGS
    for row in rows:
        heading, *values = (latex(text, room) for text in row)
        yield f"\\mlkgrow{{{heading}}}\n"
        yield "".join(f"  & {value}\n" for value in values) + "  \\\\\n"
    yield _CLOSING


def _table(dossier: Dossier) -> str:
    """Return the table, its origin and its sources, which need `_COMMANDS` before them."""
    numbers = _numbers(dossier)
    grid = dossier.grid()
    parts = ["% mlkg:begin table\n"]
    for start in range(0, max(len(grid.across), 1), COLUMNS):
        parts += _block(dossier, grid, start, numbers)
    parts.append("% mlkg:end table\n")
    parts += _legend(dossier.table.totals())
    parts += _origin(dossier.origin)
    if dossier.qr:
        parts.append(f"\n{qr.picture(dossier.qr, 'tex').decode()}\\par\n")
    parts += _sources(numbers)
    return "".join(parts)


def _needed() -> str:
    return "% In the preamble of the document:\n" + "".join(
        f"%   {line}\n" for line in _PACKAGES.splitlines()
    )


def _numbers(dossier: Dossier) -> dict[Source, int]:
    """Return the number of each source, in the order in which the table comes to it."""
    cells = (cell for row in dossier.grid().rows for cell in row)
    cited = (piece.source for cell in cells for piece in _pieces(dossier, cell))
    found = dict.fromkeys(source for source in cited if source is not None)
    return {source: number for number, source in enumerate(found, start=1)}


def _pieces(dossier: Dossier, cell: Cell) -> Iterator[Evidence]:
    for claim in _claims(dossier, cell):
        yield from claim.evidence


def _claims(dossier: Dossier, cell: Cell) -> list[Claim]:
    return [dossier.claims[iri] for iri in cell.claims if iri in dossier.claims]


def _block(
    dossier: Dossier, grid: Grid, start: int, numbers: Mapping[Source, int]
) -> Iterator[str]:
    """Yield a table of the columns from `start` on."""
    across = grid.across[start : start + COLUMNS]
    share = min((0.999 - _STUB) / max(len(across), 1), 0.2)  # it is rounded
    room, stub = share * _LINE - 2 * _GAP - 4, _STUB * _LINE - 2 * _GAP - 4
    yield from _opening(_columns(len(across), share))
    yield _headings(grid.corner, across, room)
    yield _BELOW_HEADINGS
    for down, cells in zip(grid.down, grid.rows, strict=True):
        yield f"\\mlkgrow{{{latex(down.label, stub)}}}\n"
        for cell in cells[start : start + COLUMNS]:
            yield f"  {_cell(dossier, cell, room, numbers)}\n"
        yield "  \\\\\n"
    yield _CLOSING


_BELOW_HEADINGS = "\\midrule\n\\endhead\n\\bottomrule\n\\endfoot\n"
_CLOSING = "\\end{longtable}\n\\endgroup\n"


def _opening(columns: str) -> Iterator[str]:
    yield "\\begingroup\\footnotesize\\setlength{\\tabcolsep}{3pt}\n"
    yield "\\renewcommand{\\arraystretch}{1.2}\n"
    yield f"\\begin{{longtable}}[l]{{{columns}}}\n\\toprule\n"


def _columns(count: int, share: float) -> str:
    """Return the preamble of a longtable: a first column, and others that are alike."""
    return _alike(1, _STUB) + (_alike(count, share) if count else "")


def _alike(count: int, share: float) -> str:
    """Return columns that are each a share of the line, less the space beside a column."""
    ragged = ">{\\RaggedRight\\hspace{0pt}\\arraybackslash}"
    one = f"{ragged}p{{\\dimexpr{share:.4f}\\linewidth-2\\tabcolsep}}"
    return one if count == 1 else f"*{{{count}}}{{{one}}}"


def _headings(corner: str, across: Sequence[Heading], room: float) -> str:
    heads = "".join(f"  & \\mlkghead{{{latex(h.label, room * 0.9)}}}\n" for h in across)
    return f"\\mlkghead{{{corner}}}\n{heads}  \\\\\n"


def _cell(dossier: Dossier, cell: Cell, room: float, numbers: Mapping[Source, int]) -> str:
    if cell is LEFT_OUT:
        return "&"
    text = cell.text if len(cell.text) <= LONGEST else cell.text[: LONGEST - 1] + "…"
    cited = {numbers[piece.source] for piece in _pieces(dossier, cell) if piece.source}
    notes = "\\textsuperscript{,}".join(f"\\mlkgnote{{{number}}}" for number in sorted(cited))
    return f"& \\mlkgcell{{{cell.state}}}{{{latex(text, room)}}}{{{notes}}}"


def _legend(totals: Mapping[str, int]) -> Iterator[str]:
    told = (
        f"\\colorbox{{mlkg{key}}}{{{latex(states()[key].symbol)}}}~{states()[key].label} {count}"
        for key, count in totals.items()
    )
    yield "\n{\\footnotesize\\raggedright " + "\\quad\n".join(told) + "\\par}\n"


def _origin(origin: Origin) -> Iterator[str]:
    told = []
    for name, text in origin.facts():
        address = web_address(text)
        shown = latex_breakable(text)
        linked = shown if address is None else f"\\href{{{latex_address(address)}}}{{{shown}}}"
        told.append(f"{name}: {linked}")
    yield "\n{\\scriptsize\\raggedright " + ".\n".join(told) + ".\\par}\n"


def _sources(numbers: Mapping[Source, int]) -> Iterator[str]:
    if not numbers:
        return
    yield "\n\\subsection*{Sources}\n"
    yield "{\\footnotesize\\raggedright\\begin{description}\n"
    for source, number in numbers.items():
        address = web_address(source.url)
        title = latex(source.title, _LINE) if source.title else latex_breakable(source.url)
        linked = title if address is None else f"\\href{{{latex_address(address)}}}{{{title}}}"
        told = ", ".join([linked, *(latex(t) for t in (source.publisher, source.kind) if t)])
        yield f"\\mlkgsource{{{number}}}{{{told}}}\n"
    yield "\\end{description}}\n"


def _evidence(dossier: Dossier) -> Iterator[str]:
    """Yield what stands behind each cell that has evidence or a reason."""
    numbers = _numbers(dossier)
    grid = dossier.grid()
    written: list[str] = []
    for down, cells in zip(grid.down, grid.rows, strict=True):
        for across, cell in zip(grid.across, cells, strict=True):
            said = [line for claim in _claims(dossier, cell) for line in _said(claim, numbers)]
            if said:
                option, criterion = (across, down) if dossier.transposed else (down, across)
                name = f"{latex(option.label, 400)} \\texttimes{{}} {latex(criterion.label, 400)}"
                written.append(f"\\item[{{{name}}}] {latex(cell.text, 400)}, {cell.state}.\n")
                written += [f"  {line}\n" for line in said]
    if written:
        yield "\\subsection*{Evidence}\n{\\footnotesize\\raggedright\\begin{description}\n"
        yield from written
        yield "\\end{description}}\n"


def _said(claim: Claim, numbers: Mapping[Source, int]) -> Iterator[str]:
    for reason in claim.rationale:
        yield f"\\par Rationale: {latex(reason, 400)}"
    for piece in claim.evidence:
        said = [latex(bearing(piece), 400)]
        said += [latex(finding, 400) for finding in piece.findings]
        if piece.quote is not None:
            said.append(f"\\textquotedblleft{{}}{latex(piece.quote, 400)}\\textquotedblright{{}}")
        said += [latex(condition, 400) for condition in conditions(piece)]
        note = f"source \\mlkgnote{{{numbers[piece.source]}}}" if piece.source else "no source"
        said += [note, *(latex(told, 400) for told in (piece.retrieved, *piece.by) if told)]
        yield "\\par " + " \\textperiodcentered{} ".join(said)

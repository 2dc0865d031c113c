"""What formats show of states: symbols, colours and order are those of the ontology."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from samples import VALUED

import mlkg
from mlkg import export
from mlkg.errors import UnknownNameError
from mlkg.export.latex import latex
from mlkg.export.part import Part
from mlkg.states import State, states

NewStudy = Callable[..., Path]
SOURCE = Path(mlkg.__file__).parent
SHOWING = sorted(
    path.relative_to(SOURCE).as_posix()
    for folder in ("export", "explain", "verification")
    for path in (SOURCE / folder).rglob("*")
    if path.suffix in {".py", ".css", ".html", ".js"}
)
TOTALS = {
    **{"supported": 6, "weak": 1, "by-absence": 1, "unsupported": 6, "disputed": 3},
    **{"reconciled": 1, "suspect": 2, "open": 3, "not-applicable": 2, "not-assessed": 1},
    "missing": 1,
}


@pytest.fixture(scope="module")
def valued(tmp_path_factory: pytest.TempPathFactory) -> mlkg.Study:
    """The study that has every state."""
    from samples import PREFIXES

    folder = tmp_path_factory.mktemp("valued")
    (folder / "data").mkdir()
    (folder / "data" / "all.ttl").write_text(PREFIXES + VALUED, "utf-8")
    return mlkg.load(folder)


def colours() -> set[str]:
    """Return the colours of all states in the ontology, as six digits."""
    own = (state for state in states().values() if state.key != "missing")
    found = {c for s in own for c in (s.ink, s.fill, s.dark_ink, s.dark_fill)}
    return {colour.lstrip("#").lower() for colour in found}


@pytest.mark.parametrize("module", SHOWING)
def test_no_module_has_a_colour_of_a_state(module: str) -> None:
    """The ontology alone says which colour a state has."""
    text = (SOURCE / module).read_text("utf-8").lower()
    assert colours() & set(re.findall(r"\b[0-9a-f]{6}\b", text)) == set()


def test_the_study_has_every_state(valued: mlkg.Study) -> None:
    """What the tests below look at is there, in the order of the ontology."""
    totals = valued.table().totals()
    assert totals == TOTALS
    assert list(totals) == list(states())


def test_json(valued: mlkg.Study) -> None:
    """Totals are in order, cells have state and support, and the schema lists every state."""
    document = json.loads(export.export(valued, "json"))
    assert list(document["totals"]) == list(states())
    cells = {cell["anchor"]: cell for row in document["rows"] for cell in row}
    found = {
        anchor: (cells[anchor]["state"], cells[anchor]["support"])
        for anchor in ("pie.recipe", "soup.vegan", "stew.vegan", "stew.cheap", "pie.crust")
    }
    assert found == {
        "pie.recipe": ("weak", "weak"),
        "soup.vegan": ("by-absence", "by-absence"),
        "stew.vegan": ("not-applicable", None),
        "stew.cheap": ("missing", None),
        "pie.crust": ("disputed", "supported"),
    }
    schema = export.json_schema()
    assert schema["properties"]["totals"]["propertyNames"]["enum"] == list(states())
    assert schema["$defs"]["cell"]["properties"]["state"]["enum"] == [*states(), ""]


def test_page(valued: mlkg.Study) -> None:
    """The page has a custom property for each colour, a class for each state, and a legend."""
    text = export.export(valued, "html").decode()
    for state in states().values():
        assert f"--{state.key}: light-dark({state.ink}, {state.dark_ink});" in text
        assert f"--{state.key}-fill: light-dark({state.fill}, {state.dark_fill});" in text
        own = f".{state.key} {{ --state: var(--{state.key}); --fill: var(--{state.key}-fill) }}"
        assert own in text
    legend = text.split('aria-label="States of cells"')[1].split("</ul>")[0]
    said = re.findall(
        r'<span class="mark (\S+)" aria-hidden="true">(.*?)</span> (.*?) <b>(\d+)</b>', legend
    )
    assert said == [(s.key, s.symbol, s.label, str(TOTALS[s.key])) for s in states().values()]


def test_picture(valued: mlkg.Study) -> None:
    """The picture has the colours of both schemes, and a legend of labels in order."""
    text = export.export(valued, "svg").decode()
    light, dark = text.split("(prefers-color-scheme:dark)")
    for state in states().values():
        assert f".{state.key} rect{{fill:{state.fill}}}.{state.key}{{color:{state.ink};" in light
        assert f".{state.key} rect{{fill:{state.dark_fill}}}" in dark
        assert f".{state.key}{{color:{state.dark_ink};fill:{state.dark_ink}}}" in dark
    said = re.findall(r'<text class="faint"[^>]*>([a-z ]+) (\d+)</text>', text)
    assert said == [(state.label, str(TOTALS[state.key])) for state in states().values()]


def test_latex(valued: mlkg.Study) -> None:
    """Every state has a colour, and a mark that is its symbol in LaTeX, no code of a character."""
    text = export.export(valued, "tex").decode()
    for state in states().values():
        assert f"\\providecolor{{mlkg{state.key}}}{{HTML}}{{{state.fill[1:].upper()}}}" in text
        mark = latex(state.symbol)
        assert "mlkgcode" not in mark
        name = f"\\csname mlkgmark{state.key}\\endcsname"
        assert f"\\expandafter\\providecommand{name}{{{mark}}}" in text
    legend = text.split("% mlkg:end table")[1].split("\\par")[0]
    assert re.findall(r"~([a-z ]+) \d+", legend) == [state.label for state in states().values()]


@pytest.mark.parametrize("state", states().values(), ids=states())
def test_workbook(state: State, valued: mlkg.Study) -> None:
    """Each cell has the colours of its state, and its symbol in the number format."""
    book = openpyxl.load_workbook(io.BytesIO(export.export(valued, "xlsx")))
    table = valued.table()
    found = {
        (cell.fill.fgColor.rgb, cell.font.color.rgb, cell.number_format.rstrip('"')[-2:])
        for row, cells in zip(book["Table"]["B2:J4"], table.rows, strict=True)
        for cell, told in zip(row, cells, strict=True)
        if told.state == state.key
    }
    fill, ink = state.fill[1:].upper(), state.ink[1:].upper()
    assert found == {(f"FF{fill}", f"FF{ink}", f" {state.symbol}")}


@pytest.mark.parametrize("key", states())
def test_a_part_by_any_state(key: str, valued: mlkg.Study) -> None:
    """`--state` takes the key of every state."""
    document = json.loads(export.export(valued, "json", Part(states=(key,))))
    assert document["totals"] == {key: TOTALS[key]}


def test_an_unknown_state(valued: mlkg.Study) -> None:
    """Anything else is refused, with the keys that there are."""
    with pytest.raises(UnknownNameError, match="by-absence"):
        export.export(valued, "md", Part(states=("by absence",)))

"""The picture: well-formed, sealed off, readable back, and the same colours in both schemes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from samples import HOSTILE, SMALL, TANGLED, VALUED

import mlkg
from mlkg import export
from mlkg.export.dossier import dossier
from mlkg.export.formats import svg
from mlkg.export.origin import from_comment
from mlkg.export.part import LEFT_OUT, Part
from mlkg.export.settings import Settings
from mlkg.export.typesetting import lines, shortened, width
from mlkg.export.xml import valid_xml
from mlkg.states import State, states

NewStudy = Callable[..., Path]
SVG = "{http://www.w3.org/2000/svg}"


def drawn(study: mlkg.Study, part: Part = Part(), settings: Settings = Settings()) -> Element:  # noqa: B008 - frozen records
    """Return the picture as XML."""
    return ElementTree.fromstring(export.export(study, "svg", part, settings))  # noqa: S314


@pytest.mark.parametrize(
    "sample", [SMALL, TANGLED, VALUED, HOSTILE], ids=["small", "tangled", "valued", "hostile"]
)
@pytest.mark.parametrize("part", [Part(), Part(transpose=True), Part(states=("supported",))])
def test_cells_come_back(new_study: NewStudy, sample: str, part: Part) -> None:
    """Every cell is there once, with its IRIs, its state and its whole text."""
    study = mlkg.load(new_study({"all.ttl": sample}))
    table = dossier(study, part).table
    expected = {
        (option.iri, criterion.iri, cell.state, valid_xml(cell.text))
        for option, row in zip(table.options, table.rows, strict=True)
        for criterion, cell in zip(table.criteria, row, strict=True)
        if cell is not LEFT_OUT
    }
    names = ("data-option", "data-criterion", "data-state", "data-text")
    cells = [g for g in drawn(study, part).iter(f"{SVG}g") if "cell" in g.get("class", "")]
    assert expected == {tuple(g.get(name) for name in names) for g in cells}
    assert len(expected) == len(cells)


def test_what_is_cut_is_whole_in_its_title(new_study: NewStudy) -> None:
    """A text that does not fit ends in … and stands in full in the title of its cell."""
    study = mlkg.load(new_study({"all.ttl": SMALL.replace("at noon", "word " * 40)}))
    (cell,) = (g for g in drawn(study).iter(f"{SVG}g") if "word" in g.get("data-text", ""))
    title = cell.find(f"{SVG}title")
    assert title is not None
    assert f"Soup × Cheap: ◐ ({'word ' * 40}) (unsupported)" == title.text
    shown = [text.text or "" for text in cell.iter(f"{SVG}text")]
    assert (len(shown), shown[-1].endswith("…")) == (3, True)


@pytest.mark.parametrize("sample", [TANGLED, HOSTILE], ids=["tangled", "hostile"])
def test_sealed_off(new_study: NewStudy, sample: str) -> None:
    """There is no script, no link, nothing to fetch, and no attribute that acts."""
    root = drawn(mlkg.load(new_study({"all.ttl": sample})))
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    plain = {"svg", "title", "desc", "metadata", "style", "rect", "g", "text", "path", "circle"}
    assert tags <= plain
    names = {name for element in root.iter() for name in element.keys()}  # noqa: SIM118
    assert {name for name in names if name.startswith("on") or "href" in name} == set()
    (style,) = root.iter(f"{SVG}style")
    assert not re.search(r"url\(|@import|@font-face", style.text or "")


def test_accessible(new_study: NewStudy) -> None:
    """The picture is one image, with a title and a description in words."""
    root = drawn(mlkg.load(new_study({"all.ttl": SMALL})))
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "title desc")
    assert [e.text for e in root.iter(f"{SVG}title") if e.get("id") == "title"] == ["Lunch"]
    told = "2 options × 2 criteria: 1 supported, 2 unsupported, 1 open."
    assert [told] == [e.text for e in root.iter(f"{SVG}desc")]


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb` (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("state", states().values(), ids=states())
def test_contrast(state: State) -> None:
    """Text stands out from its cell 4.5 times at least, in light and in dark (WCAG 2.2, 1.4.3)."""
    for one, other in ((state.fill, state.ink), (state.dark_fill, state.dark_ink)):
        bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
        assert (bright + 0.05) / (dim + 0.05) >= 4.5


def test_origin(new_study: NewStudy) -> None:
    """The origin stands in the metadata, and for people at the foot."""
    study = mlkg.load(new_study({"all.ttl": SMALL}))
    part = Part(options=("soup",))
    settings = Settings(repository="https://git.example.org/lunch?a=<b>&c=--")
    root = drawn(study, part, settings)
    (metadata,) = root.iter(f"{SVG}metadata")
    origin = dossier(study, part, settings).origin
    assert origin == from_comment(metadata.text or "")
    shown = " ".join(text.text or "" for text in root.iter(f"{SVG}text"))
    assert f"Digest sha256:{origin.digest}" in shown
    assert f"Repository {origin.repository}" in shown


def test_widths(study: mlkg.Study) -> None:
    """The study of this repository fits the width of a README, both ways round."""
    for part in (Part(), Part(transpose=True)):
        assert int(drawn(study, part).get("width", "0")) <= svg.PAGE


def test_lines() -> None:
    """Lines end between words, long words are divided, and what is too much ends in …"""
    assert lines("one  two\nthree", 40, 10, 3) == ["one two", "three"]
    assert lines("Interoperability", 40, 10, 3) == ["Interope", "rability"]
    assert lines("one two three four", 40, 10, 2) == ["one two", "three…"]
    assert lines(" ", 40, 10, 2) == []
    for most in (1, 2, 3):
        for limit in (25, 30, 60):
            for text in ("word " * 20, "x" * 100, "中" * 30, "a"):
                found = lines(text, limit, 10, most)
                assert len(found) <= most
                assert all(width(line, 10) <= limit for line in found)
    assert shortened("one two", 100, 10) == "one two"

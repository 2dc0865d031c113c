"""Markdown with footnotes, read by GitHub's own parser."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import given
from hypothesis import strategies as st
from samples import HOSTILE, SMALL, TANGLED, VALUED, Run

import mlkg
from mlkg import export
from mlkg.export.dossier import dossier
from mlkg.export.formats import md
from mlkg.export.origin import from_comment
from mlkg.export.part import Part
from mlkg.export.settings import Settings
from mlkg.markdown import escape, escape_paragraph, link, unescape

NewStudy = Callable[..., Path]


class Elements(HTMLParser):
    """The elements of a page, and the text of each cell of its tables without footnote marks."""

    def __init__(self) -> None:
        """Begin outside any cell."""
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.rows: list[list[str]] = []
        self.text = ""
        self._cell = self._mark = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a row, a cell or a mark."""
        self.tags.add(tag)
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
            self._cell = True
        if tag == "sup":
            self._mark = True

    def handle_endtag(self, tag: str) -> None:
        """End a cell or a mark."""
        self._cell = self._cell and tag not in {"td", "th"}
        self._mark = self._mark and tag != "sup"

    def handle_data(self, data: str) -> None:
        """Add to the cell."""
        self.text += data
        if self._cell and not self._mark:
            self.rows[-1][-1] += data


def rendered(markdown: str) -> Elements:
    """Return what GitHub's parser makes of `markdown`, raw HTML included."""
    unsafe = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
    page = Elements()
    page.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, unsafe))
    page.close()
    return page


def flat(text: str) -> str:
    """Return `text` as a table shows it: one line, no control characters."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())


@pytest.mark.parametrize(
    "sample", [SMALL, TANGLED, VALUED, HOSTILE], ids=["small", "tangled", "valued", "hostile"]
)
@pytest.mark.parametrize("part", [Part(), Part(transpose=True)], ids=["plain", "transposed"])
def test_cells_come_back(new_study: NewStudy, sample: str, part: Part) -> None:
    """A reader sees every heading and every cell as the table has them, and no markup of theirs."""
    study = mlkg.load(new_study({"all.ttl": sample}))
    page = rendered(export.export(study, "md", part).decode())
    grid = dossier(study, part).grid()
    assert [list(map(flat, row)) for row in grid.texts()] == page.rows
    allowed = {"h1", "p", "table", "thead", "tbody", "tr", "th", "td", "sup", "a", "section"}
    assert page.tags <= allowed | {"ol", "ul", "li", "strong", "code"}


def test_footnotes_hold_the_evidence(new_study: NewStudy) -> None:
    """A cell with evidence has one footnote, named by its anchor, that says what and from where."""
    study = mlkg.load(new_study({"all.ttl": SMALL}))
    text = export.export(study, "md").decode()
    assert "| Soup | ✔[^soup.warm] | ◐ (at noon) |\n" in text
    note = (
        "[^soup.warm]: **Soup × Warm:** ✔, supported\n\n    - supports ✔ · The menu says so. · "
        "[https\\://example.org/menu](<https://example.org/menu>), vendor page\n"
    )
    assert note in text
    assert text.count("\n[^") == 1


def test_one_footnote_a_cell(study: mlkg.Study) -> None:
    """The real study has a definition for each mark, and a mark for each cell with evidence."""
    text = export.export(study, "md").decode()
    found = dossier(study)
    behind = [
        found.anchors[option.iri, criterion.iri]
        for option, row in zip(found.table.options, found.table.rows, strict=True)
        for criterion, cell in zip(found.table.criteria, row, strict=True)
        if found.evidence(cell)
    ]
    assert behind == re.findall(r"^\[\^(.*?)\]:", text, re.MULTILINE)
    assert behind == re.findall(r"\[\^([^\]]*)\](?!:)", text)
    page = rendered(text)
    assert len(behind) == sum(target.startswith("#fnref") for target in page.links)


def test_only_web_addresses_are_links(new_study: NewStudy) -> None:
    """An address of another scheme is text, and what a URL cannot hold is percent-encoded."""
    study = mlkg.load(new_study({"all.ttl": HOSTILE}))
    page = rendered(export.export(study, "md").decode())
    targets = {target for target in page.links if not target.startswith("#")}
    assert {
        "https://example.org/study",
        "https://example.org/far/" + "far/" * 699,
        "https://example.org/a%20b%3Cc%3E%22d%7Ce)f%5Cg%7Bh%7D%zz#i&lt;j%0Ak",
    } == targets


def test_without_footnotes(new_study: NewStudy, run: Run) -> None:
    """The evidence can be left out, in a file and in a region; other formats have none."""
    folder = new_study({"all.ttl": SMALL})
    study = mlkg.load(folder)
    settings = Settings(footnotes=False)
    bare = md.fragment(dossier(study, settings=settings))
    assert bare == (
        "| Option | Warm | Cheap |\n| --- | --- | --- |\n"
        "| Soup | ✔ | ◐ (at noon) |\n| Pie | ✘ | ? |\n"
    )
    assert export.fragment(study, "md", settings=settings).startswith(bare)
    assert bare in run("-C", folder, "export", "--no-footnotes").stdout
    refused = run("-C", folder, "export", "--no-footnotes", "-f", "csv")
    assert (
        refused.returncode,
        refused.stderr,
    ) == (2, "mlkg: csv has no footnotes to leave out; use md\n")


def test_origin(new_study: NewStudy) -> None:
    """A reader sees study, repository and digest; a program finds all in a comment."""
    study = mlkg.load(new_study({"all.ttl": HOSTILE}))
    settings = Settings(repository="https://git.example/a--b?c=1&d=<e>")
    part = Part(options=("https://example.org/plus",), transpose=True)
    found = dossier(study, part, settings).origin
    text = export.export(study, "md", part, settings).decode()
    assert found == from_comment(text)
    shown = rendered(text).text
    for told in (found.study, found.digest, found.repository):
        assert told is not None
        assert told in shown
    assert text.split("mlkg:origin")[1].count("-->") == 1


def test_view(new_study: NewStudy) -> None:
    """A view is a table with its summary above and its origin below."""
    study = mlkg.load(new_study({"all.ttl": SMALL}))
    text = export.export_view(study, "sources", "md").decode()
    assert text.startswith("Every source with its kind and publisher")
    assert rendered(text).rows[0] == [
        "url",
        "kind",
        "publisher",
        "title",
        "evidence",
        "claims",
        "source",
    ]
    origin = from_comment(text)
    assert origin is not None
    assert origin.arguments == ("--view", "sources")


@given(st.text(max_size=40))
def test_any_text_comes_back(text: str) -> None:
    """Escaped text reads as itself, in a cell, in a paragraph, in a link; and `unescape` undoes."""
    shown = flat(text)
    assert shown == unescape(escape(text))
    told = " ".join(shown.replace("\ufffd", " ").split())
    page = rendered(f"| {escape(text)} |\n| --- |\n| x{escape(text)}[^a] |\n\n[^a]: note\n")
    assert {"table", "thead", "tbody", "tr", "th", "td", "sup", "a"} >= page.tags - {
        "section",
        "ol",
        "li",
        "p",
    }
    assert [told, " ".join(f"x{told}".split())] == [
        " ".join(row[0].replace("\ufffd", " ").split()) for row in page.rows
    ]
    if shown:
        paragraph = rendered(f"{escape_paragraph(text)}\n")
        assert {"p"} == paragraph.tags
        linked = rendered(link(text, "https://example.org/?a=1&copy;"))
        assert linked.links == ["https://example.org/?a=1&copy;"]


@pytest.mark.parametrize("text", ["@name", "a@b.example", "#123", ":smile:", "www.a.example"])
def test_no_reference(text: str) -> None:
    """Nothing in the rendered text is a mention, a number of an issue, a face or an address."""
    page = rendered(f"see {escape(text)}\n")
    assert ({"p"}, f"see {text}") == (page.tags, page.text.strip())
    assert text not in escape(text)

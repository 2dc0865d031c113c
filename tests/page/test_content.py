"""What programs read from the page, and that the same study always gives the same one."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from page_texts import HOSTILE
from samples import SMALL, TANGLED, Run

import mlkg
from mlkg.export import export, export_view
from mlkg.export.dossier import dossier
from mlkg.export.part import WHOLE, Part
from mlkg.export.settings import Settings

REPOSITORY = "https://gitlab.example.org/studies/ml-deployment"
Attributes = dict[str, str | None]


class Reader(HTMLParser):
    """Every element with its attributes, and the text of those of one class."""

    def __init__(self, content: bytes) -> None:
        """Read all of a page."""
        super().__init__()
        self.elements: list[tuple[str, Attributes]] = []
        self.cells: list[tuple[Attributes, list[str]]] = []
        self._inside = ""
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element."""
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        if tag == "td" and "data-state" in attributes:
            self.cells.append((attributes, []))
        if "cell-text" in (attributes.get("class") or "").split():
            self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        """Leave the text of a cell."""
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        """Note the text of a cell."""
        if self._inside:
            self.cells[-1][1].append(data)

    def meta(self) -> dict[str, str]:
        """Return the content of each meta element by name."""
        return {
            str(a["name"]): str(a["content"])
            for t, a in self.elements
            if t == "meta" and "name" in a
        }


def policy_of(page: Reader) -> list[str]:
    """Return the directives of the page's Content-Security-Policy."""
    (policy,) = [
        str(attributes["content"])
        for _, attributes in page.elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    return policy.split("; ")


@pytest.mark.parametrize("transpose", [False, True])
@pytest.mark.parametrize(
    "text", ["", SMALL, TANGLED, HOSTILE], ids=["real", "small", "tangled", "hostile"]
)
def test_cells_can_be_read_back(
    study: mlkg.Study, new_study: Callable[..., Path], text: str, transpose: bool
) -> None:
    """Option, criterion, state and text of every cell stand in the table as in the dossier."""
    if text:
        study = mlkg.load(new_study({"all.ttl": text}))
    read = {
        (a["data-option"], a["data-criterion"]): (a["data-state"], "".join(said))
        for a, said in Reader(export(study, "html", Part(transpose=transpose))).cells
    }
    table = study.table()
    assert {
        (option.iri, criterion.iri): (cell.state, cell.text)
        for option, row in zip(table.options, table.rows, strict=True)
        for criterion, cell in zip(table.criteria, row, strict=True)
    } == read


def test_the_page_says_where_it_comes_from(study: mlkg.Study) -> None:
    """The origin stands in meta elements, the words of the command line quoted for a shell."""
    part = Part(options=("mlflow",), states=("open",), transpose=True)
    settings = Settings(repository=REPOSITORY)
    origin = dossier(study, part, settings).origin
    meta = Reader(export(study, "html", part, settings)).meta()
    assert meta["mlkg:study"] == origin.study
    assert meta["mlkg:digest"] == origin.digest
    assert meta["mlkg:repository"] == REPOSITORY
    assert meta.get("mlkg:revision") == origin.revision
    assert tuple(shlex.split(meta["mlkg:arguments"])) == origin.arguments
    assert "--transpose" in origin.arguments


def test_every_cell_has_its_record(study: mlkg.Study) -> None:
    """The link in a cell leads to the record of its option and criterion; no id stands twice."""
    elements = Reader(export(study, "html")).elements
    records = {
        f"#{a['id']}": (a["data-option"], a["data-criterion"])
        for tag, a in elements
        if tag == "article"
    }
    cells = [
        (link["href"], (cell["data-option"], cell["data-criterion"]))
        for (tag, cell), (_, link) in pairwise(elements)
        if tag == "td" and "data-state" in cell
    ]
    assert len(cells) == 100
    assert dict(cells) == records
    ids = [a["id"] for _, a in elements if "id" in a]
    assert sorted(set(map(str, ids))) == sorted(map(str, ids))
    targets = {f"#{name}" for name in ids}
    assert {
        a["href"] for t, a in elements if t == "a" and str(a["href"]).startswith("#")
    } <= targets


@pytest.mark.parametrize("text", ["", HOSTILE], ids=["real", "hostile"])
def test_the_policy_names_style_and_script(
    study: mlkg.Study, new_study: Callable[..., Path], text: str
) -> None:
    """Nothing else may run or load: one style, one script, both by hash, no attribute that acts."""
    if text:
        study = mlkg.load(new_study({"all.ttl": text}))
    content = export(study, "html", WHOLE, Settings(repository=REPOSITORY)).decode()
    elements = Reader(content.encode()).elements
    policy = policy_of(Reader(content.encode()))
    for tag in ("style", "script"):
        (inside,) = re.findall(f"<{tag}>(.*?)</{tag}>", content, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert {
        "default-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
    } <= set(policy)
    assert "unsafe" not in "; ".join(policy)
    acting = {name for _, a in elements for name in a if name.startswith("on") or name == "style"}
    assert acting == set()
    loading = {(t, name) for t, a in elements for name in a if name in {"src", "srcset", "data"}}
    assert loading == set()


def test_a_repository_that_is_no_web_address(new_study: Callable[..., Path]) -> None:
    """It is shown as text, and there is no QR code."""
    content = export(mlkg.load(new_study({"all.ttl": HOSTILE})), "html").decode()
    assert '<bdi class="no-link">data:text/html,hacked</bdi>' in content
    assert 'class="qr"' not in content


def test_a_qr_code_that_leads_nowhere(
    run: Run, tmp_path: Path, new_study: Callable[..., Path]
) -> None:
    """Asked for where the study names no repository, it is an error, and nothing is written."""
    folder = new_study({"all.ttl": SMALL})
    done = run("-C", folder, "export", "--qr", "-o", tmp_path / "x.html")
    assert done.returncode == 2
    assert "mlkg:repository" in done.stderr
    assert not (tmp_path / "x.html").exists()
    assert run("-C", folder, "export", "-o", tmp_path / "x.html").returncode == 0


def test_the_same_study_gives_the_same_bytes(
    root: Path, study: mlkg.Study, new_study: Callable[..., Path]
) -> None:
    """In another process, with other hash seeds, and with the data in other files."""
    expected = export(study, "html")
    for seed in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-m", "mlkg", "export", "--format", "html"],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            timeout=60,
        )
        assert done.stdout == expected
    files = {path.name: path.read_bytes() for path in (root / "data").glob("*.ttl")}
    joined = mlkg.load(new_study({"all.ttl": b"\n".join(map(files.__getitem__, sorted(files)))}))
    unversioned = Settings(revision=False)
    assert export(joined, "html", WHOLE, unversioned) == export(study, "html", WHOLE, unversioned)


def test_a_study_without_claims(new_study: Callable[..., Path]) -> None:
    """One option, one criterion and nothing else still make a page."""
    bare = """
      ex:o a mlkg:Option ; rdfs:label "Only"@en . ex:c a mlkg:Criterion ; rdfs:label "Alone"@en ."""
    content = export(mlkg.load(new_study({"all.ttl": bare})), "html")
    reader = Reader(content)
    assert [a["data-state"] for a, _ in reader.cells] == ["missing"]
    assert set(reader.meta()) >= {"mlkg:digest", "mlkg:arguments"}
    assert "mlkg:study" not in reader.meta()
    for said in ("Untitled study", "The study names no source.", "1 option × 1 criterion"):
        assert said in content.decode()


def test_a_view_is_a_page_of_its_rows(study: mlkg.Study) -> None:
    """Values in full are beside what is shown; IRIs are links, and no script is allowed."""
    content = export_view(study, "sources", "html", settings=Settings(repository=REPOSITORY))
    reader = Reader(content)
    cells = [a for tag, a in reader.elements if tag == "td"]
    rows = list(study.select("sources"))
    assert len(cells) == 7 * len(rows)
    assert [a["data-value"] for a in cells[:7]] == [
        "" if term is None else term.value for term in rows[0]
    ]
    assert reader.meta()["mlkg:arguments"] == f"--view sources --repository {REPOSITORY}"
    assert "script-src 'none'" in policy_of(reader)
    assert [a for tag, a in reader.elements if tag == "script"] == []

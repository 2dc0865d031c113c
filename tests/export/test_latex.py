"""LaTeX: what comes back from it, and that pdflatex takes it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from samples import HOSTILE, SMALL, TANGLED, VALUED

import mlkg
from mlkg import export
from mlkg.export.dossier import dossier
from mlkg.export.formats import tex
from mlkg.export.latex import latex, latex_address
from mlkg.export.origin import from_comment
from mlkg.export.part import Part
from mlkg.export.settings import Settings

NewStudy = Callable[..., Path]
PDFLATEX = shutil.which("pdflatex")
compiling = pytest.mark.skipif(PDFLATEX is None, reason="pdflatex is not installed")


def compiled(folder: Path, content: bytes) -> str:
    """Return pdflatex's report on a document, run twice; its own error stops the test."""
    (folder / "study.tex").write_bytes(content)
    for _ in range(2):
        done = subprocess.run(
            [str(PDFLATEX), "-interaction=nonstopmode", "-halt-on-error", "study.tex"],
            cwd=folder,
            capture_output=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]
    return (folder / "study.log").read_text("utf-8", errors="replace")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a  b\n\tc", "a b c"),
        ("\\ { } $ & # % _ ^ ~", r"\textbackslash{} \{ \} \$ \& \# \% \_ \textasciicircum{} "
         r"\textasciitilde{}"),
        ("<a|b> \"c\" `d` [e]", r"\textless{}a\textbar{}b\textgreater{} \textquotedbl{}c"
         r"\textquotedbl{} \textasciigrave{}d\textasciigrave{} {[}e{]}"),
        ("a---b ,, ''", r"a-{}-{}-b ,{}, '{}'"),
        ("✔ ✘ ◐ – é ß ﬁ", r"\ding{52} \ding{56} \mlkghalf{} \textendash{} é ß fi"),
        ("😀中\u0001", r"\mlkgcode{1F600}\mlkgcode{4E2D}\mlkgcode{0001}"),
    ],
)  # fmt: skip
def test_escaping(text: str, expected: str) -> None:
    """Every sign of LaTeX's own is escaped, known symbols are commands, others their codes."""
    assert expected == latex(text)


def test_long_words_may_break() -> None:
    """A word that is wider than its column may break; others do not."""
    assert latex("Interoperability") != r"Inter\-opera\-bility"
    assert latex("Interoperability", 200) == "Interoperability"
    assert r"\-" in latex("Interoperability", 40)


def test_addresses() -> None:
    """An address has no sign left that TeX reads as its own."""
    assert (
        latex_address("https://a.example/?x=1&y=%20#z_") == r"https://a.example/?x=1\&y=\%20\#z\_"
    )


def test_cells_come_back(new_study: NewStudy) -> None:
    """Rows and cells stand on lines of their own, with state, text and sources."""
    study = mlkg.load(new_study({"all.ttl": SMALL}))
    text = export.export(study, "tex").decode()
    table = text.split("% mlkg:begin table\n")[1].split("% mlkg:end table\n")[0]
    rows = table.split("\\endfoot\n")[1].split("\\end{longtable}")[0]
    assert rows == (
        "\\mlkgrow{Soup}\n"
        "  & \\mlkgcell{supported}{\\ding{52}}{\\mlkgnote{1}}\n"
        "  & \\mlkgcell{unsupported}{\\mlkghalf{} (at noon)}{}\n"
        "  \\\\\n"
        "\\mlkgrow{Pie}\n"
        "  & \\mlkgcell{unsupported}{\\ding{56}}{}\n"
        "  & \\mlkgcell{open}{?}{}\n"
        "  \\\\\n"
    )
    link = r"\href{https://example.org/menu}"
    assert f"\\mlkgsource{{1}}{{{link}" in text


def test_many_columns_are_several_tables(
    new_study: NewStudy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Columns beyond what a page holds go into a table below, with the headings down again."""
    monkeypatch.setattr(tex, "COLUMNS", 1)
    text = export.export(mlkg.load(new_study({"all.ttl": SMALL})), "tex").decode()
    assert re.findall(r"\\mlkgrow\{(.*?)\}\n", text) == ["Soup", "Pie", "Soup", "Pie"]
    assert re.findall(r"\\mlkghead\{(.*?)\}\n", text) == ["Option", "Warm", "Option", "Cheap"]


def test_origin(new_study: NewStudy) -> None:
    """The origin is a comment and a line under the table."""
    study = mlkg.load(new_study({"all.ttl": HOSTILE}))
    settings = Settings(repository="https://git.example.org/a_b?c=%20&d#e", document=False)
    part = Part(transpose=True)
    origin = dossier(study, part, settings).origin
    text = export.export(study, "tex", part, settings).decode()
    assert origin == from_comment(text)
    assert text.startswith("% mlkg:origin {")
    assert r"\href{https://git.example.org/a\_b?c=\%20\&d\#e}" in text
    assert origin.digest in text.split("% mlkg:end table")[1].replace(r"\allowbreak{}", "")
    assert "\\documentclass" not in text


@compiling
@pytest.mark.parametrize(
    "sample", [SMALL, TANGLED, VALUED, HOSTILE], ids=["small", "tangled", "valued", "hostile"]
)
def test_it_compiles(new_study: NewStudy, tmp_path: Path, sample: str) -> None:
    """pdflatex makes a page of it, with nothing beyond the margins."""
    log = compiled(tmp_path, export.export(mlkg.load(new_study({"all.ttl": sample})), "tex"))
    assert re.findall(r"Overfull .*|LaTeX Warning.*", log) == []


@compiling
@pytest.mark.parametrize(
    "sample", [SMALL, TANGLED, VALUED, HOSTILE], ids=["small", "tangled", "valued", "hostile"]
)
@pytest.mark.parametrize("view", ["evidence", "unsupported"])
def test_a_view_compiles(new_study: NewStudy, tmp_path: Path, sample: str, view: str) -> None:
    """The rows of a view are a document too."""
    written = export.export_view(mlkg.load(new_study({"all.ttl": sample})), view, "tex")
    assert "Overfull" not in compiled(tmp_path, written)


@compiling
def test_a_title_of_any_characters(new_study: NewStudy, tmp_path: Path) -> None:
    """Title and description may hold what the fonts lack, and marks that are drawn."""
    text = 'ex:study dcterms:title "Odd 🚀 ◐" ; dcterms:description "中 ◐" .\n'
    sample = SMALL.replace('dcterms:title "Lunch"@en ; ', "") + text
    log = compiled(tmp_path, export.export(mlkg.load(new_study({"all.ttl": sample})), "tex"))
    assert re.findall(r"Overfull .*|LaTeX Warning.*", log) == []


@compiling
def test_the_real_study_compiles(study: mlkg.Study, tmp_path: Path) -> None:
    """The study of this repository compiles both ways round, with a QR code."""
    for part in (Part(), Part(transpose=True)):
        settings = Settings(repository="https://git.example.org/study", qr=True)
        log = compiled(tmp_path, export.export(study, "tex", part, settings))
        assert re.findall(r"Overfull .*|LaTeX Warning.*", log) == []


@compiling
def test_it_goes_into_a_document(new_study: NewStudy, tmp_path: Path) -> None:
    """The table alone is input into a document that has the packages which its comment names."""
    study = mlkg.load(new_study({"all.ttl": TANGLED}))
    table = export.export(study, "tex", settings=Settings(document=False)).decode()
    (tmp_path / "table.tex").write_text(table, "utf-8")
    packages = "\n".join(re.findall(r"^%   (.*)$", table, re.MULTILINE))
    document = f"\\documentclass{{article}}\n{packages}\n\\begin{{document}}\n\\input{{table}}\n"
    assert "Overfull" not in compiled(tmp_path, f"{document}\\end{{document}}\n".encode())

"""Marked regions of documents: found, kept in step, and nothing else touched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from samples import SMALL, Run

from mlkg.errors import OutputError
from mlkg.export.regions import Region, fenced, regions, replaced

NewStudy = Callable[..., Path]

DOCUMENT = """\
# Lunch  \n
Before.\t
<!-- mlkg:begin table -->
old
<!-- mlkg:end -->
- a list
  <!-- mlkg:begin unsupported --format csv -->
  <!-- mlkg:end -->
```md
<!-- mlkg:begin table -->
```
After, without a line feed"""


def test_regions_are_found() -> None:
    """A region is what stands between two marks; marks in fenced code are text."""
    found = regions(DOCUMENT, "README.md")
    assert [(region.line, region.words, region.indent) for region in found] == [
        (4, ("table",), ""),
        (8, ("unsupported", "--format", "csv"), "  "),
    ]
    assert [DOCUMENT[region.start : region.end] for region in found] == ["old\n", ""]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_nothing_else_is_touched(line_end: str) -> None:
    """Only the regions change, in the line ends of the document and the indent of their marks."""
    document = DOCUMENT.replace("\n", line_end)
    one, two = regions(document, "README.md")
    expected = DOCUMENT.replace("old\n", "new\n\nline\n")
    expected = expected.replace("csv -->\n", "csv -->\n  a\n\n  b\u2028c\n").replace("\n", line_end)
    assert replaced(document, [(one, "new\n\nline\n"), (two, "a\n\nb\u2028c\n")]) == expected


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("text\n", "d.md: has no region; mark one by two lines, "),
        ("<!-- mlkg:begin table -->\n", "d.md:1: mlkg:begin without <!-- mlkg:end --> after it"),
        ("\n<!-- mlkg:end -->\n", "d.md:2: mlkg:end without a mlkg:begin before it"),
        (
            "<!-- mlkg:begin a -->\n<!-- mlkg:begin b -->\n<!-- mlkg:end -->\n",
            "d.md:2: mlkg:begin again; line 1 has no mlkg:end",
        ),
        ("<!-- mlkg:begin a 'b -->\n<!-- mlkg:end -->", "d.md:1: mlkg:begin: No closing quotation"),
    ],
)
def test_wrong_marks(document: str, message: str) -> None:
    """A mark without its partner is an error that names its line."""
    with pytest.raises(OutputError) as caught:
        regions(document, "d.md")
    assert str(caught.value).startswith(message)


def test_fence_is_longer_than_what_it_holds() -> None:
    """Backticks in the content cannot end the block."""
    assert fenced("a\n````\nb\n", "csv") == "`````csv\na\n````\nb\n`````\n"
    assert regions(
        f"<!-- mlkg:begin t -->\n{fenced('<!-- mlkg:end -->', '')}<!-- mlkg:end -->", "d"
    ) == [Region(1, ("t",), 22, 22 + len("```\n<!-- mlkg:end -->\n```\n"), "")]


@pytest.fixture
def lunch(new_study: NewStudy) -> Path:
    """The small study with a document of two regions."""
    folder = new_study({"all.ttl": SMALL})
    (folder / "README.md").write_text(DOCUMENT, newline="")
    return folder


def test_into_then_check(run: Run, lunch: Path) -> None:
    """A stale region is shown as a diff with status 1, brought up to date, and then in step."""
    stale = run("export", "--into", "README.md", "--check", cwd=lunch)
    assert (stale.returncode, stale.stderr) == (1, "")
    assert "--- README.md\tstale\n+++ README.md\tcurrent\n" in stale.stdout
    assert "\n-old\n" in stale.stdout
    assert (lunch / "README.md").read_text() == DOCUMENT

    done = run("export", "--into", "README.md", cwd=lunch)
    assert (done.returncode, done.stdout) == (0, "README.md: brought up to date\n")
    text = (lunch / "README.md").read_text()
    assert text.startswith(DOCUMENT[: DOCUMENT.index("old")])
    assert text.endswith(DOCUMENT[DOCUMENT.index("```md") :])
    assert "  ```csv\n  option,criterion,verdict" in text

    again = run("export", "--into", "README.md", cwd=lunch)
    assert (again.returncode, again.stdout) == (0, "")
    assert run("export", "--into", "README.md", "--check", cwd=lunch).returncode == 0


def test_a_change_makes_it_stale(run: Run, lunch: Path) -> None:
    """After a verdict changes, the check names the row that it changes."""
    assert run("export", "--into", "README.md", cwd=lunch).returncode == 0
    data = lunch / "data" / "all.ttl"
    data.write_text(data.read_text().replace("mlkg:verdict mlkg:no", "mlkg:verdict mlkg:yes"))
    stale = run("export", "--into", "README.md", "--check", cwd=lunch)
    assert stale.returncode == 1
    assert "-| Pie | ✘ | ? |" in stale.stdout
    assert "+| Pie | ✔ | ? |" in stale.stdout


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        ("", "README.md:1: mlkg:begin: the first word is table, or the name of a view"),
        ("tabel", "README.md:1: mlkg:begin: no view or rule is called tabel; did you mean table?"),
        ("table --collumns", "README.md:1: mlkg:begin: No such option"),
        ("table --option stew", "README.md:1: mlkg:begin: no option is called stew"),
        ("sources --transpose", "README.md:1: mlkg:begin: --option, --criterion, --state and "),
        ("table --format xml", "README.md:1: mlkg:begin: no format is called xml"),
        ("table --qr", "README.md:1: mlkg:begin: md has no place for a QR code; use "),
    ],
)
def test_what_a_mark_cannot_say(run: Run, lunch: Path, mark: str, message: str) -> None:
    """A mark that chooses nothing is an error with its line, and no document is touched."""
    wrong = f"<!-- mlkg:begin {mark} -->\n<!-- mlkg:end -->\n"
    (lunch / "other.md").write_text(DOCUMENT, newline="")
    (lunch / "README.md").write_text(wrong)
    done = run("export", "--into", "other.md", "--into", "README.md", cwd=lunch)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert (lunch / "other.md").read_text() == DOCUMENT


def test_documents_that_cannot_be_read(run: Run, lunch: Path) -> None:
    """No file, no text, and options beside --into are errors."""
    (lunch / "b.md").write_bytes(b"\xff")
    for args, message in [
        (["--into", "none.md"], "none.md: cannot be read: No such file or directory"),
        (["--into", "b.md"], "b.md: is not UTF-8 text: invalid start byte"),
        (["--into", "README.md", "--transpose"], "the marks in the document say what to export"),
        (["--check"], "--check goes with --into FILE"),
    ]:
        done = run("export", *args, cwd=lunch)
        assert (done.returncode, done.stdout) == (2, "")
        assert message in done.stderr

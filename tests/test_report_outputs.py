"""Where `mlkg validate` writes its reports: stdout, files, several at once."""

from __future__ import annotations

import json
from pathlib import Path

import junitparser
import pytest
from samples import PREFIXES, SMALL, Run

from mlkg.validation.reports import FORMATS, format_of


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_from_the_command(run: Run, format: str) -> None:
    """Each format is written to stdout, and two runs write the same."""
    args = ("validate", "--no-baseline", "--format", format, "-s", "disputed-claim")
    first, second = run(*args), run(*args)
    assert first.stdout == second.stdout
    assert "RayServe" in first.stdout
    assert (first.returncode, first.stderr) == (1, "")


def test_several_formats_at_once(run: Run, tmp_path: Path) -> None:
    """Each -o takes the --format before it or its extension; text still goes to stdout."""
    gitlab, sarif, junit = (tmp_path / name for name in ("quality.json", "out.sarif", "out.xml"))
    done = run(
        *("validate", "--no-baseline", "-s", "disputed-claim"),
        *("--format", "gitlab", "-o", gitlab, "-o", sarif, "--format", "junit", "-o", junit),
    )
    assert done.stdout.splitlines()[-1] == "235 records, 1 check, 0 errors, 4 warnings, 0 info"
    assert [v["check_name"] for v in json.loads(gitlab.read_text())] == ["disputed-claim"] * 4
    assert json.loads(sarif.read_text())["version"] == "2.1.0"
    assert len(junitparser.JUnitXml.fromfile(str(junit))) == 1


def test_order_of_options_decides(run: Run, tmp_path: Path) -> None:
    """A format that no -o follows goes to stdout, wherever it stands."""
    sarif = tmp_path / "out"
    base = ("validate", "--no-baseline", "-s", "disputed-claim")
    for args in (
        ("-f", "json", "-f", "sarif", "-o", sarif),
        ("-f", "sarif", "-o", sarif, "-f", "json"),
        ("-f", "sarif", "-o", sarif, "-f", "json", "-o", "-"),
    ):
        done = run(*base, *args)
        assert json.loads(done.stdout)["summary"]["warning"] == 4
        assert "runs" in json.loads(sarif.read_text())


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("-f", "json", "-f", "sarif"), "two formats for stdout"),
        (
            ("-o", "out.pdf"),
            "out.pdf: the extension names no format; use .txt, .json, .sarif, .xml",
        ),
        (("-o", "no/such/out.json"), "no/such/out.json: cannot be written"),
        (("-f", "html"), "'html' is not one of 'text', 'concise', 'json'"),
    ],
)
def test_outputs_that_cannot_be(
    run: Run, tmp_path: Path, args: tuple[str, ...], message: str
) -> None:
    """What cannot be written is said, with exit status 2 and nothing on stdout."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "all.ttl").write_text("<http://e/a> <http://e/b> 1 .", "utf-8")
    done = run("validate", *args, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_format_of_a_file() -> None:
    """The extension tells the format."""
    names = ("a.sarif", "a.JSON", "b/junit.xml", "a.txt")
    assert [format_of(name) for name in names] == ["sarif", "json", "junit", "concise"]


def test_paths_start_at_the_repository_or_here(run: Run, tmp_path: Path) -> None:
    """Programs get paths from the root of the repository, people from where they are."""
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "studies" / "lunch"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "all.ttl").write_text(PREFIXES + SMALL, "utf-8")
    done = run("validate", "-f", "gitlab", cwd=folder)
    assert json.loads(done.stdout)[0]["location"]["path"] == "studies/lunch/data/all.ttl"
    assert run("validate", cwd=folder).stdout.startswith("data/all.ttl:20:16: ")
    above = run("-C", "lunch", "validate", cwd=folder.parent)
    assert above.stdout.startswith("lunch/data/all.ttl:20:16: ")
    beside = run("-C", folder, "validate", cwd=folder / "data")
    assert beside.stdout.startswith("../data/all.ttl:20:16: ")

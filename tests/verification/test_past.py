"""Stale or altered: what git's history tells of a file that is not what the graph says today."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from samples import SMALL, Run

import mlkg
from mlkg import export
from mlkg.export.part import Part
from mlkg.verification import ALTERED, CURRENT, STALE, UNDECIDED, Verification, verify
from mlkg.verification.past import Past
from mlkg.verification.reading import Difference

FORMATS = ("md", "csv", "tsv", "json", "svg", "tex", "xlsx", "ttl", "jsonld", "qb", "nanopub")

NewStudy = Callable[..., Path]


def git(folder: Path, *words: str, day: int = 10) -> str:
    """Run git as nobody in particular, on a day of January 2024."""
    when = f"2024-01-{day}T12:00:00Z"
    done = subprocess.run(
        ["git", "-c", "user.name=N", "-c", "user.email=n@example.org", *words],
        cwd=folder,
        check=True,
        capture_output=True,
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder),
            "GIT_AUTHOR_DATE": when,
            "GIT_COMMITTER_DATE": when,
        },
        timeout=60,
    )
    return done.stdout.decode().strip()


@pytest.fixture
def repository(new_study: NewStudy) -> Path:
    """The small study, committed."""
    folder = new_study({"all.ttl": SMALL})
    git(folder, "init", "-q", "-b", "main")
    commit(folder, 10)
    return folder


def commit(folder: Path, day: int) -> str:
    """Commit the study's data and return the commit."""
    git(folder, "add", "data", day=day)
    git(folder, "commit", "-q", "-m", "State", day=day)
    return git(folder, "rev-parse", "HEAD")


def edit(folder: Path, old: str, new: str) -> None:
    """Replace a text in the study's file."""
    path = folder / "data" / "all.ttl"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


PIE = "ex:pie-warm a mlkg:Claim ; mlkg:option ex:pie ; mlkg:criterion ex:warm ; mlkg:verdict mlkg:"


def written(root: Path, out: Path, format: str, part: Part = Part()) -> Path:  # noqa: B008
    """Export the study in a folder to a file and return its path."""
    name = f"out.{'nq' if format in {'qb', 'nanopub'} else format}"
    for file, content in export.export_files(mlkg.load(root), name, format, part).items():
        (out / file).write_bytes(content)
    return out / name


def verified(root: Path, path: Path) -> Verification:
    """Verify a file against the study in a folder."""
    return verify(path, Past(mlkg.load(root), root))


@pytest.fixture
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for exports, outside of the study."""
    return tmp_path_factory.mktemp("out")


@pytest.mark.parametrize("format", FORMATS)
def test_stale_says_which_cells(format: str, repository: Path, out: Path) -> None:
    """After a verdict changes, an export of before is stale: as at which revision, which cell."""
    first = git(repository, "rev-parse", "HEAD")
    path = written(repository, out, format)
    assert verified(repository, path).status == CURRENT
    edit(repository, PIE + "no", PIE + "yes")
    commit(repository, 12)
    result = verified(repository, path)
    assert result.status == STALE
    assert result.state == (first, "2024-01-10")
    named = {(d.option, d.criterion) for d in result.differences if d.option is not None}
    assert named == {("Pie", "Warm")}


def test_then_and_now(repository: Path, out: Path) -> None:
    """A stale cell is told with what the file says and what the graph says now."""
    path = written(repository, out, "csv")
    edit(repository, PIE + "no", PIE + "yes")
    assert verified(repository, path).differences == (Difference("Pie", "Warm", "text", "✘", "✔"),)


@pytest.mark.parametrize("format", FORMATS)
def test_a_digest_edited_to_today_s(format: str, repository: Path, out: Path) -> None:
    """Stale cells under today's digest and revision are altered, not stale and not current."""
    old = written(repository, out, format).read_bytes()
    beside = out / f"out.{format}-metadata.json"
    old_metadata = beside.read_bytes() if beside.exists() else b""
    before, first = mlkg_digest(repository), git(repository, "rev-parse", "HEAD")
    edit(repository, PIE + "no", PIE + "yes")
    second = commit(repository, 12)
    pairs = [(before, mlkg_digest(repository)), (first, second), (first[:12], second[:12])]
    if format == "xlsx":
        path = with_digest(out, old, pairs)
    else:
        path = out / ("out.nq" if format in {"qb", "nanopub"} else f"out.{format}")
        path.write_bytes(replaced(old, pairs))
        if old_metadata:
            beside.write_bytes(replaced(old_metadata, pairs))
    result = verified(repository, path)
    assert result.status == ALTERED
    named = {(d.option, d.criterion) for d in result.differences if d.option is not None}
    assert named == {("Pie", "Warm")}


def mlkg_digest(root: Path) -> str:
    """Return the digest of the study in a folder."""
    from mlkg.export.origin import digest_of

    return digest_of(mlkg.load(root).quads())


def replaced(content: bytes, pairs: list[tuple[str, str]]) -> bytes:
    """Replace texts in bytes."""
    for old, new in pairs:
        content = content.replace(old.encode(), new.encode())
    return content


def with_digest(out: Path, content: bytes, pairs: list[tuple[str, str]]) -> Path:
    """Replace texts in the parts of a workbook."""
    import zipfile

    (out / "old.xlsx").write_bytes(content)
    path = out / "out.xlsx"
    with zipfile.ZipFile(out / "old.xlsx") as old, zipfile.ZipFile(path, "w") as new:
        for part in old.infolist():
            new.writestr(part, replaced(old.read(part), pairs))
    return path


def test_edited_after_it_went_stale(repository: Path, out: Path) -> None:
    """A cell edited in a stale export is altered, and named against its own revision."""
    path = written(repository, out, "md")
    edit(repository, PIE + "no", PIE + "yes")
    commit(repository, 12)
    content = path.read_text("utf-8")
    path.write_text(content.replace("◐ (at noon)", "✔"), "utf-8")
    result = verified(repository, path)
    assert result.status == ALTERED
    (cell,) = [d for d in result.differences if d.option is not None]
    assert cell == Difference("Soup", "Cheap", "text", "✔", "◐ \\(at noon\\)") or cell[:2] == (
        "Soup",
        "Cheap",
    )


def test_without_an_origin_the_past_is_searched(repository: Path, out: Path) -> None:
    """A table sent to stdout says nothing of its origin; the revision with the same cells is."""
    first = git(repository, "rev-parse", "HEAD")
    path = out / "table.csv"
    path.write_bytes(export.export(mlkg.load(repository), "csv"))
    assert verified(repository, path).status == CURRENT
    edit(repository, PIE + "no", PIE + "yes")
    commit(repository, 12)
    edit(repository, "at noon", "at night")
    commit(repository, 14)
    result = verified(repository, path)
    assert (result.status, result.state) == (STALE, (first, "2024-01-10"))
    path.write_text(path.read_text("utf-8").replace("?", "✔"), "utf-8")
    result = verified(repository, path)
    assert result.status == ALTERED
    assert "out.csv-metadata.json" not in result.notes[0]
    assert "table.csv-metadata.json would say so" in result.notes[0]


def test_a_part_that_is_stale(repository: Path, out: Path) -> None:
    """A part is compared with the same part of today; a change elsewhere leaves it current."""
    path = written(repository, out, "json", Part(options=("soup",)))
    edit(repository, PIE + "no", PIE + "yes")
    commit(repository, 12)
    result = verified(repository, path)
    assert result.status == CURRENT
    assert "in nothing that the file shows" in result.notes[0]
    edit(repository, "at noon", "at night")
    commit(repository, 13)
    result = verified(repository, path)
    assert result.status == STALE
    assert {(d.option, d.criterion) for d in result.differences if d.option} == {("Soup", "Cheap")}


def test_an_option_that_is_gone(repository: Path, out: Path) -> None:
    """A part of an option that the study has no more is stale, and says so."""
    path = written(repository, out, "md", Part(options=("pie",)))
    text = (repository / "data" / "all.ttl").read_text("utf-8")
    for old in ("ex:pie a mlkg:Option ;", "mlkg:option ex:pie ;"):
        text = text.replace(old, old.replace("ex:pie", "ex:cake"))
    (repository / "data" / "all.ttl").write_text(text, "utf-8")
    commit(repository, 12)
    result = verified(repository, path)
    assert result.status == STALE
    assert result.differences[0].what == "what it is of"


def test_a_digest_of_no_state(repository: Path, out: Path) -> None:
    """A digest that no revision has makes a file altered even when its cells are today's."""
    path = written(repository, out, "md")
    digest = mlkg_digest(repository)
    path.write_text(path.read_text("utf-8").replace(digest, "0" * 64), "utf-8")
    result = verified(repository, path)
    assert result.status == ALTERED
    assert result.notes == ("its digest 000000000000 is of no revision of the data",)


def test_a_false_revision(repository: Path, out: Path) -> None:
    """A revision whose data is other data makes a file altered."""
    first = git(repository, "rev-parse", "HEAD")
    edit(repository, PIE + "no", PIE + "yes")
    second = commit(repository, 12)
    path = written(repository, out, "ttl")
    path.write_text(path.read_text("utf-8").replace(second, first), "utf-8")
    result = verified(repository, path)
    assert result.status == ALTERED
    assert "is other data" in result.notes[0]


def test_a_state_that_was_never_committed(repository: Path, out: Path) -> None:
    """An export of uncommitted data is current while the data is so."""
    edit(repository, PIE + "no", PIE + "yes")
    path = written(repository, out, "md")
    assert verified(repository, path).status == CURRENT
    commit(repository, 12)
    assert verified(repository, path).status == CURRENT


def test_without_git_nobody_can_tell(new_study: NewStudy, out: Path) -> None:
    """Without a repository a file that differs is undecided, with the reason; exit status 2."""
    folder = new_study({"all.ttl": SMALL})
    path = written(folder, out, "md")
    edit(folder, PIE + "no", PIE + "yes")
    result = verified(folder, path)
    assert result.status == UNDECIDED
    assert result.notes[0].startswith("whether it is stale or altered cannot be told: git: ")
    assert "not a git repository" in result.notes[0]
    assert {(d.option, d.criterion) for d in result.differences if d.option} == {("Pie", "Warm")}


def test_without_git_an_edit_is_found(new_study: NewStudy, out: Path) -> None:
    """Cells that differ under today's digest are altered with or without a history."""
    folder = new_study({"all.ttl": SMALL})
    path = written(folder, out, "md")
    path.write_text(path.read_text("utf-8").replace("✘", "✔"), "utf-8")
    assert verified(folder, path).status == ALTERED


def test_a_shallow_clone(repository: Path, out: Path, tmp_path: Path) -> None:
    """In a shallow clone a revision that is not there is named as the reason."""
    path = written(repository, out, "md")
    edit(repository, PIE + "no", PIE + "yes")
    commit(repository, 12)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "1", repository.as_uri(), str(clone))
    result = verified(clone, path)
    assert result.status == UNDECIDED
    assert "git fetch --unshallow" in result.notes[0]


def test_reformatting_changes_nothing(repository: Path, out: Path) -> None:
    """Data written in another way has the same digest, and exports stay current."""
    paths = [written(repository, out, name) for name in ("md", "trig")]
    edit(repository, "ex:study a mlkg:Study ;", "# The study\nex:study  a  mlkg:Study ;")
    commit(repository, 12)
    assert [verified(repository, path).status for path in paths] == [CURRENT, CURRENT]


def test_the_command(repository: Path, out: Path, run: Run) -> None:
    """One line a file, cells below, and the gravest exit status: 0, 1, 2."""
    current = written(repository, out, "md")
    done = run("-C", repository, "verify", current)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{current}: current\n", "")
    edit(repository, PIE + "no", PIE + "yes")
    commit(repository, 12)
    stale = out / "table.csv"
    stale.write_text("Option,Warm,Cheap\r\nSoup,✔,◐ (at noon)\r\nPie,✘,?\r\n", "utf-8", newline="")
    done = run("-C", repository, "verify", stale)
    first = git(repository, "rev-parse", "HEAD~1")[:12]
    assert done.stdout == (
        f"{stale}: stale: as at revision {first} of 2024-01-10, 1 cell differs\n"
        "  Pie × Warm: file says ✘, the graph says ✔\n"
    )
    assert done.returncode == 1
    altered = out / "other.csv"
    altered.write_text("Option,Warm,Cheap\r\nSoup,✔,✔\r\nPie,✔,?\r\n", "utf-8", newline="")
    done = run("-C", repository, "verify", stale, altered)
    assert done.returncode == 2
    assert "  Soup × Cheap: file says ✔, the graph says ◐ (at noon)\n" in done.stdout


def test_the_command_for_programs(repository: Path, out: Path, run: Run) -> None:
    """JSON has a versioned object a file, errors among them."""
    path = written(repository, out, "csv")
    done = run("-C", repository, "verify", path, out / "none.md", "--format", "json")
    assert done.returncode == 2
    document = json.loads(done.stdout)
    assert document["version"] == 1
    assert [(file["file"], file["status"]) for file in document["files"]] == [
        (str(path), "current"),
        (str(out / "none.md"), "error"),
    ]
    assert document["files"][1]["message"] == "cannot be read: No such file or directory"
    assert run("-C", repository, "verify").returncode == 2

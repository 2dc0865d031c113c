"""What is asked of git: the revision of the data, its line ends, and why there is no answer."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from git_traps import git
from samples import HOUSE, Run

import mlkg
from mlkg.export.origin import digest_of
from mlkg.history import plumbing
from mlkg.history.git import GitError, data_at, user_name
from mlkg.turtle.line_ends import unix_line_ends

SPANNING = HOUSE.replace('"The menu says so."@en', '"""The menu\nsays\\r\\n\nso."""@en')
"""The small study with a literal that spans lines."""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The study, committed."""
    return committed(tmp_path / "study")


def committed(folder: Path, *options: str) -> Path:
    """Write the study into a folder of its own, and commit it."""
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "all.ttl").write_text(SPANNING, "utf-8")
    git(folder, "init", "-q", "-b", "main", *options)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "First")
    return folder


def head(folder: Path) -> str:
    """Return the commit that is checked out."""
    return git(folder, "rev-parse", "HEAD").strip()


def edited(folder: Path) -> None:
    """Change a character of the data."""
    path = folder / "data" / "all.ttl"
    path.write_text(path.read_text("utf-8").replace("Soup", "Soop"), "utf-8")


def ignored(folder: Path) -> None:
    """Add a data file that git ignores."""
    (folder / ".gitignore").write_text("data/more.ttl\n", "utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Ignore")
    (folder / "data" / "more.ttl").write_text("<urn:a> <urn:b> <urn:c> .\n", "utf-8")


def untracked_hidden(folder: Path) -> None:
    """Add a data file that git is told not to show."""
    git(folder, "config", "status.showUntrackedFiles", "no")
    (folder / "data" / "more.ttl").write_text("<urn:a> <urn:b> <urn:c> .\n", "utf-8")


def skipped(folder: Path) -> None:
    """Change a file that git is told to take as unchanged."""
    git(folder, "update-index", "--skip-worktree", "data/all.ttl")
    edited(folder)


def assumed(folder: Path) -> None:
    """Change a file that git is told to assume unchanged."""
    git(folder, "update-index", "--assume-unchanged", "data/all.ttl")
    edited(folder)


def staged(folder: Path) -> None:
    """Change a file and stage it."""
    edited(folder)
    git(folder, "add", "-A")


def missing(folder: Path) -> None:
    """Commit a second data file and delete it from the disk alone."""
    (folder / "data" / "more.ttl").write_text("<urn:a> <urn:b> <urn:c> .\n", "utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Second")
    (folder / "data" / "more.ttl").unlink()


def linked(folder: Path) -> None:
    """Have a data file that is a link, whose commit has only its target's name."""
    (folder / "more.ttl").write_text("<urn:a> <urn:b> <urn:c> .\n", "utf-8")
    (folder / "data" / "more.ttl").symlink_to("../more.ttl")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Link")


@pytest.mark.parametrize(
    "change",
    [edited, ignored, untracked_hidden, skipped, assumed, staged, missing, linked],
    ids=lambda change: change.__name__,
)
def test_data_of_no_commit(repository: Path, change: Callable[[Path], None], run: Run) -> None:
    """Data that the checked out commit does not have has no revision; its export is current."""
    change(repository)
    assert mlkg.load(repository).revision() is None
    assert run("export", "-o", "out.csv", cwd=repository).returncode == 0
    done = run("verify", "out.csv", cwd=repository)
    assert (done.returncode, done.stdout) == (0, "out.csv: current\n")


@pytest.mark.parametrize(
    "settings",
    [
        {"log.showSignature": "true", "gpg.program": "false"},
        {"core.worktree": "/"},
        {"core.quotePath": "true", "core.precomposeUnicode": "true"},
        {"log.follow": "true", "log.date": "raw", "log.firstParent": "true", "format.pretty": "%s"},
        {"status.showUntrackedFiles": "all", "core.fileMode": "true", "core.ignoreCase": "true"},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_settings_of_the_repository_change_nothing(
    repository: Path, settings: dict[str, str]
) -> None:
    """The revision is that of the data, however the repository is set up and touched."""
    expected = head(repository)
    for key, value in settings.items():
        git(repository, "config", key, value)
    (repository / "notes.txt").write_text("untracked\n", "utf-8")
    (repository / "data" / "all.ttl").chmod(0o755)
    os.utime(repository / "data" / "all.ttl", (1, 1))
    assert mlkg.load(repository).revision() == expected


def test_the_commit_that_last_changed_the_data(repository: Path) -> None:
    """A commit of other files is not the revision; a replaced or grafted commit changes nothing."""
    first = head(repository)
    (repository / "README").write_text("Lunch\n", "utf-8")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "Read me")
    assert mlkg.load(repository).revision() == first
    git(repository, "commit", "-q", "--amend", "--allow-empty", "-m", "Other")
    git(repository, "replace", first, head(repository))
    assert mlkg.load(repository).revision() == first


def test_folders_whose_names_are_patterns(tmp_path: Path) -> None:
    """The path of a study in its repository is no pattern and no pathspec magic."""
    for name in (":(glob)", "[ab]*", "a b", "-x", "naïve", "a"):
        (tmp_path / name / "data").mkdir(parents=True)
        (tmp_path / name / "data" / "all.ttl").write_text(HOUSE.replace("Lunch", name), "utf-8")
    git(tmp_path, "init", "-q", "-b", "main")
    revisions = {}
    for name in (":(glob)", "[ab]*", "a b", "-x", "naïve", "a"):
        git(tmp_path, "--literal-pathspecs", "add", "--", name)
        git(tmp_path, "commit", "-q", "-m", name)
        revisions[name] = head(tmp_path)
    for name, revision in revisions.items():
        assert mlkg.load(tmp_path / name).revision() == revision
        assert name.encode() in data_at(tmp_path / name, "HEAD")["data/all.ttl"]


def test_sha256(tmp_path: Path) -> None:
    """A repository whose ids are SHA-256 answers as others do."""
    folder = committed(tmp_path / "study", "--object-format=sha256")
    assert len(head(folder)) == 64
    assert mlkg.load(folder).revision() == head(folder)
    edited(folder)
    assert mlkg.load(folder).revision() is None


@pytest.mark.parametrize("how", ["autocrlf", "eol"])
def test_a_checkout_with_crlf(repository: Path, tmp_path: Path, how: str, run: Run) -> None:
    """It has the digest, the revision, the table and the exports of one with LF."""
    if how == "eol":
        (repository / ".gitattributes").write_text("*.ttl text eol=crlf\n", "utf-8")
        git(repository, "add", "-A")
        git(repository, "commit", "-q", "-m", "Attributes")
    windows = tmp_path / "windows"
    options = ["-c", "core.autocrlf=true"] if how == "autocrlf" else []
    git(tmp_path, *options, "clone", "-q", str(repository), str(windows))
    assert b"menu\r\n" in (windows / "data" / "all.ttl").read_bytes()
    unix, other = mlkg.load(repository), mlkg.load(windows)
    assert (
        other.revision()
        == unix.revision()
        == git(repository, "rev-list", "-1", "HEAD", "--", "data").strip()
    )
    assert digest_of(other.quads()) == digest_of(unix.quads())
    named = "SELECT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }"
    assert set(map(tuple, other.select(named))) == set(map(tuple, unix.select(named)))
    assert run("diff", "HEAD", "--exit-code", cwd=windows).returncode == 0
    assert run("fmt", "--check", cwd=windows).returncode == 0
    for name in ("out.csv", "out.md", "out.json"):
        assert run("export", "-o", name, cwd=repository).returncode == 0
        assert run("export", "-o", name, cwd=windows).returncode == 0
        assert (windows / name).read_bytes() == (repository / name).read_bytes()
        done = run("verify", repository / name, cwd=windows)
        assert done.stdout.endswith("current\n"), done


def test_writing_into_a_checkout_with_crlf(repository: Path, run: Run) -> None:
    """A command that writes leaves CRLF, the literal that spans lines, and findings in place."""
    path = repository / "data" / "all.ttl"
    before = path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(before)
    places = run("validate", "--format", "json", cwd=repository)
    path.write_bytes(before.replace(b"\r\n", b"\n"))
    unix = run("validate", "--format", "json", cwd=repository)
    assert json.loads(places.stdout) == json.loads(unix.stdout)
    path.write_bytes(before)
    done = run("set", "soup", "cheap", "yes", "--by", "Ann", cwd=repository)
    assert done.returncode == 0, done.stderr
    after = path.read_bytes()
    assert after != before
    assert after.count(b"\n") == after.count(b"\r\n")
    assert b'"""The menu\r\nsays\\r\\n\r\nso."""@en' in after


def test_what_is_read_with_lf() -> None:
    """Only a file whose lines all end with CRLF is one that a checkout made."""
    assert unix_line_ends(b'a """b\r\nc""" .\r\n') == b'a """b\nc""" .\n'
    for text in (b"", b"a", b"a\n", b"a\rb", b'a """b\r\nc""" .\n', b"a\r\nb\n"):
        assert unix_line_ends(text) == text


def test_dubious_ownership(repository: Path, run: Run) -> None:
    """Git's refusal is passed on, with the setting that allows the repository."""
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    for path in (repository, *repository.rglob("*")):
        os.chown(path, 65534, 65534)
    git_way = f"git config --global --add safe.directory {repository}"
    for words in (["diff", "HEAD"], ["validate", "--since", "HEAD"]):
        done = run(*words, cwd=repository)
        assert done.returncode == 2
        assert "dubious ownership" in done.stderr
        assert git_way in done.stderr
    own = repository.parent / "gitconfig"
    own.write_text(f"[safe]\n\tdirectory = {repository}\n", "utf-8")
    done = run("diff", "HEAD", cwd=repository, env={"GIT_CONFIG_GLOBAL": str(own)})
    assert (done.returncode, done.stderr) == (0, "")


def test_a_shallow_clone_names_the_way_out(repository: Path, tmp_path: Path, run: Run) -> None:
    """A revision that a shallow clone lacks is an error that tells how CI fetches all."""
    edited(repository)
    git(repository, "commit", "-q", "-a", "-m", "Second")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository}", "shallow")
    done = run("diff", "HEAD~1", cwd=tmp_path / "shallow")
    assert done.returncode == 2
    for text in ("HEAD~1: no such revision", "fetch-depth: 0", "GIT_DEPTH", "--unshallow"):
        assert text in done.stderr
    assert run("diff", "HEAD", cwd=tmp_path / "shallow").returncode == 0


def test_a_broken_repository(repository: Path, tmp_path: Path) -> None:
    """Git's own reason is told: a broken configuration, a format that is too new, no git."""
    config = repository / ".git" / "config"
    sound = config.read_text("utf-8")
    config.write_text(sound + "[core\n", "utf-8")
    with pytest.raises(GitError, match=r"^HEAD: git: fatal: bad config line"):
        data_at(repository, "HEAD")
    config.write_text(sound.replace("repositoryformatversion = 0", "repositoryformatversion = 9"))
    with pytest.raises(GitError, match=r"^HEAD: git: .*(version|format)"):
        data_at(repository, "HEAD")
    assert mlkg.load(repository).revision() is None
    shutil.rmtree(repository / ".git")
    with pytest.raises(GitError, match=r"^HEAD: the study is not in a git repository$"):
        data_at(repository, "HEAD")


def test_git_that_does_not_answer(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A configuration that includes a pipe does not hold a command for ever."""
    os.mkfifo(repository / "pipe")
    git(repository, "config", "include.path", str(repository / "pipe"))
    monkeypatch.setattr(plumbing, "SECONDS", 0.2)
    with pytest.raises(GitError, match=r"git: no answer within 0.2 s"):
        data_at(repository, "HEAD")
    assert mlkg.load(repository).revision() is None
    assert user_name(repository) is None


def test_a_linked_work_tree_within_a_hook(repository: Path, tmp_path: Path, run: Run) -> None:
    """The variables that git sets for a hook do not lead to another study."""
    sub = repository / "sub"
    sub.mkdir()
    (repository / "data").rename(sub / "data")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "Move")
    git(repository, "worktree", "add", "-q", str(tmp_path / "linked"), "-b", "linked")
    around = {"GIT_DIR": str(repository / ".git" / "worktrees" / "linked"), "GIT_INDEX_FILE": "x"}
    done = run("diff", "HEAD", "--exit-code", cwd=tmp_path / "linked" / "sub", env=around)
    assert (done.returncode, done.stderr) == (0, "")
    assert mlkg.load(tmp_path / "linked" / "sub").revision() == head(repository)


def test_who_works_here(
    repository: Path, tmp_path: Path, no_git_user: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is that of git's configuration: the repository's before the user's."""
    assert user_name(repository) is None
    own = tmp_path / "gitconfig"
    own.write_text("[user]\n\tname = Ann\n", "utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(own))
    assert user_name(repository) == "Ann"
    assert user_name(tmp_path) == "Ann"
    git(repository, "config", "user.name", "Bob")
    assert user_name(repository) == "Bob"

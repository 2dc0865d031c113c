"""Bad input: a clear message, exit status 2, nothing lost, no traceback."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from samples import SMALL, Run

NewStudy = Callable[..., Path]
BUFFERED = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
"""The environment in which output is written late, as it is for most users."""


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """Check that a run was refused as it should, and return its message."""
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr


def test_every_broken_file_is_reported(run: Run, new_study: NewStudy) -> None:
    """All syntax errors come at once, each with file, line and column."""
    folder = new_study(
        {
            "a.ttl": b"<http://e/s> <http://e/p> .\n",
            "b.ttl": SMALL,
            "c.ttl": b"\n\nno:such <http://e/p> 1 .\n",
        }
    )
    expected = [
        "mlkg: data/a.ttl:1:27: syntax error: . is not a valid RDF object",
        "mlkg: data/c.ttl:3:1: syntax error: the prefix no: is not declared; add @prefix no: <…> .",
    ]
    for command in ("table", "validate", "export"):
        assert refused(run("-C", folder, command)).splitlines() == expected


def test_missing_study(run: Run, tmp_path: Path) -> None:
    """Without data/*.ttl the message says what a study is and how to name one."""
    message = refused(run("table", cwd=tmp_path))
    assert message == (
        f"mlkg: no study in {tmp_path} or above it: a study is a folder with data/*.ttl; "
        "name one with -C DIR\n"
    )
    assert "there is no" in refused(run("-C", tmp_path, "validate"))


def test_empty_data(run: Run, tmp_path: Path) -> None:
    """An empty data/ is no study either."""
    (tmp_path / "data").mkdir()
    assert "no *.ttl file in" in refused(run("-C", tmp_path, "table"))


@pytest.mark.parametrize("content", [b"", b"# nothing yet\n", b"<http://e/s> <http://e/p> 1 .\n"])
def test_data_without_a_study(run: Run, new_study: NewStudy, content: bytes) -> None:
    """Files that hold no option and no criterion have no table."""
    message = refused(run("-C", new_study({"a.ttl": content}), "table"))
    assert "no table: the data has no mlkg:Option or no mlkg:Criterion" in message


def test_not_utf8(run: Run, new_study: NewStudy) -> None:
    """The byte that is no UTF-8 is named with its place."""
    folder = new_study({"a.ttl": '<http://e/s> <http://e/p> "caf\xe9" .\n'.encode("latin-1")})
    expected = "mlkg: data/a.ttl:1:31: byte 0xE9 is not UTF-8 text; save the file as UTF-8\n"
    assert refused(run("-C", folder, "table")) == expected


@pytest.mark.parametrize("command", ["table", "validate"])
def test_byte_order_mark_and_crlf(run: Run, tmp_path: Path, command: str) -> None:
    """A byte order mark and CRLF line ends are no fault: the same triples, the same output."""
    from samples import PREFIXES

    plain = (PREFIXES + SMALL).encode()
    outputs = []
    for name, content in {
        "plain": plain,
        "crlf": b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n"),
    }.items():
        (tmp_path / name / "data").mkdir(parents=True)
        (tmp_path / name / "data" / "all.ttl").write_bytes(content)
        done = run(command, cwd=tmp_path / name)
        assert done.returncode == 0
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1]


def test_relative_iri(run: Run, new_study: NewStudy) -> None:
    """A relative IRI would mean something else in every folder."""
    folder = new_study({"a.ttl": b"<soup> <http://e/p> 1 .\n"})
    assert refused(run("-C", folder, "table")) == (
        "mlkg: data/a.ttl:1:1: syntax error: a relative IRI; write it out in full, or with a "
        "prefix\n"
    )


def test_broken_shapes(run: Run, new_study: NewStudy) -> None:
    """A broken shapes file of the study's own is named; nothing is validated without it."""
    folder = new_study({"all.ttl": SMALL})
    (folder / "ontology").mkdir()
    (folder / "ontology" / "own-shapes.ttl").write_text("ex:a ex:b ex:c .", "utf-8")
    expected = "mlkg: ontology/own-shapes.ttl:1:1: syntax error: the prefix ex: is not declared"
    assert refused(run("-C", folder, "validate")).startswith(expected)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            ["query", "unsuported"],
            "no view or rule is called unsuported; did you mean unsupported?",
        ),
        (["query", "xyzzy"], "no view or rule is called xyzzy; see mlkg query --list"),
        (["rule", "disputed"], "no rule or shape is called disputed; did you mean disputed-claim?"),
        (["validate", "-i", "xyzzy"], "no rule or shape is called xyzzy; see mlkg rule"),
        (["query", "missing.rq"], "missing.rq: cannot be read: No such file or directory"),
        (["query", "claims", "-p", "option"], "--param option: not of the form name=term"),
        (
            ["query", "claims", "-p", "option=KubeFlow"],
            "--param option=KubeFlow: not an RDF term: write <IRI>, prefix:name",
        ),
        (["query", "claims", "-p", "colour=1"], "--param colour: the query has no variable"),
        (["export", "-o", "table.doc"], "table.doc: the extension names no format; use .csv"),
        (["export", "-o", "/nowhere/table.md"], "/nowhere/table.md: cannot be written: No such"),
        (["export", "-o", "/proc/table.md"], "/proc/table.md: cannot be written: "),
        (["tabel"], "no command is called tabel; did you mean table?"),
        (["table", "--colour"], "No such option"),
        (["query"], "name a stored query, a file or -"),
        (["validate", "--shapes", "README.md"], "--shapes needs the files to check"),
        (
            ["validate", "--shapes", "README.md", "data", "--endpoint", "http://127.0.0.1:1/"],
            "--shapes checks files: leave out --endpoint",
        ),
        (["validate", "--shapes", "README.md", "data", "--since", "x"], "leave out --shapes"),
    ],
)
def test_bad_arguments(run: Run, args: list[str], message: str) -> None:
    """What was misspelt or cannot be done is named with the way out."""
    assert message in refused(run(*args))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT * {", "<stdin>:1:11: syntax error"),
        ("SELECT * { ?s no:such ?o }", "a prefix that is not declared"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE is refused"),
        ("ASK " + "{" * 9000 + "}" * 9000, "nested 9000 levels deep"),
        ("", "syntax error"),
        ("DELETE WHERE { ?s ?p ?o }", "syntax error"),
    ],
)
def test_bad_queries(run: Run, query: str, message: str) -> None:
    """A query that cannot run is refused before it does harm."""
    assert message in refused(run("query", "-", stdin=query))


def test_query_that_is_not_text(run: Run, tmp_path: Path) -> None:
    """A query file must be UTF-8."""
    (tmp_path / "q.rq").write_bytes(b"ASK {} # \xff")
    assert "not UTF-8 text" in refused(run("query", tmp_path / "q.rq"))


def test_a_folder_in_the_way(run: Run, new_study: NewStudy) -> None:
    """A folder called like a data file is reported, one called like the output is left alone."""
    folder = new_study({"all.ttl": SMALL})
    (folder / "out.md").mkdir()
    assert "it is a folder" in refused(run("-C", folder, "export", "-o", folder / "out.md"))
    (folder / "data" / "folder.ttl").mkdir()
    message = refused(run("-C", folder, "table"))
    assert message == "mlkg: data/folder.ttl: cannot be read: Is a directory\n"


def test_export_keeps_mode_and_leaves_nothing_behind(run: Run, new_study: NewStudy) -> None:
    """A file that is there keeps its mode; after a run there is no other file beside it."""
    folder = new_study({"all.ttl": SMALL})
    target = folder / "table.md"
    target.write_text("old", "utf-8")
    target.chmod(0o640)
    assert run("-C", folder, "export", "-o", target).returncode == 0
    assert "\n| Option | Warm | Cheap |\n" in target.read_text("utf-8")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert sorted(path.name for path in folder.iterdir()) == ["data", "table.md"]


def test_export_to_a_device(run: Run) -> None:
    """Devices are written to in place; a full one is an error."""
    assert run("export", "-o", "/dev/null", "-f", "md").returncode == 0
    assert "No space left" in refused(run("export", "-o", "/dev/full", "-f", "md"))


@pytest.mark.parametrize("args", [["query", "evidence"], ["validate"], ["table"], ["export"]])
def test_closed_pipe_is_quiet(root: Path, args: list[str]) -> None:
    """`mlkg … | head` ends without a word, with the status of a program ended by SIGPIPE."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "mlkg", *args],
        cwd=root,
        stdout=write,
        stderr=subprocess.PIPE,
        env=BUFFERED,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize("args", [["query", "evidence"], ["validate"], ["table"], ["export"]])
def test_full_disk(root: Path, args: list[str]) -> None:
    """When stdout cannot be written the user is told."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "mlkg", *args],
            cwd=root,
            stdout=full,
            stderr=subprocess.PIPE,
            env=BUFFERED,
        )
    assert (done.returncode, done.stderr) == (2, b"mlkg: No space left on device\n")


def test_ascii_locale(run: Run) -> None:
    """Output is UTF-8 whatever the locale."""
    done = run("table", env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert "✔ ●" in done.stdout

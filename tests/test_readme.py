"""README tells the truth: its commands run, its output and its table are today's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import servers
from samples import Run

import mlkg
from mlkg import stored

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """Return the code blocks of README in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


TOUR = [
    (command, output)
    for block in blocks("console")
    for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
]


def test_the_tour_is_there() -> None:
    """Every command of mlkg is shown."""
    commands = {path.stem for path in (ROOT / "src/mlkg/cli").glob("*.py") if path.stem[0] != "_"}
    shown = {word for command, _ in TOUR for word in re.findall(r"\bmlkg (\w+)", command)}
    shown |= {word for block in blocks("sh") for word in re.findall(r"bin/mlkg (\w+)", block)}
    assert commands == shown


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Put the tests' own folder and server in the place of those that README names."""
    folder = tmp_path_factory.mktemp("tour")
    with servers.oxigraph(folder) as server:
        base = server.query_url.rpartition("/")[0]
        yield lambda text: text.replace("/tmp/", f"{folder}/").replace(  # noqa: S108 - README's
            "http://localhost:7878", base
        )


@pytest.mark.oxigraph_server
@pytest.mark.parametrize(("command", "output"), TOUR, ids=[command for command, _ in TOUR])
def test_tour(command: str, output: str, elsewhere: Callable[[str], str]) -> None:
    """A command of the tour prints what README shows; `…` alone stands for lines left out."""
    path = f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", elsewhere(command)],
        cwd=ROOT,
        capture_output=True,
        env={**os.environ, "PATH": path},
    )
    pattern = "".join(
        "(?:.*\n)*" if line == "…" else re.escape(line) + "\n"
        for line in elsewhere(output).splitlines()
    )
    printed = done.stdout.decode().replace("\r\n", "\n")
    assert re.fullmatch(pattern, printed), printed
    assert done.stderr == b""


def test_tables_are_generated(run: Run) -> None:
    """The tables between the marks are what `mlkg export` writes."""
    done = run("export", "--check", "--into", "README.md", "--into", "docs/study.md")
    assert (done.returncode, done.stdout) == (0, "")


def test_picture_is_current(run: Run) -> None:
    """The picture that README shows is what the graph says."""
    done = run("verify", "docs/study.svg")
    assert (done.returncode, done.stdout) == (0, "docs/study.svg: current\n")


def test_numbers_under_the_table(study: mlkg.Study) -> None:
    """The sentence under the table counts what the table counts."""
    totals = study.table().totals()
    bare = len(list(study.select("unsupported")))
    sentence = (
        f"Of the hundred claims {totals['open']} are open, {totals['supported']} are supported by "
        f"evidence with a source, and {bare} by none; the study's own text disputes "
        f"{totals['disputed']} of them."
    )
    assert sentence in README


@pytest.fixture
def extended(tmp_path: Path, study: mlkg.Study) -> mlkg.Study:
    """The study with README's option, claim, evidence, rule and view added."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    turtle = blocks("turtle")
    assert len(turtle) == 3
    head = "".join(
        f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in study.prefixes.items()
    )
    (tmp_path / "data" / "claims-acme.ttl").write_text(head + "\n".join(turtle), "utf-8")
    rule, view = blocks("sparql")
    (tmp_path / "queries" / "checks").mkdir(parents=True)
    (tmp_path / "queries" / "checks" / "option-without-page.rq").write_text(rule, "utf-8")
    (tmp_path / "queries" / "publishers.rq").write_text(view, "utf-8")
    return mlkg.load(tmp_path)


def test_what_readme_adds(extended: mlkg.Study) -> None:
    """README's records are sound, its rule finds its own option, its view counts publishers."""
    errors = [f.rule for f in extended.validate().findings if f.severity == "error"]
    assert errors == ["missing-claim"] * 9
    found = extended.validate(select=frozenset({"option-without-page"})).findings
    assert [finding.message for finding in found] == ["Acme Serve has no foaf:page"]
    rows = [(row["publisher"].value, row["pieces"].value) for row in extended.select("publishers")]
    assert rows[0] == ("Microsoft", "11")
    last = extended.table().rows[-1]
    assert [cell.state for cell in last].count("missing") == 9
    assert (last[8].text, last[8].state) == ("✔", "supported")


def test_python_example(study: mlkg.Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python in README runs."""
    (code,) = blocks("python")
    names: dict[str, object] = {}
    monkeypatch.chdir(ROOT)
    exec(compile(code, "README", "exec"), names)  # noqa: S102 - our own example
    assert names["cell"] == study.table().rows[0][0]


def test_every_rule_of_the_changelog() -> None:
    """CHANGELOG counts the rules right."""
    words = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    words += " fifteen sixteen seventeen eighteen nineteen twenty"
    count = len(stored.rules([ROOT / "queries"]))
    number = words.split()[count]
    assert f"{number.capitalize()} rules" in (ROOT / "CHANGELOG.md").read_text("utf-8")

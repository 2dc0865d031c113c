"""The command as a user meets it: help, output, exit status."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat
from samples import SMALL, Run

COMMANDS = sorted(
    path.stem
    for path in (Path(__file__).parents[1] / "src" / "mlkg" / "cli").glob("*.py")
    if not path.stem.startswith("_")
)


def test_every_command_has_help_with_an_example(run: Run) -> None:
    """`mlkg --help` lists each command, and each explains itself with an example."""
    assert COMMANDS
    listed = run("--help").stdout
    for command in COMMANDS:
        assert f"\n  {command} " in listed
        shown = run(command, "--help")
        assert shown.returncode == 0
        assert "Example:" in shown.stdout
        assert f"mlkg {command}" in shown.stdout


def test_version(run: Run) -> None:
    """The version is the package's."""
    from importlib.metadata import version

    assert run("--version").stdout == f"mlkg {version('mlkg')}\n"


def test_table_of_a_small_study(run: Run, new_study: Callable[..., Path]) -> None:
    """Piped, the table is plain text with states, legend, totals and the way to the gaps."""
    folder = new_study({"all.ttl": SMALL})
    done = run("-C", folder, "table")
    assert done.stderr == ""
    assert done.stdout == (
        "Lunch   2 options × 2 criteria\n"
        "\n"
        "      Warm  Cheap\n"
        "Soup  ✔ ●   ◐ (at noon) ○\n"
        "Pie   ✘ ○   ? ·\n"
        "\n"
        "● supported 1   ○ unsupported 2   · open 1\n"
        "2 claims have no sourced evidence for them; list: mlkg query unsupported\n"
    )


def test_study_is_found_from_below(run: Run, new_study: Callable[..., Path]) -> None:
    """Without -C the study is looked for upwards from the working directory."""
    folder = new_study({"all.ttl": SMALL})
    (folder / "notes").mkdir()
    assert run("table", cwd=folder / "notes").stdout.startswith("Lunch ")


def on_terminal(args: list[str], folder: Path, columns: int, **env: str) -> str:
    """Run `mlkg` on a pseudo terminal and return what it prints there."""
    import fcntl
    import struct
    import termios

    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    environment = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "COLUMNS"}}
    process = subprocess.Popen(
        [sys.executable, "-m", "mlkg", *args],
        cwd=folder,
        stdout=follower,
        env={**environment, **env},
    )
    os.close(follower)
    output = b""
    while True:
        try:
            chunk = os.read(leader, 65536)
        except OSError:
            break
        if not chunk:
            break
        output += chunk
    os.close(leader)
    assert process.wait(60) == 0
    return output.decode().replace("\r\n", "\n")


def test_colour_and_rules_on_a_terminal_only(run: Run, new_study: Callable[..., Path]) -> None:
    """On a terminal there are colours and a line under the header; NO_COLOR takes the colours."""
    folder = new_study({"all.ttl": SMALL})
    coloured = on_terminal(["table"], folder, 100)
    assert "\x1b[32m✔" in coloured
    plain = on_terminal(["table"], folder, 100, NO_COLOR="1")
    assert "\x1b" not in plain
    assert "────  ────" in plain
    assert "─" not in run("table", cwd=folder).stdout


@pytest.mark.parametrize("columns", [60, 80, 100, 132, 200])
def test_table_fits_the_terminal(root: Path, columns: int) -> None:
    """However narrow the terminal, no line of the real table is wider than it."""
    lines = on_terminal(["table"], root, columns, NO_COLOR="1").splitlines()
    legend = lines.index("● supported 23   ○ unsupported 57   ! disputed 4   · open 16")
    body = lines[1:legend]
    assert max(map(len, body)) <= columns
    assert sum(line.startswith("Vertex AI") for line in body) >= 1


def test_query_formats(run: Run) -> None:
    """The standard result formats are read back by another reader, row for row."""
    expected = run("query", "unsupported", "--format", "json").stdout
    rows = json.loads(expected)["results"]["bindings"]
    assert len(rows) == 61
    as_csv = list(csv.reader(io.StringIO(run("query", "unsupported", "-f", "csv").stdout)))
    assert as_csv[1:] == [[row[name]["value"] for name in as_csv[0]] for row in rows]
    as_tsv = run("query", "unsupported", "-f", "tsv").stdout
    parsed = pyoxigraph.parse_query_results(as_tsv.encode(), format=QueryResultsFormat.TSV)
    assert isinstance(parsed, pyoxigraph.QuerySolutions)
    assert [[term.value for term in row] for row in parsed] == as_csv[1:]
    tree = ET.fromstring(run("query", "unsupported", "-f", "xml").stdout)  # noqa: S314 - our own
    assert len(tree.findall(".//{http://www.w3.org/2005/sparql-results#}result")) == 61
    markdown = run("query", "unsupported", "-f", "md").stdout.splitlines()
    assert markdown[0] == "| option | criterion | verdict | unsourced | disputing | claim |"
    assert len(markdown) == 63


def test_query_text_output_is_stable(run: Run) -> None:
    """Plain text for people: aligned columns, IRIs shortened with the study's prefixes."""
    lines = run("query", "disputed").stdout.splitlines()
    assert lines[0].split() == [
        "option",
        "criterion",
        "verdict",
        "indicates",
        "excludes",
        "finding",
        "url",
        "evidence",
        "claim",
    ]
    assert len(lines) == 5
    assert lines[1].startswith("RayServe            Cost Plan            Free/Paid          Free")
    assert lines[1].endswith("claim:ray-serve-cost-plan")


def test_query_from_stdin_and_file(run: Run, tmp_path: Path) -> None:
    """SPARQL comes from a file or stdin, and may use the study's prefixes undeclared."""
    text = "SELECT (COUNT(*) AS ?n) { ?c a mlkg:Claim }"
    (tmp_path / "count.rq").write_text(text, "utf-8")
    assert run("query", "-", stdin=text).stdout == "n\n100\n"
    assert run("query", tmp_path / "count.rq").stdout == "n\n100\n"
    assert run("query", "-", stdin="ASK { ?s a mlkg:Study }").stdout == "true\n"


def test_query_with_a_parameter(run: Run) -> None:
    """A parameter restricts the rows to one term."""
    done = run("query", "evidence", "-p", 'option="MLflow"', "-f", "csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["criterion"] for row in rows] == ["Cost Plan", "Cost Plan", "Docker Support"]
    done = run("query", "evidence", "-p", "evidence=evidence:mlflow-cost-plan-1", "-f", "csv")
    assert len(done.stdout.splitlines()) == 2


def test_construct_as_turtle_and_ntriples(run: Run) -> None:
    """Triples come sorted, as Turtle or N-Triples, and as nothing else."""
    text = "CONSTRUCT { ?c mlkg:reliesOn ?o } WHERE { ?c a mlkg:Claim ; mlkg:reliesOn ?o }"
    lines = run("query", "-", "-f", "nt", stdin=text).stdout.splitlines()
    assert len(lines) == 4
    assert lines == sorted(lines)
    turtle = run("query", "-", stdin=text).stdout
    assert len(list(pyoxigraph.parse(turtle, RdfFormat.TURTLE))) == 4
    done = run("query", "-", "-f", "csv", stdin=text)
    assert done.returncode == 2
    assert done.stderr == "mlkg: the query gives triples: csv is for tables; use ttl or nt\n"
    done = run("query", "study", "-f", "ttl")
    assert (done.returncode, done.stdout) == (2, "")


def test_query_list(run: Run, root: Path) -> None:
    """Every view is listed with its summary."""
    listed = [line.split()[0] for line in run("query", "--list").stdout.splitlines()[1:]]
    assert listed == sorted(path.stem for path in (root / "queries").glob("*.rq"))


def test_validate_the_project(run: Run) -> None:
    """The project's data has no errors; the last line counts what was done."""
    done = run("validate", "--quiet", "--no-baseline", "--fail-on", "error")
    assert done.returncode == 0
    assert done.stdout == "235 records, 213 checks, 0 errors, 80 warnings, 24 info\n"


def test_validate_select_ignore_fail_on(run: Run) -> None:
    """--select and --ignore choose checks, --fail-on decides the exit status."""
    one = run("validate", "--no-baseline", "--select", "disputed-claim", "--fail-on", "error")
    assert one.returncode == 0
    lines = one.stdout.splitlines()
    assert len(lines) == 5
    assert lines[-1] == "235 records, 1 check, 0 errors, 4 warnings, 0 info"
    assert lines[1] == (
        "data/claims-seldon-core.ttl:87:16: warning[disputed-claim] Seldon Core × Cost Plan: "
        "the claim says Paid, and evidence "
        "disputes it: Is open source. The table has it paid."
    )
    assert run("validate", "--no-baseline", "-s", "disputed-claim").returncode == 1
    two = run("validate", "-s", "disputed-claim,orphan-source", "-i", "disputed-claim")
    assert two.stdout == "235 records, 1 check, 0 errors, 0 warnings, 0 info\n"


def test_validate_without_checks_is_an_error(run: Run) -> None:
    """A run that checks nothing must not look like a pass."""
    done = run("validate", "-s", "orphan-source", "-i", "orphan-source")
    assert done.returncode == 2
    assert "0 checks performed" in done.stderr


def test_validate_fails_on_a_broken_record(run: Run, new_study: Callable[..., Path]) -> None:
    """An error ends with status 1 and names shape, record and value."""
    broken = SMALL.replace("mlkg:verdict mlkg:no", "mlkg:verdict mlkg:yes, mlkg:no")
    done = run("validate", cwd=new_study({"all.ttl": broken}))
    assert done.returncode == 1
    assert done.stdout.splitlines()[1] == (
        "data/all.ttl:21:1: error[several-answers] Pie × Warm: the claim gives 2 answers, "
        "and the scale takes one"
    )


def test_validate_statistics(run: Run) -> None:
    """Findings are counted by rule, the gravest and commonest first."""
    lines = run("validate", "--no-baseline", "--statistics").stdout.splitlines()
    assert [line.split() for line in lines[1:-1]] == [
        ["61", "warning", "unsupported-claim"],
        ["10", "warning", "dangling-citation"],
        ["4", "warning", "borrowed-support"],
        ["4", "warning", "disputed-claim"],
        ["1", "warning", "undeclared-reliance"],
        ["23", "info", "unsourced-evidence"],
        ["1", "info", "forum-only-support"],
    ]


def test_rule_lists_and_explains(run: Run, root: Path) -> None:
    """`mlkg rule` lists every rule and shape; with a name it says why and how to mend it."""
    lines = run("rule").stdout.splitlines()[1:]
    rules = sorted(path.stem for path in (root / "queries" / "checks").glob("*.rq"))
    assert [line.split()[0] for line in lines[: len(rules)]] == rules
    assert "claim-verdict" in [line.split()[0] for line in lines[len(rules) :]]
    shown = run("rule", "unsupported-claim").stdout
    assert shown.startswith("unsupported-claim  warning\n")
    assert "**Why.**" in shown
    assert "**Fix.**" in shown
    assert "A mlkg:verdict of a claim is" in run("rule", "claim-verdict").stdout

"""Reports in every format: valid for who reads them, and the same findings in each."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import junitparser
import pytest
from pyoxigraph import Literal, NamedNode

from mlkg.validation.findings import Check, Finding, Gone, Report
from mlkg.validation.reports import concise, render, text

SCHEMAS = Path(__file__).parent / "schemas"

HARD = 'Soup, 100%: "hot"\r\n::error::& <b>\x1b[31m\u202e'
"""A message that every format has something to escape in."""

FOUND = Finding(
    rule="some-rule",
    severity="error",
    focus=NamedNode("https://example.org/soup"),
    message=HARD,
    path=NamedNode("https://example.org/p"),
    value=Literal("v"),
    component="http://www.w3.org/ns/shacl#InConstraintComponent",
    file="data/a b,c.ttl",
    line=41,
    column=3,
    end_line=41,
    end_column=7,
    source_line='  "hot" .',
    fingerprint="0123456789abcdef",
)
MILD = FOUND._replace(rule="mild-rule", severity="info", message="Mild", fingerprint="1" * 16)
NOWHERE = Finding(
    "some-rule", "warning", NamedNode("https://example.org/x"), "Nowhere", fingerprint="2" * 16
)
REPORT = Report(
    records=7,
    checks=3,
    findings=(FOUND, MILD, NOWHERE),
    applied={
        "some-rule": Check("some-rule", "error", "Something is wrong", "**Fix.** Do it."),
        "mild-rule": Check("mild-rule", "info", "Something is odd"),
        "sound-rule": Check("sound-rule", "warning", "Nothing is wrong"),
    },
    known=(FOUND._replace(fingerprint="3" * 16),),
    gone=(Gone("some-rule", "4" * 16, "Was wrong"),),
    suppressed=2,
)
EMPTY = Report(records=0, checks=1, findings=(), applied={})


def plain(words: str, role: str) -> str:
    """Colour nothing."""
    return words


@pytest.fixture(scope="module")
def sarif_schema() -> Any:
    """The JSON schema of SARIF 2.1.0."""
    return json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_text("utf-8"))


@pytest.mark.parametrize("report", [REPORT, EMPTY], ids=["findings", "none"])
def test_sarif_is_valid(sarif_schema: Any, report: Report) -> None:
    """SARIF validates against the schema of OASIS."""
    jsonschema.Draft4Validator(
        sarif_schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER
    ).validate(json.loads(render(report, "sarif")))


def test_the_schema_can_tell(sarif_schema: Any) -> None:
    """The validation is no formality: a log with a fault does not pass."""
    log = json.loads(render(REPORT, "sarif"))
    log["runs"][0]["results"][0]["level"] = "grave"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(log, sarif_schema)


def test_sarif_says_all() -> None:
    """Rule metadata, level, region, lasting fingerprint, paths from the root, state."""
    (run,) = json.loads(render(REPORT, "sarif"))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert rules[0] == {
        "id": "some-rule",
        "shortDescription": {"text": "Something is wrong"},
        "help": {"text": "**Fix.** Do it.", "markdown": "**Fix.** Do it."},
        "defaultConfiguration": {"level": "error"},
    }
    first, mild, nowhere, known = run["results"]
    assert (first["ruleId"], first["ruleIndex"], first["level"]) == ("some-rule", 0, "error")
    assert (mild["level"], nowhere["level"]) == ("note", "warning")
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "data/a%20b%2Cc.ttl", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 41, "startColumn": 3, "endLine": 41, "endColumn": 7},
    }
    assert "%SRCROOT%" in run["originalUriBaseIds"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert "physicalLocation" not in nowhere["locations"][0]
    assert first["partialFingerprints"] == {"mlkgFinding/v1": "0123456789abcdef"}
    states = [result["baselineState"] for result in run["results"]]
    assert states == ["new", "new", "new", "unchanged"]
    assert known["partialFingerprints"] == {"mlkgFinding/v1": "3" * 16}


def test_json_layout() -> None:
    """JSON has version 1 of its layout, and says where, what and how grave."""
    document = json.loads(render(REPORT, "json"))
    assert document["version"] == 1
    assert document["summary"] == {
        "records": 7,
        "checks": 3,
        "error": 1,
        "warning": 1,
        "info": 1,
        "known": 1,
        "gone": 1,
        "suppressed": 2,
    }
    assert document["findings"][0] == {
        "rule": "some-rule",
        "severity": "error",
        "focus": "https://example.org/soup",
        "path": "https://example.org/p",
        "value": "v",
        "component": "http://www.w3.org/ns/shacl#InConstraintComponent",
        "message": HARD,
        "file": "data/a b,c.ttl",
        "line": 41,
        "column": 3,
        "endLine": 41,
        "endColumn": 7,
        "fingerprint": "0123456789abcdef",
    }
    assert [finding["fingerprint"] for finding in document["known"]] == ["3" * 16]
    gone = {"rule": "some-rule", "fingerprint": "4" * 16, "message": "Was wrong"}
    assert document["gone"] == [gone]


GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]+$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^[^./]"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
"""The report format as GitLab documents it: every key that it reads, paths without `./`."""


def test_gitlab_is_valid() -> None:
    """The code quality report has what GitLab reads, each fingerprint once."""
    violations = json.loads(render(REPORT, "gitlab"))
    jsonschema.validate(violations, GITLAB)
    assert [v["severity"] for v in violations] == ["critical", "info", "minor"]
    assert len({v["fingerprint"] for v in violations}) == 3
    assert violations[0]["location"] == {"path": "data/a b,c.ttl", "lines": {"begin": 41}}
    assert render(EMPTY, "gitlab") == "[]\n"


def test_junit_is_read_by_a_parser(tmp_path: Path) -> None:
    """Every check is a test case, and those that failed say why."""
    file = tmp_path / "junit.xml"
    file.write_text(render(REPORT, "junit"), "utf-8")
    (suite,) = junitparser.JUnitXml.fromfile(str(file))
    assert (suite.tests, suite.failures, suite.errors) == (3, 1, 0)
    cases = {case.name: case for case in suite}
    assert list(cases) == ["some-rule", "mild-rule", "sound-rule"]
    assert [case.is_passed for case in cases.values()] == [False, True, True]
    (failure,) = cases["some-rule"].result
    assert failure.message == "2 findings: Something is wrong"
    assert failure.text.splitlines()[0].startswith("data/a b,c.ttl:41:3: error: Soup, 100%")
    assert cases["mild-rule"].system_out == "data/a b,c.ttl:41:3: info: Mild"


def test_junit_has_no_character_that_xml_lacks() -> None:
    """What XML 1.0 cannot hold is replaced, in messages and in what rules say."""
    odd = FOUND._replace(message="a\ufffe\x0bb")
    applied = {"some-rule": Check("some-rule", "error", "Odd \ufffe")}
    written = render(replace(REPORT, findings=(odd,), applied=applied), "junit")
    failure = ElementTree.fromstring(written).find(".//failure")  # noqa: S314 - ours
    assert failure is not None
    assert failure.attrib["message"] == "1 finding: Odd \ufffd"
    assert (failure.text or "").endswith("error: a\ufffd b")


@pytest.mark.parametrize(("fail_on", "failures"), [("never", 0), ("error", 1), ("info", 2)])
def test_junit_fails_as_the_command_does(fail_on: str, failures: int) -> None:
    """A case fails when its findings would fail the command."""
    root = ElementTree.fromstring(render(REPORT, "junit", fail_on=fail_on))  # noqa: S314 - ours
    assert len(root.findall(".//failure")) == failures
    assert root.attrib["failures"] == str(failures)


def workflow_command(line: str) -> tuple[str, dict[str, str], str]:
    """Read a line as the runner of GitHub Actions does (its ActionCommand.TryParseV2)."""
    match = re.fullmatch(r"::(\w+) ?([^:]*(?:%3A[^:]*)*)::(.*)", line)
    assert match is not None

    def unescaped(value: str) -> str:
        for code, char in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
            value = value.replace(code, char)
        return value

    pairs = (pair.partition("=") for pair in match[2].split(","))
    return match[1], {k: unescaped(v) for k, _, v in pairs}, unescaped(match[3])


def test_github_commands() -> None:
    """A command a finding on one line each; what the runner reads back is what was found."""
    lines = render(REPORT, "github").split("\n")
    command, properties, message = workflow_command(lines[0])
    assert command == "error"
    assert properties == {
        "file": "data/a b,c.ttl",
        "line": "41",
        "col": "3",
        "endColumn": "7",
        "endLine": "41",
        "title": "mlkg some-rule",
    }
    assert message == f"data/a b,c.ttl:41:3: {HARD}"
    assert [workflow_command(line)[0] for line in lines[1:3]] == ["notice", "warning"]
    assert workflow_command(lines[2])[1:] == ({"title": "mlkg some-rule"}, "Nowhere")
    assert lines[3:] == [concise.summary(REPORT), ""]


def test_github_commands_over_lines_have_no_columns() -> None:
    """The runner refuses columns when a finding ends on another line than it starts."""
    over = replace(REPORT, findings=(FOUND._replace(end_line=42),))
    properties = workflow_command(render(over, "github").split("\n")[0])[1]
    assert "col" not in properties
    assert properties["endLine"] == "42"


def test_concise() -> None:
    """One line a finding whatever is in the message, nothing that steers a terminal."""
    lines = render(REPORT, "concise").split("\n")
    assert lines == [
        'data/a b,c.ttl:41:3: error[some-rule] Soup, 100%: "hot" ::error::& <b>\\u001B[31m\\u202E',
        "data/a b,c.ttl:41:3: info[mild-rule] Mild",
        "warning[some-rule] Nowhere",
        f"gone from the baseline: some-rule {'4' * 16} Was wrong",
        "7 records, 3 checks, 1 error, 1 warning, 1 info, 1 known, 2 suppressed; "
        "1 gone from the baseline: mlkg validate --update-baseline",
        "",
    ]


def test_text_shows_the_line() -> None:
    """An excerpt, a caret under the whole term, and how to mend it."""
    shown = text.render(replace(REPORT, findings=(FOUND,)), paint=plain, width=80).split("\n")
    assert shown[1:] == [
        '  41 |   "hot" .',
        "     |   ^^^^",
        "     = fix: Do it.",
        "",
        f"gone from the baseline: some-rule {'4' * 16} Was wrong",
        "mlkg rule NAME explains a finding, with an example",
        concise.summary(replace(REPORT, findings=(FOUND,))),
        "",
    ]


@pytest.mark.parametrize("colour", [True, False])
def test_text_on_a_terminal(root: Path, colour: bool) -> None:
    """On a terminal the command shows excerpts, in colour unless NO_COLOR says no."""
    master, slave = pty.openpty()
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "80", "NO_COLOR": "" if colour else "1"}
    args = ["validate", "--no-baseline", "-s", "disputed-claim", "data/claims-ray-serve.ttl"]
    process = subprocess.Popen(
        [sys.executable, "-m", "mlkg", *args], cwd=root, stdout=slave, env=env
    )
    os.close(slave)
    shown = b""
    with contextlib.suppress(OSError):  # a terminal without writers ends with an error
        while part := os.read(master, 65536):
            shown += part
    os.close(master)
    assert process.wait(timeout=60) == 1
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown.decode()).splitlines()
    assert lines[0].startswith("data/claims-ray-serve.ttl:80:16: warning[disputed-claim] RayServe")
    assert lines[1:4] == [
        "  80 |   mlkg:verdict verdict:free-paid .",
        "     |                ^^^^^^^^^^^^^^^^^",
        "     = fix: Change the answer, or say with `mlkg set --rationale` why it stands:",
    ]
    assert (b"\x1b[" in shown) is colour


@pytest.mark.parametrize(
    ("line", "column", "end", "expected"),
    [
        ("e:a  e:b .", 6, 9, ("e:a  e:b .", "     ^^^")),
        ("\te:a\te:b .", 6, 9, (" e:a e:b .", "     ^^^")),
        ("日本 e:b .", 4, 7, ("日本 e:b .", "     ^^^")),
        ("e:b '日本' .", 5, 9, ("e:b '日本' .", "    ^^^^^^")),
        ("\x1b[31m e:b", 7, 10, ("\ufffd[31m e:b", "      ^^^")),
        ("e:b", 4, 4, ("e:b", "   ^")),
        (f"{'x' * 40} e:b", 42, 45, ("…xxxxxxxx e:b", "          ^^^")),
        (f"e:b {'x' * 40}", 1, 4, (f"e:b {'x' * 25}…", "^^^")),
        (f"e:b {'x' * 40}", 5, 45, (f"e:b {'x' * 25}…", f"    {'^' * 26}")),
    ],
)
def test_excerpts(line: str, column: int, end: int, expected: tuple[str, str]) -> None:
    """Tabs, wide characters, control characters and long lines keep caret and text together."""
    finding = FOUND._replace(line=1, end_line=1, column=column, end_column=end, source_line=line)
    shown = text.render(replace(REPORT, findings=(finding,)), paint=plain, width=36).split("\n")
    excerpt, caret = shown[1].removeprefix("  1 | "), shown[2].removeprefix("    | ")
    assert (excerpt, caret) == expected

"""Workflow commands of GitHub Actions: annotations on the lines of a pull request."""

from __future__ import annotations

from mlkg.validation.findings import Finding, Report
from mlkg.validation.reports import concise

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report) -> str:
    """Return a command for each finding, then the summary, which a log shows as it is."""
    lines = [_command(finding) for finding in report.findings]
    return "".join(f"{line}\n" for line in [*lines, concise.summary(report)])


def _command(finding: Finding) -> str:
    properties: dict[str, str | int | None] = {"file": finding.file, "line": finding.line}
    if finding.end_line == finding.line:
        properties |= {"col": finding.column, "endColumn": finding.end_column}
    properties["endLine"] = finding.end_line
    properties["title"] = f"mlkg {finding.rule}"
    given = ",".join(
        f"{name}={_property(str(value))}" for name, value in properties.items() if value is not None
    )
    place = concise.place(finding)
    return f"::{_COMMANDS[finding.severity]} {given}::{_data(f'{place}{finding.message}')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

"""One line a finding, `file:line:column: severity[rule] message`, for pipes, editors and greps."""

from __future__ import annotations

from mlkg.text import count, one_line
from mlkg.validation.findings import Finding, Report


def render(report: Report) -> str:
    """Return a line for each finding, for each entry gone from the baseline, and a summary."""
    lines = [
        f"{place(finding)}{finding.severity}[{finding.rule}] {one_line(finding.message)}"
        for finding in report.findings
    ]
    return "".join(f"{line}\n" for line in [*lines, *gone(report), summary(report)])


def place(finding: Finding) -> str:
    """Return `file:line:column: `, or as much of it as is known."""
    parts = (finding.file, finding.line, finding.column)
    known = ":".join(str(part) for part in parts if part is not None)
    return f"{known}: " if known else ""


def gone(report: Report) -> list[str]:
    """Return a line for each entry of the baseline that can be removed."""
    return [
        f"gone from the baseline: {entry.rule} {entry.fingerprint} {entry.message}".rstrip()
        for entry in report.gone
    ]


def summary(report: Report) -> str:
    """Return the line that counts records, checks and findings."""
    counted = [count(report.records, "record"), count(report.checks, "check")]
    counted += [count(n, severity) for severity, n in report.counts().items() if severity != "info"]
    counted.append(f"{report.counts()['info']} info")
    if report.known:
        counted.append(f"{len(report.known)} known")
    if report.suppressed:
        counted.append(f"{report.suppressed} suppressed")
    line = ", ".join(counted)
    if report.gone:
        line += f"; {len(report.gone)} gone from the baseline: mlkg validate --update-baseline"
    return line

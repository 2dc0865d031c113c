"""Findings with the line of the file that they are about, for people at a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from mlkg.text import display_width, one_line, wrap
from mlkg.validation.findings import Finding, Report
from mlkg.validation.reports import concise

Paint = Callable[[str, str], str]
"""Given a text and a severity (or `faint`, `heading`), returns the text with its colour."""


def render(report: Report, *, paint: Paint, width: int = 100) -> str:
    """Return each finding with an excerpt, a caret and how to mend it, then the summary.

    Long lines of files are cut to `width` columns around the place at fault.
    """
    blocks = [
        "".join(f"{line}\n" for line in _block(f, report, paint, width)) for f in report.findings
    ]
    last = [paint(line, "faint") for line in concise.gone(report)]
    if report.findings:
        last.append(paint("mlkg rule NAME explains a finding, with an example", "faint"))
    last.append(paint(concise.summary(report), "heading"))
    return "\n".join([*blocks, "".join(f"{line}\n" for line in last)])


def _block(finding: Finding, report: Report, paint: Paint, width: int) -> list[str]:
    label = paint(f"{finding.severity}[{finding.rule}]", finding.severity)
    place = paint(concise.place(finding), "heading")
    lines = [f"{place}{label} {one_line(finding.message)}"]
    gutter = " " * len(str(finding.line or ""))
    if finding.line is not None:
        shown, under = _excerpt(finding, width - len(gutter) - 5)
        lines.append(f"  {paint(f'{finding.line} |', 'faint')} {shown}")
        lines.append(f"  {gutter} {paint('|', 'faint')} {paint(under, finding.severity)}")
    check = report.applied.get(finding.rule)
    if check is not None and check.fix:
        first, *more = wrap(one_line(check.fix), max(width - len(gutter) - 10, 30))
        lines.append(f"  {gutter} {paint('= fix:', 'faint')} {first}")
        lines += [f"  {gutter}        {line}" for line in more]
    return lines


def _excerpt(finding: Finding, room: int) -> tuple[str, str]:
    """Return the source line, cut to `room` columns, and the carets that go under it."""
    assert finding.column is not None  # noqa: S101 - set with the line
    line = "".join(map(_shown, finding.source_line))
    start = finding.column - 1
    stop = len(line)
    if finding.end_line == finding.line and finding.end_column is not None:
        stop = finding.end_column - 1
    stop = max(min(stop, len(line)), start + 1)
    first = 0
    if display_width(line) > room:
        first = 0 if display_width(line[:stop]) <= room else max(0, start - room // 3)
        line = line[first:]
        if first:
            line = "…" + line[1:]
        while display_width(line) > room:
            line = line[:-2] + "…"
    before = line[: start - first]
    at_fault = line[start - first : stop - first]
    return line, " " * display_width(before) + "^" * max(display_width(at_fault), 1)


def _shown(char: str) -> str:
    """Return a character of a source line as it may go to a terminal, in the same one place."""
    if char == "\t":
        return " "
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(char) in {"Cc", "Cf"} else char

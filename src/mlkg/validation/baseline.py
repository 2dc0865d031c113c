"""The baseline: findings that are known and accepted for now, one a line in a file in git."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from mlkg.errors import DataError, Problem
from mlkg.text import one_line
from mlkg.validation.findings import Finding, Gone, Report

_HEADER = """\
# Findings that `mlkg validate` knows and accepts. Only new ones count.
# One a line, sorted: rule, fingerprint, message. The message is for people and may be worded anew.
# Mend a finding and delete its line, or let `mlkg validate --update-baseline` do it.
"""
_LINE = re.compile(r"(\S+) ([0-9a-f]{16})(?: (.*))?")


def read_baseline(path: Path) -> Mapping[str, Gone]:
    """Return the entries of the baseline `path` by fingerprint; none when there is no such file.

    Raises DataError, which names the line, when the file is no baseline.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise DataError([Problem(str(path), f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise DataError([Problem(str(path), "not UTF-8 text")]) from error
    entries: dict[str, Gone] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.rstrip())
        if match is None:
            way_out = "make the file anew with mlkg validate --update-baseline"
            if re.match(r"<{7}|={7}|>{7}|\|{7}", line):
                way_out = "resolve the merge by keeping the lines of both sides"
            message = f"not of the form 'rule fingerprint message'; {way_out}"
            raise DataError([Problem(str(path), message, number, 1)])
        entries[match[2]] = Gone(match[1], match[2], match[3] or "")
    return entries


def compared(report: Report, entries: Mapping[str, Gone], rules: Collection[str]) -> Report:
    """Return `report` with the findings that `entries` lists moved to `known`.

    Entries that nothing matches are `gone`. An entry of a rule that exists, as `rules` tells, and
    that this report did not apply, is not.
    """
    known = {finding.fingerprint for finding in report.findings} & entries.keys()
    gone = [
        entry
        for entry in entries.values()
        if entry.fingerprint not in known
        and (entry.rule in report.applied or entry.rule not in rules)
    ]
    return replace(
        report,
        findings=tuple(f for f in report.findings if f.fingerprint not in known),
        known=tuple(f for f in report.findings if f.fingerprint in known),
        gone=tuple(sorted(gone, key=lambda entry: (entry.rule, entry.message, entry.fingerprint))),
    )


def written(findings: Iterable[Finding], kept: Iterable[Gone] = ()) -> bytes:
    """Return the text of a baseline of `findings`, and of the entries `kept` from the last one."""
    entries = {entry.fingerprint: entry for entry in kept}
    for finding in findings:
        message = one_line(finding.message)
        entries[finding.fingerprint] = Gone(finding.rule, finding.fingerprint, message)
    order = sorted(entries.values(), key=lambda e: (e.rule, e.message, e.fingerprint))
    lines = [f"{e.rule} {e.fingerprint} {e.message}".rstrip() for e in order]
    return (_HEADER + "".join(f"{line}\n" for line in lines)).encode()

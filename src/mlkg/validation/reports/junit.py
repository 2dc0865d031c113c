"""JUnit XML, which GitLab, Jenkins and most other CI systems show as tests."""

from __future__ import annotations

import re
from collections import defaultdict
from xml.etree import ElementTree

from mlkg.text import count, one_line
from mlkg.validation.findings import Finding, Report, is_as_grave
from mlkg.validation.reports import concise

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report, fail_on: str) -> str:
    """Return a suite with a test case for each check, so that what passed is seen too.

    A case fails when it has a finding as grave as `fail_on`, as the command's exit status does;
    milder findings are its output. Findings in the baseline are left out.
    """
    by_rule: dict[str, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        by_rule[finding.rule].append(finding)
    names = [*report.applied, *sorted(by_rule.keys() - report.applied.keys())]
    failed = {
        name for name in names if any(is_as_grave(f.severity, fail_on) for f in by_rule[name])
    }
    counts = {"tests": str(len(names)), "failures": str(len(failed)), "errors": "0"}
    root = ElementTree.Element("testsuites", {"name": "mlkg validate", **counts, "time": "0"})
    suite = ElementTree.SubElement(
        root, "testsuite", {"name": "mlkg validate", **counts, "skipped": "0", "time": "0"}
    )
    for name in names:
        case = ElementTree.SubElement(
            suite, "testcase", {"classname": "mlkg.validate", "name": name, "time": "0"}
        )
        if findings := by_rule[name]:
            if findings[0].file is not None:
                case.set("file", findings[0].file)
            lines = [f"{concise.place(f)}{f.severity}: {one_line(f.message)}" for f in findings]
            text = "\n".join(lines)
            if name in failed:
                said = f"{count(len(findings), 'finding')}: {_summary(report, name)}"
                attributes = {"message": said, "type": findings[0].severity}
                ElementTree.SubElement(case, "failure", attributes).text = text
            else:
                ElementTree.SubElement(case, "system-out").text = text
    ElementTree.indent(root)
    written = ElementTree.tostring(root, encoding="unicode")
    written = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", written)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'


def _summary(report: Report, name: str) -> str:
    return one_line(report.applied[name].summary) if name in report.applied else name

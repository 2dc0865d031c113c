"""SARIF 2.1.0 (OASIS): what GitHub code scanning and other viewers of findings read."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from mlkg.naming import plain
from mlkg.text import one_line
from mlkg.validation.findings import Check, Finding, Report

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_ROOT = "%SRCROOT%"


def render(report: Report) -> str:
    """Return a log with one run.

    Findings in the baseline are results whose baselineState is `unchanged`, others are `new`.
    """
    from importlib.metadata import version

    rules = list(report.applied)
    results = [_result(finding, rules, "new") for finding in report.findings]
    results += [_result(finding, rules, "unchanged") for finding in report.known]
    run = {
        "tool": {
            "driver": {
                "name": "mlkg",
                "semanticVersion": version("mlkg"),
                "rules": [_rule(check) for check in report.applied.values()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [{"executionSuccessful": True}],
        "results": results,
    }
    log = {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
        "sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _rule(check: Check) -> dict[str, Any]:
    summary = one_line(check.summary)
    return {
        "id": check.name,
        "shortDescription": {"text": summary},
        "help": {"text": check.notes or summary, "markdown": check.notes or summary},
        "defaultConfiguration": {"level": _LEVELS[check.severity]},
    }


def _result(finding: Finding, rules: list[str], state: str) -> dict[str, Any]:
    result: dict[str, Any] = {"ruleId": finding.rule}
    if finding.rule in rules:
        result["ruleIndex"] = rules.index(finding.rule)
    return {
        **result,
        "level": _LEVELS[finding.severity],
        "message": {"text": one_line(finding.message)},
        "locations": [_location(finding)],
        "partialFingerprints": {"mlkgFinding/v1": finding.fingerprint},
        "baselineState": state,
    }


def _location(finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {
        "logicalLocations": [{"fullyQualifiedName": plain(finding.focus), "kind": "resource"}]
    }
    if finding.file is not None:
        location["physicalLocation"] = {"artifactLocation": _artifact(finding.file)}
    if finding.line is not None:
        region: dict[str, Any] = {"startLine": finding.line, "startColumn": finding.column}
        region |= {"endLine": finding.end_line, "endColumn": finding.end_column}
        location["physicalLocation"]["region"] = {
            key: number for key, number in region.items() if number is not None
        }
    return location


def _artifact(file: str) -> dict[str, str]:
    if file.startswith("/"):
        return {"uri": f"file://{quote(file)}"}
    return {"uri": quote(file), "uriBaseId": _ROOT}

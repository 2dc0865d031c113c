"""The command `mlkg validate`."""

from __future__ import annotations

import sys
from collections import Counter

import click

from mlkg import text
from mlkg.cli import Place
from mlkg.cli._output import paint
from mlkg.findings import Report
from mlkg.stored import SEVERITIES


@click.command("validate")
@click.option(
    "--select",
    "-s",
    multiple=True,
    metavar="RULE",
    help="Apply only this rule or shape. May be repeated, or name several with commas.",
)
@click.option(
    "--ignore",
    "-i",
    multiple=True,
    metavar="RULE",
    help="Leave out this rule or shape. May be repeated, or name several with commas.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*SEVERITIES, "never"]),
    default="error",
    show_default=True,
    help="Exit with status 1 when a finding is as grave as this.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print the last line only.")
@click.option("--statistics", is_flag=True, help="Count the findings of each rule.")
@click.pass_obj
def command(
    place: Place,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str,
    quiet: bool,
    statistics: bool,
) -> None:
    """Check the study: its syntax, then its shapes, then its rules.

    One finding a line; the last line counts what was checked and found.
    `mlkg rule NAME` explains a finding.

    \b
    Example:
      mlkg validate
      mlkg validate --select unsupported-claim --fail-on warning
      mlkg validate --ignore unsourced-evidence,orphan-source
    """
    report = place.study().validate(select=_names(select), ignore=_names(ignore))
    if report.checks == 0:
        raise click.UsageError("no check is left: --ignore leaves out all that --select names")
    if statistics:
        _print_statistics(report)
    elif not quiet:
        for finding in report.findings:
            label = paint(finding.severity, finding.severity)
            click.echo(f"{label}[{finding.rule}] {finding.message}")
    click.echo(summary(report))
    sys.exit(1 if fail_on != "never" and report.fails(fail_on) else 0)


def summary(report: Report) -> str:
    """Return the line that counts records, checks and findings."""
    counted = [text.count(report.records, "record"), text.count(report.checks, "check")]
    counted += [
        text.count(n, severity) for severity, n in report.counts().items() if severity != "info"
    ]
    return ", ".join([*counted, f"{report.counts()['info']} info"])


def _names(given: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name.strip() for item in given for name in item.split(",") if name.strip())


def _print_statistics(report: Report) -> None:
    found = Counter((finding.severity, finding.rule) for finding in report.findings)
    order = sorted(found, key=lambda key: (SEVERITIES.index(key[0]), -found[key], key[1]))
    rows = [[str(found[key]), *key] for key in order]
    click.echo("\n".join(text.columns(["findings", "severity", "rule"], rows)))

"""The command `mlkg validate`."""

from __future__ import annotations

import os
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import click

from mlkg import baseline as baselines
from mlkg import reports, text
from mlkg.cli import Place
from mlkg.cli._output import write
from mlkg.cli._reporting import OrderedCommand, deliver, outputs
from mlkg.configuration import FAIL_ON, Configuration, check_rules, read_configuration
from mlkg.findings import Report
from mlkg.reports.concise import summary
from mlkg.revisions import study_at
from mlkg.stored import SEVERITIES
from mlkg.study import Study


@click.command("validate", cls=OrderedCommand)
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH]…")
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
    type=click.Choice(FAIL_ON),
    help="Exit with status 1 when a finding is as grave as this.  [default: error]",
)
@click.option(
    "--format",
    "-f",
    "format",
    multiple=True,
    type=click.Choice(reports.FORMATS),
    help="How to write findings. Without it: text on a terminal, concise elsewhere.",
)
@click.option(
    "--output",
    "-o",
    "output",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A file for the --format before it, or for what its extension names. May be repeated; "
    "text still goes to stdout.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Let the findings in this file pass: only new ones count.",
)
@click.option("--no-baseline", is_flag=True, help="Count known findings too.")
@click.option("--update-baseline", is_flag=True, help="Write the findings of now to the baseline.")
@click.option(
    "--since",
    metavar="REV",
    help="Apply the rules for change too: compare with this revision of git.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print the last line only.")
@click.option("--statistics", is_flag=True, help="Count the findings of each rule.")
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str | None,
    format: tuple[str, ...],
    output: tuple[Path, ...],
    baseline: Path | None,
    no_baseline: bool,
    update_baseline: bool,
    since: str | None,
    quiet: bool,
    statistics: bool,
) -> None:
    """Check the study: its syntax, then its shapes, then its rules.

    With PATH, files or folders of the study's data, only findings there are reported.
    `mlkg rule NAME` explains a finding. Settings are in [tool.mlkg] of the study's pyproject.toml,
    or in its mlkg.toml; options beat them.

    \b
    Example:
      mlkg validate
      mlkg validate --select unsupported-claim --fail-on warning
      mlkg validate --format sarif -o mlkg.sarif --format junit -o junit.xml
      mlkg validate --since main
      mlkg validate --baseline mlkg-baseline.txt --update-baseline
    """
    place: Place = ctx.obj
    wanted = outputs(ctx.meta[OrderedCommand.ORDER], format, output)
    study = place.study()
    settings = read_configuration(study.root)
    known = study.checks()
    check_rules(settings, known)
    known_findings = None if no_baseline else baseline or settings.baseline
    if update_baseline and (paths or not known_findings):
        raise click.UsageError(
            "--update-baseline is for all of the study: leave out PATH"
            if paths
            else "--update-baseline needs to know the file: give --baseline FILE"
        )
    earlier = study_at(study.root, since) if since else None
    report = _checked(study, settings, paths, _names(select), _names(ignore), earlier)
    if known_findings is not None:
        if baseline is not None and not update_baseline and not baseline.exists():
            raise click.UsageError(f"{baseline}: no such file; --update-baseline makes it")
        entries = baselines.read_baseline(known_findings)
        compared = baselines.compared(report, entries, known)
        if update_baseline:
            gone = {entry.fingerprint for entry in compared.gone}
            kept = [entry for entry in entries.values() if entry.fingerprint not in gone]
            write(baselines.written(report.findings, kept), known_findings)
            click.echo(f"{known_findings}: {_change(compared)}", err=True)
            compared = replace(report, findings=(), known=report.findings)
        report = replace(compared, gone=()) if paths else compared
    if statistics or quiet:
        wanted = [one for one in wanted if one.path is not None]
    limit = fail_on or settings.fail_on
    deliver(report, wanted, study.root, limit)
    if statistics:
        _print_statistics(report)
    if statistics or quiet:
        click.echo(summary(report))
    sys.exit(1 if report.fails(limit) else 0)


def _checked(
    study: Study,
    settings: Configuration,
    paths: tuple[Path, ...],
    select: frozenset[str],
    ignore: frozenset[str],
    since: Study | None,
) -> Report:
    """Validate with what options and settings say together.

    --select takes the place of the settings' select and ignore, --ignore adds to them.
    """
    report = study.validate(
        select=select or settings.select,
        ignore=ignore if select else ignore | settings.ignore,
        severities=settings.severities,
        paths=[_below(study.root, path) for path in paths] or settings.paths,
        since=since,
    )
    if report.checks == 0:
        raise click.UsageError(
            "0 checks performed: what --select or the settings name is all ignored"
        )
    return report


def _below(root: Path, path: Path) -> str:
    """Return a path of the working directory as one below the study's folder."""
    return Path(os.path.relpath(path, root)).as_posix()


def _change(compared: Report) -> str:
    known = text.count(len(compared.findings) + len(compared.known), "finding")
    return f"{known}, {len(compared.findings)} new, {len(compared.gone)} removed"


def _names(given: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name.strip() for item in given for name in item.split(",") if name.strip())


def _print_statistics(report: Report) -> None:
    found = Counter((finding.severity, finding.rule) for finding in report.findings)
    order = sorted(found, key=lambda key: (SEVERITIES.index(key[0]), -found[key], key[1]))
    rows = [[str(found[key]), *key] for key in order]
    click.echo("\n".join(text.columns(["findings", "severity", "rule"], rows)))

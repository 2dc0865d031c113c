"""The command `mlkg validate`."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

import click

from mlkg import text
from mlkg.cli import Place
from mlkg.cli._endpoint import pass_place
from mlkg.cli._output import write
from mlkg.cli._progress import Progress
from mlkg.cli._reporting import OrderedCommand, deliver, outputs
from mlkg.history.revisions import study_at
from mlkg.stored import SEVERITIES
from mlkg.study import Study
from mlkg.validation import baseline as baselines
from mlkg.validation import reports
from mlkg.validation.checks import checks
from mlkg.validation.configuration import FAIL_ON, Configuration, check_rules, read_configuration
from mlkg.validation.engines import ENGINES
from mlkg.validation.file_set import FileSet
from mlkg.validation.findings import Report
from mlkg.validation.reports.concise import summary
from mlkg.validation.run import validate


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
    "--shapes",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Check the RDF files PATH against these SHACL shapes instead of a study. May be repeated.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    show_default=True,
    help="What checks shapes: oxigraph compiles them to SPARQL, pyshacl is the reference.",
)
@click.option(
    "--since",
    metavar="REV",
    help="Apply the rules for change too: compare with this revision of git.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print the last line only.")
@click.option("--statistics", is_flag=True, help="Count the findings of each rule.")
@pass_place
def command(
    place: Place,
    paths: tuple[Path, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str | None,
    format: tuple[str, ...],
    output: tuple[Path, ...],
    baseline: Path | None,
    no_baseline: bool,
    update_baseline: bool,
    shapes: tuple[Path, ...],
    engine: str,
    since: str | None,
    quiet: bool,
    statistics: bool,
) -> None:
    """Check the study: its syntax, then its shapes, then its rules.

    With PATH, files or folders of the study's data, only findings there are reported.
    With --shapes, PATH are RDF files of any syntax, and no study is needed.
    `mlkg rule NAME` explains a finding. Settings are in [tool.mlkg] of the study's pyproject.toml,
    or in its mlkg.toml; options beat them.

    \b
    Example:
      mlkg validate
      mlkg validate --select unsupported-claim --fail-on warning
      mlkg validate --format sarif -o mlkg.sarif --format junit -o junit.xml
      mlkg validate --since main
      mlkg validate --baseline mlkg-baseline.txt --update-baseline
      mlkg validate --shapes shapes.ttl data.ttl more.nt
    """
    order = click.get_current_context().meta[OrderedCommand.ORDER]
    wanted = outputs(order, format, output)
    if statistics or quiet:
        wanted = [one for one in wanted if one.path or one.format not in {"text", "concise"}]
    if statistics and any(one.path is None for one in wanted):
        raise click.UsageError("--statistics goes to stdout: give the --format a file with -o")
    if shapes and not paths:
        raise click.UsageError("--shapes needs the files to check: mlkg validate --shapes S D…")
    if shapes and place.endpoint:
        raise click.UsageError("--shapes checks files: leave out --endpoint")
    if shapes and since is not None:
        raise click.UsageError("--since is for a study: leave out --shapes")
    with Progress("loading") as progress:
        subject = FileSet(paths, shapes) if shapes else place.study()
        settings = read_configuration(subject.folder) if subject.folder else Configuration()
        below = [] if shapes else [_below(subject.root, path) for path in paths]
        if since is not None:
            assert not isinstance(subject, FileSet), "refused above"  # noqa: S101
            if subject.folder is None:
                raise click.UsageError("--since needs the study's folder in git: give -C DIR")
            subject.compare_with(study_at(subject.folder, since))
        known = checks({**subject.rules(), **subject.rules_for_change()}, subject.shapes())
        check_rules(settings, known)
        file = None if no_baseline else baseline or settings.baseline
        if update_baseline and file is None:
            raise click.UsageError("--update-baseline needs to know the file: give --baseline FILE")
        if update_baseline and below:
            raise click.UsageError("--update-baseline is for all of the study: leave out PATH")
        if baseline and not update_baseline and not baseline.exists():
            raise click.UsageError(f"{baseline}: no such file; --update-baseline makes it")
        report = _checked(
            subject,
            settings,
            below,
            _names(select),
            _names(ignore),
            engine,
            in_full=bool(wanted) or file is not None,
            progress=progress.show,
        )
    for note in report.notes:
        click.echo(f"note: {note}", err=True)
    if file is not None:
        report = _compared(report, file, known, update=update_baseline)
    if below:
        report = replace(report, gone=())
    limit = fail_on or settings.fail_on
    deliver(report, wanted, subject.root, limit)
    if statistics:
        _print_statistics(report)
    if statistics or quiet:
        click.echo(summary(report))
    sys.exit(1 if report.fails(limit) else 0)


def _checked(
    subject: Study | FileSet,
    settings: Configuration,
    paths: Sequence[str],
    select: frozenset[str],
    ignore: frozenset[str],
    engine: str,
    *,
    in_full: bool,
    progress: Callable[[str], None],
) -> Report:
    """Validate with what options and settings say together.

    --select takes the place of the settings' select and ignore, --ignore adds to them.
    """
    report = validate(
        subject,
        select=select or settings.select,
        ignore=ignore if select else ignore | settings.ignore,
        severities=settings.severities,
        paths=paths or settings.paths,
        engine=engine,
        in_full=in_full,
        progress=progress,
    )
    if report.checks == 0:
        raise click.UsageError(
            "0 checks performed: what --select or the settings name is all ignored"
        )
    return report


def _below(root: Path, path: Path) -> str:
    """Return a path of the working directory as one below the study's folder."""
    return Path(os.path.relpath(path, root)).as_posix()


def _compared(report: Report, file: Path, known: Collection[str], *, update: bool) -> Report:
    """Set apart the findings that the baseline `file` lists, or write those of now to it."""
    entries = baselines.read_baseline(file)
    compared = baselines.compared(report, entries, known)
    if not update:
        return compared
    gone = {entry.fingerprint for entry in compared.gone}
    kept = [entry for entry in entries.values() if entry.fingerprint not in gone]
    write(baselines.written(report.findings, kept), file)
    count = text.count(len(report.findings), "finding")
    click.echo(f"{file}: {count}, {len(compared.findings)} new, {len(gone)} removed", err=True)
    return replace(compared, findings=(), known=report.findings, gone=())


def _names(given: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name.strip() for item in given for name in item.split(",") if name.strip())


def _print_statistics(report: Report) -> None:
    found = Counter((finding.severity, finding.rule) for finding in report.findings)
    order = sorted(found, key=lambda key: (SEVERITIES.index(key[0]), -found[key], key[1]))
    rows = [[str(found[key]), *key] for key in order]
    click.echo("\n".join(text.columns(["findings", "severity", "rule"], rows)))

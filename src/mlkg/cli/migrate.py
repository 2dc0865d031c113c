"""The command `mlkg migrate`."""

from __future__ import annotations

import json

import click

from mlkg import files, text
from mlkg.cli import Place
from mlkg.cli._editing import dry_run_option, show_diff
from mlkg.editing import migrating
from mlkg.editing.migrating import Migration


@click.command("migrate")
@dry_run_option
@click.option(
    "--format",
    "-f",
    "format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to report what changed and what to review.",
)
@click.pass_obj
def command(place: Place, dry_run: bool, format: str) -> None:
    """Bring the data of mlkg 0.1 into the current form: evidence states what it indicates.

    In mlkg 0.1 evidence stated whether it supports or disputes its claim. Now it states which
    verdict it indicates or excludes, and its direction follows from that. Where the old data did
    not state a verdict, that of the claim is taken, and the piece of evidence is listed: review it.
    Evidence that contradicts itself is listed with file and line; then nothing is written and the
    exit status is 2. Only the lines concerned change, in all files or in none.

    \b
    Example:
      mlkg migrate --dry-run
      mlkg migrate
    """
    root = place.root()
    if dry_run or not (root / "data").is_dir():  # no lock is taken in a folder that has no study
        found = migrating.migration(root)
    else:
        with files.locked(root):
            found = migrating.migration(root)
            migrating.write(found.draft)
    if format == "json":
        click.echo(_as_json(found, dry_run=dry_run))
        return
    if dry_run:
        show_diff(found.draft)
    else:
        for change in found.draft.changes:
            click.echo(f"{change.name}: migrated")
    _show_review(found, dry_run=dry_run)


def _show_review(found: Migration, *, dry_run: bool) -> None:
    """Print what to review, or that there is nothing to do, on stdout, and a summary on stderr."""
    for noted in found.review:
        line = noted.line.before if dry_run else noted.line.after
        click.echo(f"{noted.line.file}:{line}: {noted.remark.cell}: {noted.remark.message}")
    number = len(found.draft.changes)
    if not number:
        click.echo("nothing to migrate: the data are in the current form")
        return
    would = "would be " if dry_run else ""
    review = f"; {text.count(len(found.review), 'line')} to review" if found.review else ""
    click.echo(f"{text.count(number, 'file')} {would}migrated{review}", err=True)


def _as_json(found: Migration, *, dry_run: bool) -> str:
    """Return the report for programs; the lines are those of the files after the migration."""
    review = [
        {
            "file": noted.line.file,
            "line": noted.line.after,
            "record": str(noted.remark.record)[1:-1],
            "cell": noted.remark.cell,
            "message": noted.remark.message,
        }
        for noted in found.review
    ]
    document = {
        "version": 1,
        "written": bool(found.draft.changes) and not dry_run,
        "files": [change.name for change in found.draft.changes],
        "review": review,
    }
    return json.dumps(document, ensure_ascii=False, indent=2)

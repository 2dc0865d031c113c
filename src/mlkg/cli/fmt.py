"""The command `mlkg fmt`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mlkg import files as disk
from mlkg.cli import Place
from mlkg.cli._editing import show_diff
from mlkg.editing import drafts


@click.command("fmt")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option("--check", is_flag=True, help="Write nothing; exit with status 1 if a file would.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@click.pass_obj
def command(place: Place, files: tuple[Path, ...], check: bool, diff: bool) -> None:
    """Bring Turtle into the house form: prefixes sorted, one fact a line, comments kept.

    Without FILE: the study's data/*.ttl and ontology/*.ttl. Triples never change: both texts are
    parsed and compared before a file is replaced.

    \b
    Example:
      mlkg fmt
      mlkg fmt --check
      mlkg fmt --diff data/criteria.ttl
    """
    root = Path.cwd() if files and place.folder is None else place.root()
    if not (diff or check):
        with disk.locked(root):
            draft = drafts.formatted(root, files)
            drafts.write(draft)
        for change in draft.changes:
            click.echo(f"{change.name}: formatted")
        return
    draft = drafts.formatted(root, files)
    if diff:
        show_diff(draft)
    else:
        for change in draft.changes:
            click.echo(f"{change.name}: not in the house form")
    number = len(draft.changes)
    if number:
        subject = "1 file is" if number == 1 else f"{number} files are"
        click.echo(f"{subject} not in the house form; mlkg fmt mends it", err=True)
    sys.exit(1 if check and number else 0)

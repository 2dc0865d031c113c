"""The command `mlkg verify`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mlkg.cli import Place
from mlkg.cli._endpoint import pass_place
from mlkg.cli._output import paint, write
from mlkg.cli._progress import Progress
from mlkg.errors import MlkgError


@click.command("verify")
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "-f",
    "format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to tell it.",
)
@click.option("--all", "every", is_flag=True, help="Show every difference, not the first twenty.")
@pass_place
def command(place: Place, files: tuple[Path, ...], format: str, every: bool) -> None:
    """Say whether exported files are what the graph says today.

    \b
    current    every cell is what the graph says
    stale      it was, and the graph has changed since: which cells
    altered    it is no export of the study, today's or a past one: which cells
    undecided  it differs, and git's history, which could tell why, is not there

    Contents are compared, not only the digest that a file names: the export is made again, with the
    words that the file names, from the study of today and of git's revisions.

    Exit status: 0 when all files are current, 1 when one is stale, 2 when one is altered,
    undecided, or cannot be read.

    \b
    Example:
      mlkg verify table.md report.html
      mlkg verify table.xlsx --format json
    """
    from mlkg.study import FolderStudy
    from mlkg.verification import CURRENT, STALE, Verification, verify
    from mlkg.verification.past import Past
    from mlkg.verification.text import as_json, as_text

    results: dict[str, Verification | str] = {}
    with Progress("Reading the study") as progress:
        study = place.study()
        past = Past(study, study.root if isinstance(study, FolderStudy) else None)
        for file in files:
            progress.show(f"Comparing {file}")
            try:
                results[str(file)] = verify(file, past)
            except MlkgError as error:
                results[str(file)] = str(error).removeprefix(f"{file}: ")
    told = as_json(results) if format == "json" else as_text(results, every=every, paint=paint)
    write(told.encode(), None)
    found = {"error" if isinstance(r, str) else r.status for r in results.values()}
    sys.exit(0 if found <= {CURRENT} else 1 if found <= {CURRENT, STALE} else 2)

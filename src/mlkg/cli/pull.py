"""The command `mlkg pull`."""

from __future__ import annotations

from pathlib import Path

import click

from mlkg.cli import Place
from mlkg.cli._endpoint import pass_place, readable
from mlkg.cli._progress import Progress


@click.command("pull")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@pass_place
def command(place: Place, folder: Path) -> None:
    """Write a study of a SPARQL endpoint into DIR, a new or empty folder, a file a graph.

    The files are in the house form, sorted. Comments do not come back, for an endpoint has none,
    nor do queries, shapes and settings; terms come back unless they are mlkg's own. All files
    appear at once, or none.

    \b
    Example:
      mlkg pull --endpoint https://db.example.org/sparql my-study
      mlkg pull --study https://example.org/lunch my-study
    """
    from mlkg.remote.protocol import Connection
    from mlkg.remote.pull import check_empty, pull

    check_empty(folder)
    with Progress("connecting") as progress:
        connection = Connection(readable(place))
        manifest = pull(connection, place.iri, folder, progress.show)
    if manifest.derived is None:
        click.echo(
            "note: mlkg 0.1 pushed this study; it is written in the form of the current model, "
            "see mlkg migrate",
            err=True,
        )
    files = len(manifest.data)
    click.echo(f"{manifest.study}: {files} data file{'s' if files != 1 else ''} in {folder}")

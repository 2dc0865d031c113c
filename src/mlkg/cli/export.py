"""The command `mlkg export`."""

from __future__ import annotations

from pathlib import Path

import click

from mlkg import exports
from mlkg.cli import Place
from mlkg.cli._output import write


@click.command("export")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The file to write, all of it or nothing; without it, stdout.",
)
@click.option(
    "--format",
    "-f",
    "format",
    type=click.Choice(list(exports.FORMATS)),
    help="What to write. Without it: what the extension of the file says, or md.",
)
@click.pass_obj
def command(place: Place, output: Path | None, format: str | None) -> None:
    """Write the study's table, or its triples, to a file or to stdout.

    The table as md, csv, tsv or json; the triples as ttl, nt, trig or jsonld.

    \b
    Example:
      mlkg export
      mlkg export -o table.csv
      mlkg export --format trig -o study.trig
    """
    chosen = format or (exports.format_of(str(output)) if output else "md")
    write(exports.export(place.study(), chosen), output)

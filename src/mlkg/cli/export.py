"""The command `mlkg export`."""

from __future__ import annotations

from pathlib import Path

import click

from mlkg import export
from mlkg.cli import Place
from mlkg.cli._output import write
from mlkg.cli._progress import Progress
from mlkg.export.part import Part
from mlkg.parameters import parse_parameters


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
    metavar="FORMAT",
    help="What to write. Without it: what the extension of the file says, or md.",
)
@click.option("--option", "options", multiple=True, metavar="NAME", help="Only this option.")
@click.option("--criterion", "criteria", multiple=True, metavar="NAME", help="Only this criterion.")
@click.option("--state", "states", multiple=True, metavar="STATE", help="Only cells in this state.")
@click.option("--transpose", is_flag=True, help="Criteria down, options across.")
@click.option("--view", metavar="NAME", help="The rows of a stored query, in place of the table.")
@click.option(
    "--param",
    "-p",
    "params",
    multiple=True,
    metavar="NAME=TERM",
    help="Bind a variable of the view, as mlkg query does.",
)
@click.option(
    "--no-guard", is_flag=True, help="csv, tsv: no apostrophe before what looks like a formula."
)
@click.option("--no-footnotes", is_flag=True, help="md: the table without its evidence.")
@click.option(
    "--no-document", is_flag=True, help="tex: the table alone, to \\input into a document."
)
@click.option(
    "--repository",
    metavar="URL",
    help="Where readers find the study; without it, the study's mlkg:repository.",
)
@click.pass_obj
def command(
    place: Place,
    output: Path | None,
    format: str | None,
    options: tuple[str, ...],
    criteria: tuple[str, ...],
    states: tuple[str, ...],
    transpose: bool,
    view: str | None,
    params: tuple[str, ...],
    no_guard: bool,
    no_footnotes: bool,
    no_document: bool,
    repository: str | None,
) -> None:
    """Write the study's table with its evidence, a view, or the triples, to a file or to stdout.

    \b
    For readers:  md, csv, tsv, json, xlsx, tex, svg
    As triples:   ttl, nt, nq, trig, jsonld, rdfxml

    A csv or tsv file gets a companion, FILE-metadata.json, that tells its columns and its origin.

    \b
    Example:
      mlkg export
      mlkg export -o study.xlsx
      mlkg export -o table.csv --option mlflow --option kubeflow
      mlkg export --view sources -o sources.md
      mlkg export --format trig -o study.trig
    """
    chosen = format or (export.format_of(str(output)) if output else "md")
    part = Part(options, criteria, states, transpose)
    if view is None and params:
        raise click.UsageError("--param goes with --view NAME")
    if view is not None and part != Part():
        raise click.UsageError(
            "--option, --criterion, --state and --transpose are for the table, not for --view"
        )
    left_out = {"guard": no_guard, "footnotes": no_footnotes, "document": no_document}
    how = {name: False for name, left in left_out.items() if left}
    # A device or a pipe has no name by which a companion could be found.
    name = output.name if output and (output.is_file() or not output.exists()) else ""
    with Progress("Reading the study") as progress:
        study = place.study()
        progress.show(f"Writing {chosen}")
        if view is None:
            files = export.export_files(study, name, chosen, part, repository=repository, **how)
        else:
            bindings = parse_parameters(params, study.prefixes)
            files = export.export_view_files(
                study, name, view, chosen, bindings, repository=repository, **how
            )
    for beside, content in files.items():
        write(content, output.with_name(beside) if output and beside else output)

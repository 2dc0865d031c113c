"""The command `mlkg query`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mlkg import results, text
from mlkg.cli import Place
from mlkg.cli._endpoint import pass_place
from mlkg.cli._output import terminal_width, write
from mlkg.errors import QueryError
from mlkg.parameters import parse_parameters


@click.command("query")
@click.argument("query", metavar="NAME|FILE|-", required=False)
@click.option(
    "--param",
    "-p",
    "params",
    multiple=True,
    metavar="NAME=TERM",
    help="Give the variable ?NAME a term, written as in Turtle: <IRI>, prefix:name, "
    '"text"@en, 42. May be repeated.',
)
@click.option(
    "--format",
    "-f",
    "format",
    type=click.Choice(results.FORMATS),
    default="table",
    show_default=True,
    help="How to write the result; ttl and nt for CONSTRUCT and DESCRIBE.",
)
@click.option("--list", "listing", is_flag=True, help="List the stored queries.")
@pass_place
def command(
    place: Place, query: str | None, params: tuple[str, ...], format: str, listing: bool
) -> None:
    """Run a stored query, a file with SPARQL, or SPARQL from stdin (-).

    A file or stdin may use the study's prefixes without declaring them. Of an endpoint with several
    studies it sees all, unless --study IRI picks one.

    \b
    Example:
      mlkg query --list
      mlkg query unsupported
      mlkg query evidence --param 'option="KubeFlow"' --format csv
      echo 'SELECT * { ?claim mlkg:reliesOn ?option }' | mlkg query -
    """
    study = place.study(several=True)
    if listing:
        rows = [[view.name, view.summary] for view in study.views().values()]
        click.echo("\n".join(text.columns(["view", "what it shows"], rows, width=terminal_width())))
        return
    if query is None:
        raise click.UsageError("name a stored query, a file or -; mlkg query --list shows them")
    bindings = parse_parameters(params, study.prefixes)
    if query == "-" or query.endswith((".rq", ".sparql")) or "/" in query:
        sparql, name = _read(query)
        result = study.query(sparql, bindings, name=name)
    else:
        result = study.query(query, bindings)
    write(results.render(result, format, study.prefixes, terminal_width()), None)


def _read(query: str) -> tuple[str, str]:
    """Return the SPARQL of the file `query`, or of stdin for `-`, and what to call it."""
    name = "<stdin>" if query == "-" else query
    try:
        content = sys.stdin.buffer.read() if query == "-" else Path(query).read_bytes()
        return content.decode("utf-8-sig"), name
    except OSError as error:
        raise QueryError(f"{name}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise QueryError(f"{name}: not UTF-8 text: {error.reason}") from error

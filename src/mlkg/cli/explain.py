"""The command `mlkg explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlkg import lookup
from mlkg.cli import Place
from mlkg.cli._endpoint import pass_place
from mlkg.cli._output import paint, terminal_width, write
from mlkg.errors import AmbiguousNameError, UnknownNameError
from mlkg.explain import files as explanation_files
from mlkg.explain.explanation import explain
from mlkg.explain.overview import Explained, Impact, Overview, find_source, impact, overview
from mlkg.explain.text import render_claims, render_impact, render_overview

if TYPE_CHECKING:
    from mlkg.study import Study


@click.command("explain")
@click.argument("name", metavar="OPTION|CRITERION|SOURCE")
@click.argument("criterion", metavar="[CRITERION]", required=False)
@click.option(
    "--format",
    "-f",
    "format",
    type=click.Choice(["text", *explanation_files.FORMATS]),
    default="text",
    show_default=True,
    help="How to write it: mermaid and dot draw the evidence as a graph, ttl gives its triples.",
)
@pass_place
def command(place: Place, name: str, criterion: str | None, format: str) -> None:
    """Tell why a cell says what it says: its evidence, sources, and the claims it leans on.

    With one name: how an option or a criterion stands, or what rests on a source, given by its
    URL, and would fall with it. Names are labels, alternative labels, IRIs or the beginning of
    one; case does not matter.

    \b
    Example:
      mlkg explain kubeflow "model mon"
      mlkg explain kubeflow
      mlkg explain https://docs.ray.io/en/latest/serve/index.html
      mlkg explain kubeflow ci-cd --format dot | dot -Tsvg > why.svg
    """
    study = place.study()
    found = _found(study, name, criterion)
    if format != "text":
        write(explanation_files.FORMATS[format](study, found), None)
        return
    width = terminal_width()
    if isinstance(found, Overview):
        shown = render_overview(found, width=width, paint=paint)
    elif isinstance(found, Impact):
        shown = render_impact(found, width=width, paint=paint)
    else:
        shown = render_claims(found, width=width, paint=paint)
    click.echo(shown, nl=False)


def _found(study: Study, name: str, criterion: str | None) -> Explained:
    """Find what the names mean and explain it."""
    if criterion is not None:
        option = lookup.find(study, name, "option")
        return explain(study, option.iri, lookup.find(study, criterion, "criterion").iri)
    try:
        record = lookup.find(study, name, "option", "criterion")
    except UnknownNameError:
        if "/" not in name and not _names_a_source(study, name):
            raise
        return impact(study, find_source(study, name).iri)
    return overview(study, record)


def _names_a_source(study: Study, name: str) -> bool:
    try:
        lookup.find(study, name, "source")
    except UnknownNameError:
        return False
    except AmbiguousNameError:
        return True
    return True

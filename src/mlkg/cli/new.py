"""The command `mlkg new`."""

from __future__ import annotations

import click

from mlkg.cli import Place
from mlkg.cli._editing import apply, ask, dry_run_option, interactive
from mlkg.editing import additions
from mlkg.editing.additions import Addition


@click.group("new")
def command() -> None:
    """Add an option or a criterion, with an unknown claim for each cell that it opens.

    A record that is there already gets the claims that it lacks.

    \b
    Example:
      mlkg new option "KServe" --also "KFServing"
      mlkg new criterion "Licence" --definition "Under which terms it may be used."
    """


@command.command("option")
@click.argument("label")
@click.option("--also", multiple=True, metavar="NAME", help="Another name. May be repeated.")
@click.option("--note", metavar="TEXT", help="A note on it.")
@dry_run_option
@click.pass_obj
def option(
    place: Place, label: str, also: tuple[str, ...], note: str | None, dry_run: bool
) -> None:
    """Add a row: an option, and its claims, all unknown.

    \b
    Example:
      mlkg new option "KServe" --also "KFServing"
    """
    given = Addition("option", label, also, note)
    apply(place, lambda study: additions.add(study, given), dry_run=dry_run)


@command.command("criterion")
@click.argument("label")
@click.option("--definition", metavar="TEXT", help="What it asks for; it needs one.")
@click.option("--scale", help="The scale of its verdicts.  [default: yes or no]")
@click.option("--broader", metavar="CRITERION", help="The criterion that it is a part of.")
@click.option("--also", multiple=True, metavar="NAME", help="Another name. May be repeated.")
@click.option("--note", metavar="TEXT", help="A note on what it covers.")
@dry_run_option
@click.pass_obj
def criterion(
    place: Place,
    label: str,
    definition: str | None,
    scale: str | None,
    broader: str | None,
    also: tuple[str, ...],
    note: str | None,
    dry_run: bool,
) -> None:
    """Add a column: a criterion, and each option's claim, all unknown.

    \b
    Example:
      mlkg new criterion "Licence" --definition "Under which terms it may be used."
    """
    if not definition and interactive():
        definition = ask("What it asks for")
    given = Addition("criterion", label, also, note, definition, scale, broader)
    apply(place, lambda study: additions.add(study, given), dry_run=dry_run)

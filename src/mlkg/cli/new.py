"""The command `mlkg new`."""

from __future__ import annotations

import click

from mlkg.cli import Place
from mlkg.cli._editing import apply, ask, date_option, dry_run_option, interactive, moment
from mlkg.editing import additions
from mlkg.editing.additions import Addition
from mlkg.editing.scales import NewScale

_also_option = click.option(
    "--also", multiple=True, metavar="NAME", help="Another name; repeatable."
)


@click.group("new")
def command() -> None:
    """Add an option or a criterion with its claims, all unknown, or a component.

    A record that is there already gets the claims that it lacks.

    \b
    Example:
      mlkg new option "KServe" --also "KFServing"
      mlkg new criterion "Licence" --definition "Under which terms it may be used."
      mlkg new component "Alibi Detect"
    """


@command.command("option")
@click.argument("label")
@_also_option
@click.option("--note", metavar="TEXT", help="A note on it.")
@date_option("When it was recorded.")
@dry_run_option
@click.pass_obj
def option(
    place: Place,
    label: str,
    also: tuple[str, ...],
    note: str | None,
    day: str | None,
    dry_run: bool,
) -> None:
    """Add a row: an option, and its claims, all unknown.

    \b
    Example:
      mlkg new option "KServe" --also "KFServing"
    """
    given = Addition("option", label, moment(day), also, note)
    apply(place, lambda study: additions.add(study, given), dry_run=dry_run)


@command.command("component")
@click.argument("label")
@_also_option
@click.option("--note", metavar="TEXT", help="A note on it.")
@date_option("When it was recorded.")
@dry_run_option
@click.pass_obj
def component(
    place: Place,
    label: str,
    also: tuple[str, ...],
    note: str | None,
    day: str | None,
    dry_run: bool,
) -> None:
    """Add a thing outside the comparison that claims rely on.

    \b
    Example:
      mlkg new component "Alibi Detect" --note "A library that finds drift."
    """
    given = Addition("component", label, moment(day), also, note)
    apply(place, lambda study: additions.add(study, given), dry_run=dry_run)


@command.command("criterion")
@click.argument("label")
@click.option("--definition", metavar="TEXT", help="What it asks for; it needs one.")
@click.option(
    "--scale",
    metavar="NAME",
    help="The scale of its answers, or the name of a new one.  [default: yes or no]",
)
@click.option(
    "--values",
    type=click.Choice(["quantity", "date", "text"]),
    help="A new scale: what its values are.",
)
@click.option("--unit", help="A new scale of quantities: its unit, such as ms, MilliSEC or stars.")
@click.option(
    "--verdicts", multiple=True, metavar="LABEL", help="A new scale: one of its verdicts; repeated."
)
@click.option("--ordered", is_flag=True, help="A new scale: its verdicts go from low to high.")
@click.option("--several", is_flag=True, help="A new scale: a claim may give several answers.")
@click.option(
    "--better", type=click.Choice(["higher", "lower"]), help="A new scale: its better end."
)
@click.option("--broader", metavar="CRITERION", help="The criterion that it is a part of.")
@_also_option
@click.option("--note", metavar="TEXT", help="A note on what it covers.")
@date_option("When it was recorded.")
@dry_run_option
@click.pass_obj
def criterion(
    place: Place,
    label: str,
    definition: str | None,
    scale: str | None,
    values: str | None,
    unit: str | None,
    verdicts: tuple[str, ...],
    ordered: bool,
    several: bool,
    better: str | None,
    broader: str | None,
    also: tuple[str, ...],
    note: str | None,
    day: str | None,
    dry_run: bool,
) -> None:
    """Add a column: a criterion, and each option's claim, all unknown.

    With --values, --unit or --verdicts it gets a scale of its own, called --scale or else as the
    criterion is. Verdicts that the study has are used again, except on an ordered scale.

    \b
    Example:
      mlkg new criterion "Licence" --definition "Under which terms it may be used." \\
        --values text --several
      mlkg new criterion "Latency" --definition "Median time of a request." \\
        --unit ms --better lower
    """
    if not definition and interactive():
        definition = ask("What it asks for")
    new = NewScale(verdicts, values, unit, several, ordered, better)
    given = Addition("criterion", label, moment(day), also, note, definition, scale, broader, new)
    apply(place, lambda study: additions.add(study, given), dry_run=dry_run)

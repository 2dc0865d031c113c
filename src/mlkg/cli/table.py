"""The command `mlkg table`."""

from __future__ import annotations

import click

from mlkg import table_text
from mlkg.cli import Place
from mlkg.cli._endpoint import pass_place
from mlkg.cli._output import paint, terminal_width


@click.command("table")
@click.option(
    "--by",
    type=click.Choice(["verdict", "evidence"]),
    default="verdict",
    show_default=True,
    help="Show what the study publishes, or what current evidence indicates.",
)
@pass_place
def command(place: Place, by: str) -> None:
    """Show the study's table, each cell with the state of its claim.

    \b
    ● supported        sourced evidence supports the answer
    ⊖ weak             sourced evidence supports it, but not as the policy asks
    ∅ by-absence       no, and only searches that found nothing back it
    ○ unsupported      no sourced evidence supports it
    ! disputed         evidence disputes it, and no rationale names that evidence
    ~ reconciled       evidence disputes it, and the rationale answers all of it
    ↻ suspect          it was reviewed and has changed since, or a quote is gone
    · open             the answer is unknown
    ⊘ not-applicable   the criterion does not apply
    … not-assessed     the study does not judge it
    × missing          there is no claim

    With --by evidence a cell shows what current evidence indicates, and how that compares:
    = confirmed, ≠ contradicted, ! contested (the evidence disagrees with itself),
    + ready (the claim is open, and the evidence agrees), · silent (no evidence indicates it).

    \b
    Example:
      mlkg table
      mlkg table --by evidence
      mlkg -C path/to/study table | less -S
    """
    study = place.study()
    width = terminal_width()
    if by == "evidence":
        from mlkg import comparison_text

        shown = comparison_text.render_compared(study.compared_table(), width=width, paint=paint)
    else:
        shown = table_text.render(study.table(), width=width, paint=paint)
    click.echo(shown, nl=False)

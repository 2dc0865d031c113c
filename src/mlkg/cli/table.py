"""The command `mlkg table`."""

from __future__ import annotations

import click

from mlkg import table_text
from mlkg.cli import Place
from mlkg.cli._endpoint import pass_place
from mlkg.cli._output import paint, terminal_width


@click.command("table")
@pass_place
def command(place: Place) -> None:
    """Show the study's table, each cell with the state of its claim.

    \b
    ● supported     sourced evidence backs the verdict
    ○ unsupported   nothing sourced backs it
    ! disputed      evidence speaks against it
    ~ reconciled    evidence speaks against it, and a rationale says why it stands
    ↻ suspect       it was reviewed, and has changed since
    · open          the verdict is unknown
    × missing       there is no claim

    \b
    Example:
      mlkg table
      mlkg -C path/to/study table | less -S
    """
    table = place.study().table()
    click.echo(table_text.render(table, width=terminal_width(), paint=paint), nl=False)

"""The command `mlkg review`."""

from __future__ import annotations

import click

from mlkg.cli import Place
from mlkg.cli._editing import apply, by_option, date_option, dry_run_option, moment, who
from mlkg.editing import reviewing


@click.command("review")
@click.argument("option")
@click.argument("criterion")
@date_option("When you looked.")
@by_option
@dry_run_option
@click.pass_obj
def command(
    place: Place, option: str, criterion: str, day: str | None, by: str | None, dry_run: bool
) -> None:
    """Record that you looked at a claim with its evidence, and that it stands.

    The record holds a digest of what the claim, its evidence and its criterion's definition say
    now. As soon as one of them changes, the claim is suspect: in the table, in `mlkg explain` and
    in `mlkg validate`, until somebody reviews it again.

    \b
    Example:
      mlkg explain kubeflow "model monitoring"
      mlkg review kubeflow "model monitoring"
    """
    name = who(by, place.root(), needed=True) or ""
    at = moment(day)
    apply(
        place,
        lambda study: reviewing.review(study, option, criterion, by=name, at=at),
        dry_run=dry_run,
    )

"""The command `mlkg set`."""

from __future__ import annotations

import click
from pyoxigraph import NamedNode

from mlkg.cli import Place
from mlkg.cli._editing import (
    apply,
    ask,
    by_option,
    date_option,
    dry_run_option,
    interactive,
    moment,
    who,
)
from mlkg.editing.drafts import Draft
from mlkg.editing.revising import Revised, Revision, revise
from mlkg.naming import shorten
from mlkg.study import Study


@click.command("set")
@click.argument("option")
@click.argument("criterion")
@click.argument("answer", nargs=-1, metavar="ANSWER...")
@click.option("--qualifier", metavar="TEXT", help="The condition under which the answer holds.")
@click.option(
    "--rationale", metavar="TEXT", help="Why the claim has this answer, despite what disputes it."
)
@click.option(
    "--despite",
    multiple=True,
    metavar="EVIDENCE",
    help="The evidence that the rationale answers; repeatable.  [default: all that disputes]",
)
@click.option(
    "--relies-on",
    multiple=True,
    metavar="NAME",
    help="An option or a component by means of which it holds; repeatable.",
)
@date_option("When it was decided.")
@by_option
@dry_run_option
@click.pass_obj
def command(
    place: Place,
    option: str,
    criterion: str,
    answer: tuple[str, ...],
    qualifier: str | None,
    rationale: str | None,
    despite: tuple[str, ...],
    relies_on: tuple[str, ...],
    day: str | None,
    by: str | None,
    dry_run: bool,
) -> None:
    """Change what a claim answers, and keep what it said before.

    ANSWER is one of the criterion's scale: a verdict by label or notation (yes, ✔, free), a
    quantity such as 75000 or "12.5 ms", a date as in 2024-03-01, a text; several where the scale
    allows them, one by one or as in "MIT, Apache-2.0". Unknown (?), not applicable (n/a) and not
    assessed (–) are answers on every scale.

    Evidence stays as it is: what it indicates supports the new answer or disputes it. A rationale
    names the evidence that disputes the answer now, which is then reconciled; what disputes it
    later is not. A new answer begins without the qualifier, rationale and reliance of the old
    one, which stay in the record of what the claim said; an empty text ("") takes one away from an
    answer that stays.

    \b
    Example:
      mlkg set kubeflow ci-cd partial --rationale "Only through an add-on."
      mlkg set kubeflow "cost plan" free --by "Ann Example" --date 2024-01-31
    """
    if not answer and interactive():
        answer = (ask("Answer") or "",)
    if not any(answer):
        raise click.UsageError("give the ANSWER")
    given = Revision(
        answer=answer,
        at=moment(day),
        by=who(by, place.root(), needed=True) or "",
        qualifier=qualifier,
        rationale=rationale,
        relies_on=tuple(name for name in relies_on if name) if relies_on else None,
        despite=despite or None,
    )
    revised: list[Revised] = []
    prefixes: dict[str, str] = {}

    def plan(study: Study) -> Draft:
        prefixes.update(study.prefixes)
        revised[:] = [revise(study, option, criterion, given)]
        return revised[0].draft

    drafted = apply(place, plan, dry_run=dry_run)
    if not drafted.changes:
        click.echo("the claim says so already; nothing written", err=True)
    for line in _standing(revised[0], prefixes):
        click.echo(line, err=True)


def _standing(revised: Revised, prefixes: dict[str, str]) -> list[str]:
    """Return lines on how evidence stands to the claim; none where there is no such evidence."""
    standing = revised.standing
    if not standing.supporting and not standing.disputing:
        return []
    supporting, disputing = len(standing.supporting), len(standing.disputing)
    lines = [
        f"{supporting} {'piece' if supporting == 1 else 'pieces'} of evidence "
        f"{'supports' if supporting == 1 else 'support'} the answer, "
        f"{disputing} {'disputes' if disputing == 1 else 'dispute'} it"
    ]
    for piece in standing.disputing:
        answered = ", which the rationale answers" if piece in revised.despite else ""
        lines.append(f"  disputed by {shorten(NamedNode(piece), prefixes)}{answered}")
    return lines

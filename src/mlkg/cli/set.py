"""The command `mlkg set`."""

from __future__ import annotations

import click

from mlkg.cli import Place
from mlkg.cli._editing import apply, ask, by_option, dry_run_option, interactive, moment, who
from mlkg.editing.drafts import Draft
from mlkg.editing.revising import Revision, Turned, revise
from mlkg.lookup import local_name
from mlkg.study import Study


@click.command("set")
@click.argument("option")
@click.argument("criterion")
@click.argument("verdict", required=False)
@click.option("--qualifier", metavar="TEXT", help="The condition under which the verdict holds.")
@click.option("--rationale", metavar="TEXT", help="Why the claim has this verdict.")
@click.option(
    "--relies-on",
    multiple=True,
    metavar="OPTION",
    help="An option by means of which it holds. May be repeated.",
)
@click.option("--date", "day", metavar="DATE", help="When it was decided.  [default: now, in UTC]")
@by_option
@dry_run_option
@click.pass_obj
def command(
    place: Place,
    option: str,
    criterion: str,
    verdict: str | None,
    qualifier: str | None,
    rationale: str | None,
    relies_on: tuple[str, ...],
    day: str | None,
    by: str | None,
    dry_run: bool,
) -> None:
    """Change what a claim says, and keep what it said before.

    VERDICT is one of the criterion's scale, by label or notation: yes, ✔, free. A new verdict
    begins without the qualifier, rationale and reliance of the old one, which stay in the record
    of what the claim said; an empty text ("") takes one away from a verdict that stays.
    Evidence that supported the old verdict disputes the new one, unless it indicates the new one.

    \b
    Example:
      mlkg set kubeflow ci-cd partial --rationale "Only through an add-on."
      mlkg set kubeflow "cost plan" free --by "Ann Example" --date 2024-01-31
    """
    if verdict is None and interactive():
        verdict = ask("Verdict")
    if not verdict:
        raise click.UsageError("name the VERDICT")
    given = Revision(
        verdict=verdict,
        at=moment(day),
        by=who(by, place.root(), needed=True) or "",
        qualifier=qualifier,
        rationale=rationale,
        relies_on=relies_on or None,
    )
    turned: list[Turned] = []

    def plan(study: Study) -> Draft:
        drafted, changed = revise(study, option, criterion, given)
        turned[:] = changed
        return drafted

    drafted = apply(place, plan, dry_run=dry_run)
    if not drafted.changes:
        click.echo("the claim says so already; nothing written", err=True)
    for each in turned:
        click.echo(
            f"{local_name(each.evidence)} now {each.direction} the verdict: it indicates "
            f"{local_name(each.indicates)}",
            err=True,
        )

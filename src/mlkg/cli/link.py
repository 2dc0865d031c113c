"""The command `mlkg link`."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import click

from mlkg import lookup
from mlkg.cli import Place
from mlkg.cli._editing import (
    apply,
    ask,
    by_option,
    date_option,
    dry_run_option,
    interactive,
    moment,
    today,
    who,
)
from mlkg.editing import linking, records
from mlkg.editing.linking import WAYS, Link
from mlkg.study import Study

_ANSWERS = ("indicates", "excludes")
_LINK = frozenset(field.name for field in fields(Link))


@click.command("link")
@click.argument("option")
@click.argument("criteria", nargs=-1, required=True, metavar="CRITERION...")
@click.option("--source", "-s", "url", metavar="URL", help="The page that says so.")
@click.option("--title", help="The title of a page that the study does not have yet.")
@click.option("--kind", help="Its kind: officialDocumentation, vendorPage, codeRepository, forum …")
@click.option("--publisher", metavar="WHO", help="The organisation that publishes it.")
@click.option("--supports", is_flag=True, help="It indicates what the claim answers now.")
@click.option("--disputes", is_flag=True, help="It excludes what the claim answers now.")
@click.option("--inconclusive", is_flag=True, help="It indicates nothing and excludes nothing.")
@click.option(
    "--indicates",
    multiple=True,
    metavar="ANSWER",
    help="The answer that it alone gives. Repeated where the scale allows several.",
)
@click.option(
    "--excludes", multiple=True, metavar="ANSWER", help="An answer that it rules out; repeatable."
)
@click.option("--excludes-above", metavar="ANSWER", help="It rules out everything above this.")
@click.option("--excludes-below", metavar="ANSWER", help="It rules out everything below this.")
@click.option("--excludes-qualifier", metavar="TEXT", help="A qualifier that it rules out.")
@click.option("--unit", help="The unit of its quantities, if it is not that of the scale.")
@click.option("--finding", metavar="TEXT", help="What it says, in your words.")
@click.option("--quote", metavar="TEXT", help="What it says, in its own exact words.")
@click.option("--locator", metavar="TEXT", help="Where on the page: a heading, a page number.")
@click.option("--edition", metavar="TEXT", help="The version or the date of the document.")
@click.option(
    "--retrieved", metavar="DATE", help="The day you looked at it.  [default: today, in UTC]"
)
@click.option("--valid-from", metavar="DATE", help="The first day on which it holds.")
@click.option("--valid-until", metavar="DATE", help="The first day on which it no longer holds.")
@click.option(
    "--certainty",
    type=click.Choice(["high", "moderate", "low"], case_sensitive=False),
    help="How sure you are that it says so.",
)
@click.option("--because", metavar="TEXT", help="Why you are so sure, or not surer.")
@click.option("--applies-to", metavar="TEXT", help="The version, plan or customers it speaks of.")
@click.option("--answered-by", metavar="ROLE", help="Who answers in a thread: maintainer, user.")
@click.option(
    "--relies-on",
    multiple=True,
    metavar="NAME",
    help="An option or a component by means of which it holds; repeatable.",
)
@date_option("When it was recorded.")
@by_option
@dry_run_option
@click.pass_obj
def command(
    place: Place,
    /,
    option: str,
    criteria: tuple[str, ...],
    supports: bool,
    disputes: bool,
    inconclusive: bool,
    day: str | None,
    by: str | None,
    dry_run: bool,
    **given: Any,
) -> None:
    """Add evidence to claims: a page, which answer it indicates, what it says.

    The evidence records an answer of its own, so it stays true when the claim changes. Without
    --indicates, --excludes or --inconclusive it indicates what the claim answers now; about a
    claim that is open or not assessed, one of them is required. An ANSWER is one of the
    criterion's scale: a verdict, a quantity such as 75000 or "12.5 ms", a date, a text.
    With several criteria, each claim gets a record of its own; all are written, or none.

    A record goes below what belongs to its claim, the page below the file's other sources if the
    study does not have it yet. Nothing else in the file changes, and nothing is written that
    `mlkg validate` would call an error. On a terminal, what is missing is asked for.

    \b
    Example:
      mlkg link kubeflow ci-cd --source https://www.kubeflow.org/docs/pipelines/ \\
        --kind officialDocumentation --publisher Kubeflow \\
        --indicates yes --finding "Pipelines can be run from a CI job."
      mlkg link kubeflow ci-cd -s https://example.org/post --disputes --dry-run
    """
    way = _way(dict(zip(WAYS, (supports, disputes, inconclusive), strict=True)))
    study = place.files()
    claims = _claims(study, option, criteria)
    if interactive():
        _ask_for_source(study, given)
        if way is None and not any(given[name] for name in _STATEMENTS):
            settled = any(linking.answer_of(study, claim) for claim in claims)
            way = _ask_for_way(given, settled=settled)
        if not given["finding"] and not given["quote"]:
            given["finding"] = ask("What it says, in your words")
    if not given["url"]:
        raise click.UsageError("evidence needs its page: give --source URL")
    given["retrieved"] = given["retrieved"] or today()
    drafted = Link(
        at=moment(day),
        way=way,
        by=who(by, place.root(), needed=False),
        **{name: value for name, value in given.items() if name in _LINK},
    )
    apply(place, lambda study: linking.link(study, option, criteria, drafted), dry_run=dry_run)


_STATEMENTS = (
    "indicates",
    "excludes",
    "excludes_above",
    "excludes_below",
    "excludes_qualifier",
)


def _way(flags: dict[str, bool]) -> str | None:
    """Return the one of --supports, --disputes and --inconclusive that is given, or None."""
    chosen = [way for way, on in flags.items() if on]
    if len(chosen) > 1:
        raise click.UsageError(f"--{chosen[0]} or --{chosen[1]}: evidence points one way")
    return next(iter(chosen), None)


def _claims(study: Study, option: str, criteria: tuple[str, ...]) -> list[str]:
    row = lookup.find(study, option, "option")
    columns = [lookup.find(study, name, "criterion") for name in criteria]
    return [records.claim_of(study, row, column) for column in columns]


def _ask_for_source(study: Study, given: dict[str, Any]) -> None:
    given["url"] = given["url"] or ask("URL of the source")
    if given["url"] and records.source_at(study, given["url"]) is None:
        kinds = [lookup.local_name(k.iri) for k in lookup.records(study, "kind of source")]
        given["title"] = given["title"] or ask("Title of the page", optional=True)
        given["kind"] = given["kind"] or ask(f"Its kind ({', '.join(kinds)})")
        given["publisher"] = given["publisher"] or ask("Its publisher", optional=True)


def _ask_for_way(given: dict[str, Any], *, settled: bool) -> str | None:
    """Ask what evidence states; an answer goes into `given`, a way is returned."""
    ways = ["indicates ANSWER", "excludes ANSWER", "inconclusive"]
    if settled:
        ways = ["supports", "disputes", *ways]
    said = ask(f"What it does ({', '.join(ways)})", default="supports" if settled else None) or ""
    word, _, answer = said.partition(" ")
    found = [way for way in (*WAYS, *_ANSWERS) if word and way.startswith(word.casefold())]
    if len(found) != 1:
        raise click.UsageError(f"{said}: write one of {', '.join(ways)}")
    if found[0] in _ANSWERS:
        given[found[0]] = (answer.strip() or ask("Which answer") or "",)
        return None
    return found[0]

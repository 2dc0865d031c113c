"""The command `mlkg link`."""

from __future__ import annotations

import click

from mlkg import lookup
from mlkg.cli import Place
from mlkg.cli._editing import apply, ask, by_option, dry_run_option, interactive, today, who
from mlkg.editing import linking
from mlkg.editing import records as newrecords
from mlkg.editing.linking import DIRECTIONS, Link
from mlkg.study import Study


@click.command("link")
@click.argument("option")
@click.argument("criterion")
@click.option("--source", "-s", "url", metavar="URL", help="The page that says so.")
@click.option("--title", help="The title of a page that the study does not have yet.")
@click.option("--kind", help="Its kind: officialDocumentation, vendorPage, repository, forum …")
@click.option("--publisher", metavar="WHO", help="The organisation that publishes it.")
@click.option("--supports", is_flag=True, help="It speaks for the claim's verdict.")
@click.option("--disputes", is_flag=True, help="It speaks against the claim's verdict.")
@click.option("--inconclusive", is_flag=True, help="It settles nothing.")
@click.option("--indicates", metavar="VERDICT", help="The verdict that it alone would give.")
@click.option("--finding", metavar="TEXT", help="What it says, in your words.")
@click.option("--quote", metavar="TEXT", help="What it says, in its own exact words.")
@click.option(
    "--retrieved", metavar="DATE", help="The day you looked at it.  [default: today, in UTC]"
)
@by_option
@dry_run_option
@click.pass_obj
def command(
    place: Place,
    option: str,
    criterion: str,
    url: str | None,
    title: str | None,
    kind: str | None,
    publisher: str | None,
    supports: bool,
    disputes: bool,
    inconclusive: bool,
    indicates: str | None,
    finding: str | None,
    quote: str | None,
    retrieved: str | None,
    by: str | None,
    dry_run: bool,
) -> None:
    """Add evidence to a claim: a page, which way it points, what it says.

    The record goes below the claim's other evidence, the page below the file's other sources if
    the study does not have it yet. Nothing else in the file changes, and nothing is written that
    `mlkg validate` would call an error. On a terminal, what is missing is asked for.

    \b
    Example:
      mlkg link kubeflow ci-cd --source https://www.kubeflow.org/docs/pipelines/ \\
        --kind officialDocumentation --publisher Kubeflow \\
        --supports --finding "Pipelines can be run from a CI job."
      mlkg link kubeflow ci-cd -s https://example.org/post --disputes --dry-run
    """
    chosen = [
        way for way, on in zip(DIRECTIONS, (supports, disputes, inconclusive), strict=True) if on
    ]
    if len(chosen) > 1:
        raise click.UsageError(f"--{chosen[0]} or --{chosen[1]}: evidence points one way")
    study = place.files()
    newrecords.claim_of(
        study,
        lookup.find(study, option, "option"),
        lookup.find(study, criterion, "criterion"),
    )
    if interactive():
        url = url or ask("URL of the source")
        if url and newrecords.source_at(study, url) is None:
            title = title or ask("Title of the page", optional=True)
            kind = kind or ask(f"Its kind ({', '.join(_kinds(study))})")
            publisher = publisher or ask("Its publisher", optional=True)
        chosen = chosen or [str(ask(f"It {', '.join(DIRECTIONS[:2])} or is inconclusive"))]
        if not finding and not quote:
            finding = ask("What it says, in your words")
    if not url:
        raise click.UsageError("evidence needs its page: give --source URL")
    direction = next((way for way in DIRECTIONS if chosen and way.startswith(chosen[0])), None)
    if direction is None:
        raise click.UsageError("which way does it point? --supports, --disputes or --inconclusive")
    given = Link(
        url=url,
        direction=direction,
        title=title,
        kind=kind,
        publisher=publisher,
        indicates=indicates,
        finding=finding,
        quote=quote,
        retrieved=retrieved or today(),
        by=who(by, place.root(), needed=False),
    )
    apply(place, lambda study: linking.link(study, option, criterion, given), dry_run=dry_run)


def _kinds(study: Study) -> list[str]:
    return [lookup.local_name(kind.iri) for kind in lookup.records(study, "kind of source")]

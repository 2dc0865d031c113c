"""The command `mlkg push`."""

from __future__ import annotations

import secrets

import click

from mlkg.cli import Place
from mlkg.cli._endpoint import pass_place, writable
from mlkg.cli._progress import Progress
from mlkg.errors import EndpointError

_MISPLACED = (400, 404, 405, 415)
"""Statuses by which servers refuse an update that is sent to the URL for queries."""

_ONE_URL = "if it takes updates at another URL, give --update-endpoint URL"


@click.command("push")
@click.option(
    "--update-endpoint",
    metavar="URL",
    help="Where it takes updates.  [default: where it answers queries]",
)
@click.option(
    "--graph-store",
    metavar="URL",
    help="Where it has the Graph Store Protocol: graphs are sent whole then, not in pieces.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would be done.")
@pass_place
def command(
    place: Place,
    update_endpoint: str | None,
    graph_store: str | None,
    dry_run: bool,
) -> None:
    """Load the study into a SPARQL endpoint, a named graph a file.

    Only graphs whose file changed are replaced, and those whose file is gone are dropped; graphs
    that push did not make, and other studies, are left alone. Readers see a graph as it was or as
    it is, never half of it. Cut off and run again, it ends right. Of two pushes of one study at a
    time, the one that began last goes on.

    The URLs can also stand in MLKG_ENDPOINT, MLKG_UPDATE_ENDPOINT and MLKG_GRAPH_STORE, or as
    endpoint, update-endpoint and graph-store in the study's settings.

    \b
    Example:
      mlkg push --endpoint https://db.example.org/sparql
      mlkg push --endpoint http://localhost:7878/query --update-endpoint http://localhost:7878/update
      mlkg push --dry-run
    """
    with Progress("loading the study") as progress:
        study = place.files()
        target = writable(place, update_endpoint, graph_store)

        from mlkg.remote import planning
        from mlkg.remote.manifests import read_manifest
        from mlkg.remote.protocol import Connection
        from mlkg.remote.push import push

        wanted = planning.wanted(study)
        connection = Connection(target)
        if dry_run:
            progress.show("reading what is there")
            steps = planning.plan(
                read_manifest(connection, wanted.manifest.study), wanted.manifest
            ).steps
            for step in steps:
                progress.print(f"{step.action:9}  {step.entry.file}")
        else:
            token = secrets.token_hex(8)
            done = []
            try:
                for step in push(connection, wanted, token, progress.show):
                    progress.print(f"{step.action:9}  {step.entry.file}")
                    done.append(step)
            except EndpointError as error:
                if error.status in _MISPLACED and target.update_url == target.query_url:
                    raise EndpointError(f"{error}\n{_ONE_URL}", error.status) from error
                raise
            steps = tuple(done)
    counts = planning.counts(steps)
    ending = "; nothing written: --dry-run" if dry_run else ""
    click.echo(f"{wanted.manifest.study}: {counts}{ending}")

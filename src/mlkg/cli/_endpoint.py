"""Which endpoint a command reads from, if any, and the study in it."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

import mlkg
from mlkg.errors import MlkgError, StudyNotFoundError

if TYPE_CHECKING:
    from mlkg.cli import Place
    from mlkg.remote.endpoint import Endpoint
    from mlkg.remote.study import RemoteStudy


_Function = Callable[..., None]

_OPTIONS = (
    click.option(
        "--endpoint",
        metavar="URL",
        help="The SPARQL endpoint that has the study. Without it: MLKG_ENDPOINT, or endpoint in "
        "the study's settings.",
    ),
    click.option(
        "--study",
        metavar="IRI|DIR",
        help="The study to read of those in an endpoint, by its IRI; or a folder, as with -C.",
    ),
    click.option(
        "--timeout",
        type=float,
        metavar="SECONDS",
        help="How long one request to the endpoint may take.  [default: 60, for push 600]",
    ),
    click.option("--insecure", is_flag=True, help="Speak http to an endpoint on another machine."),
)


def options(function: _Function) -> _Function:
    """Let a command have the options that say where an endpoint is and how to speak to it."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def pass_place(function: _Function) -> _Function:
    """Hand a command its Place, with `options`, which may stand behind its name as before it."""

    def command(
        place: Place,
        study: str | None,
        endpoint: str | None,
        timeout: float | None,
        insecure: bool,
        **others: Any,
    ) -> None:
        told = place.told(study=study, endpoint=endpoint, timeout=timeout, insecure=insecure)
        function(told, **others)

    return options(click.pass_obj(functools.update_wrapper(command, function)))


class Named(NamedTuple):
    """The URL of an endpoint; `by_user` tells that no settings of a study name it."""

    url: str
    by_user: bool


def named(place: Place) -> Named | None:
    """Return the endpoint of --endpoint, or MLKG_ENDPOINT, or the settings; None for none."""
    if url := place.endpoint or os.environ.get("MLKG_ENDPOINT"):
        return Named(url, by_user=True)
    folder = folder_of(place)
    if folder is None or not _may_name_endpoint(folder):
        return None
    from mlkg.validation.configuration import read_configuration

    url = read_configuration(folder).endpoint
    return Named(url, by_user=False) if url else None


def _may_name_endpoint(folder: Path) -> bool:
    """Tell whether settings may name an endpoint, which is quicker than to read them as TOML."""
    for name in ("mlkg.toml", "pyproject.toml"):
        try:
            if b"endpoint" in (folder / name).read_bytes():
                return True
        except OSError:
            continue
    return False


def folder_of(place: Place) -> Path | None:
    """Return the folder of a study that is at hand besides the endpoint, None when there is none.

    Raises StudyNotFoundError when -C names a folder that is none.
    """
    if place.folder is not None:
        if not place.folder.is_dir():
            raise StudyNotFoundError(f"{place.folder}: there is no such folder")
        return place.folder
    try:
        return mlkg.find(Path.cwd())
    except StudyNotFoundError:
        return None


def endpoint(place: Place, found: Named) -> Endpoint:
    """Return the endpoint to read from, with the options that the command line gives for it."""
    from mlkg.remote.endpoint import DEFAULT_TIMEOUT, Endpoint

    return Endpoint(
        found.url,
        timeout=DEFAULT_TIMEOUT if place.timeout is None else place.timeout,
        insecure=place.insecure,
        named_by_user=found.by_user,
    )


def opened(place: Place, found: Named, *, several: bool) -> RemoteStudy:
    """Open the study, say what there is to say about it, and see at the end that it held still."""
    from mlkg.remote.study import open_study

    study = open_study(endpoint(place, found), place.iri, folder=folder_of(place), several=several)
    for note in study.notes:
        click.echo(f"note: {note}", err=True)
    click.get_current_context().call_on_close(study.check_unchanged)
    return study


WRITE_TIMEOUT = 600.0
"""Seconds that one request of a push may take: a large graph takes its place in one."""


class _Urls(NamedTuple):
    """What one place, the environment or the settings, says of an endpoint."""

    query: str | None = None
    update: str | None = None
    graph_store: str | None = None


def readable(place: Place) -> Endpoint:
    """Return the endpoint to read from; raise MlkgError when none is named anywhere."""
    found = named(place)
    if found is None:
        raise MlkgError(_UNNAMED)
    return endpoint(place, found)


def writable(place: Place, update_url: str | None, graph_store_url: str | None) -> Endpoint:
    """Return the endpoint to write to; the URLs are what the command line gives.

    What is not given there is taken from the environment, then from the settings, but only where
    they speak of the same endpoint: a study must not be written to another than it is read from.
    Raises MlkgError when no endpoint is named anywhere.
    """
    found = named(place)
    if found is None:
        raise MlkgError(_UNNAMED)
    by_user = found.by_user
    said = _environment()
    if said.query in {None, found.url}:
        update_url, graph_store_url = update_url or said.update, graph_store_url or said.graph_store
    said = _settings(place)
    if said.query == found.url:
        by_user = by_user and bool(update_url or not said.update)
        by_user = by_user and bool(graph_store_url or not said.graph_store)
        update_url, graph_store_url = update_url or said.update, graph_store_url or said.graph_store
    return endpoint(place, found)._replace(
        timeout=WRITE_TIMEOUT if place.timeout is None else place.timeout,
        update_url=update_url or found.url,
        graph_store_url=graph_store_url,
        named_by_user=by_user,
    )


_UNNAMED = (
    "no endpoint is named; give --endpoint URL, or set MLKG_ENDPOINT, or endpoint in the study's "
    "settings"
)


def _environment() -> _Urls:
    names = ("MLKG_ENDPOINT", "MLKG_UPDATE_ENDPOINT", "MLKG_GRAPH_STORE")
    return _Urls(*(os.environ.get(name) or None for name in names))


def _settings(place: Place) -> _Urls:
    folder = folder_of(place)
    if folder is None:
        return _Urls()
    from mlkg.validation.configuration import read_configuration

    settings = read_configuration(folder)
    return _Urls(settings.endpoint, settings.update_endpoint, settings.graph_store)

"""Reading the manifests that lie in an endpoint."""

from __future__ import annotations

from pyoxigraph import NamedNode, QuerySolutions

from mlkg.errors import MlkgError, StudyNotFoundError
from mlkg.remote.endpoint import shown
from mlkg.remote.layout import Manifest, manifest_query, manifests
from mlkg.remote.protocol import Connection
from mlkg.remote.store import RemoteStore


def read_manifests(connection: Connection, study: str | None = None) -> tuple[Manifest, ...]:
    """Return the manifests of all studies in an endpoint, or of one; sorted by their IRIs.

    Raises MlkgError when `study` is no IRI, and EndpointError.
    """
    if study is not None:
        try:
            NamedNode(study)
        except ValueError as error:
            raise MlkgError(f"--study {study}: not an IRI: {error}") from error
    result = RemoteStore(connection).query(manifest_query(study), name="the manifest")
    assert isinstance(result, QuerySolutions), "it is a SELECT"  # noqa: S101
    return manifests(result)


def read_manifest(connection: Connection, study: str) -> Manifest | None:
    """Return the manifest of one study in an endpoint, None when the study is not there."""
    found = read_manifests(connection, study)
    return found[0] if found else None


def pick_manifests(
    connection: Connection, study: str | None = None, *, several: bool = False
) -> tuple[Manifest, ...]:
    """Return the manifest of the study named, or of the one that there is.

    With `several` all are returned where none is named.
    Raises StudyNotFoundError when there is no such study, or several to pick from.
    """
    found = read_manifests(connection, study)
    at = shown(connection.endpoint.query_url)
    if not found and study is not None:
        found = read_manifests(connection)
        there = "".join(f"\n  {one.study}" for one in found) or " no study"
        raise StudyNotFoundError(f"{at}: no study {study}; there is{there}")
    if not found:
        raise StudyNotFoundError(f"{at}: there is no study; mlkg push puts one there")
    if len(found) > 1 and not several:
        listed = "".join(f"\n  {one.study}" for one in found)
        raise StudyNotFoundError(f"{at}: several studies; pick one with --study IRI:{listed}")
    return found

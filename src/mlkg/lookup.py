"""Finding a record by what people call it: label, alternative label, IRI, or the start of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from mlkg.errors import AmbiguousNameError, UnknownNameError
from mlkg.naming import labels, shorten

if TYPE_CHECKING:
    from mlkg.study import Study


@dataclass(frozen=True, slots=True)
class Named:
    """A record with what it can be called: `kind` is that of the view `names`, `label` is shown."""

    iri: str
    kind: str
    label: str
    names: tuple[str, ...]


def find(study: Study, name: str, *kinds: str) -> Named:
    """Return the one record that `name` means among those of `kinds`; see `choose`."""
    return choose(study, name, records(study, *kinds))


def records(study: Study, *kinds: str) -> list[Named]:
    """Return the records of `kinds` (option, criterion, verdict, source …), sorted by IRI."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in study.select("names"):
        if row["kind"].value in kinds:
            found.setdefault((row["thing"].value, row["kind"].value), []).append(row["name"].value)
    shown = labels(study.store, [NamedNode(iri) for iri, _ in found])
    return [
        Named(iri, kind, shown.get(NamedNode(iri), names[0]), tuple(names))
        for (iri, kind), names in sorted(found.items())
    ]


def choose(study: Study, name: str, among: Sequence[Named]) -> Named:
    """Return the one record of `among` that `name` means.

    Tried in this order: an IRI or a prefixed name; a whole name, or the last part of the IRI; the
    beginning of either. Case and the amount of white space do not matter.
    Raises AmbiguousNameError when several fit, and UnknownNameError, which suggests the nearest.
    """
    wanted = _plain(name)
    iris = {name.strip().removeprefix("<").removesuffix(">"), _expanded(study, name)}
    known = {
        record: {_plain(text) for text in (*record.names, local_name(record.iri))}
        for record in among
    }
    for fitting in (
        [record for record in among if record.iri in iris],
        [record for record, names in known.items() if wanted in names],
        [record for record, names in known.items() if any(n.startswith(wanted) for n in names)],
    ):
        if len(fitting) == 1:
            return fitting[0]
        if fitting and wanted:
            raise AmbiguousNameError(
                name,
                [f"{r.label}   {shorten(NamedNode(r.iri), study.prefixes)}" for r in fitting],
            )
    kinds = " or ".join(dict.fromkeys(record.kind for record in among)) or "record"
    texts = [text for record in among for text in record.names]
    raise UnknownNameError(kinds, name or "nothing", texts, "mlkg query names")


def local_name(iri: str) -> str:
    """Return the last part of an IRI: what follows its last slash or hash."""
    return iri[max(iri.rfind("/"), iri.rfind("#")) + 1 :] or iri


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _expanded(study: Study, name: str) -> str | None:
    prefix, colon, local = name.strip().partition(":")
    return study.prefixes[prefix] + local if colon and prefix in study.prefixes else None

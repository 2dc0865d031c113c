"""IRIs for new records, named as their neighbours are."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pyoxigraph import NamedNode

from mlkg.explain.description import natural
from mlkg.lookup import local_name
from mlkg.store import select

if TYPE_CHECKING:
    from mlkg.study import Study

_LONGEST = 48
_EVIDENCE = """
PREFIX mlkg: <https://w3id.org/mlkg/ns#>
SELECT DISTINCT ?claim ?evidence WHERE { ?evidence a mlkg:Evidence ; mlkg:about ?claim }
"""
_TAKEN = "SELECT DISTINCT ?record WHERE { ?record ?property ?value . FILTER(isIRI(?record)) }"


def taken(study: Study) -> set[str]:
    """Return every IRI that the study or mlkg's terms say something about."""
    return {row["record"].value for row in select(study.store, _TAKEN, named=frozenset())}


def evidence_iri(study: Study, claim: str, used: Collection[str]) -> str:
    """Return the IRI for a claim's next piece of evidence.

    It follows the claim's last one, `…-1` after which comes `…-2`, or else the evidence of other
    claims, with this claim's name for theirs.
    """
    about: dict[str, list[str]] = {}
    for row in select(study.store, _EVIDENCE):
        if isinstance(row["evidence"], NamedNode):
            about.setdefault(row["claim"].value, []).append(row["evidence"].value)
    about = {other: sorted(evidence, key=natural) for other, evidence in about.items()}
    if own := about.get(claim):
        return _next(own[-1], used)
    own_name = local_name(claim)
    for other, evidence in sorted(about.items()):
        for iri in evidence:
            name, other_name = local_name(iri), local_name(other)
            if re.search(r"[^0-9]\d+$", name):
                stem = iri.removesuffix(name) + name.replace(other_name, own_name)
                if other_name in name:
                    stem = re.sub(r"\d+$", "1", stem)
                return stem if stem not in used else _next(stem, used)
    namespace = sibling(claim.removesuffix(own_name), "claim", "evidence")
    tail = "1" if namespace + own_name != claim else "evidence-1"
    return _next(f"{namespace}{own_name}-{tail}", used, at_least=True)


def numbered(iri: str, used: Collection[str]) -> str:
    """Return `iri` with the first number from 1 behind it that nothing has."""
    return _next(f"{iri}-1", used, at_least=True)


def _next(iri: str, used: Collection[str], *, at_least: bool = False) -> str:
    """Count the number at the end of `iri` up until nothing has it."""
    found = re.fullmatch(r"(.*?)(\d+)", iri, re.DOTALL)
    stem, number = (found[1], int(found[2])) if found else (f"{iri}-", 1)
    number += not at_least
    while f"{stem}{number}" in used:
        number += 1
    return f"{stem}{number}"


def named(neighbours: Iterable[str], fallback: str, name: str, used: Collection[str]) -> str:
    """Return an IRI in the namespace of most of `neighbours`, or in `fallback`, ending in `name`.

    A number from 2 is added where that is taken.
    """
    spaces = Counter(iri.removesuffix(local_name(iri)) for iri in neighbours)
    most = sorted(spaces.items(), key=lambda item: (-item[1], item[0]))
    iri = (most[0][0] if most else fallback) + name
    return iri if iri not in used else _next(f"{iri}-1", used)


def sibling(namespace: str, kind: str, other: str) -> str:
    """Return `…/source/` for `…/claim/`, and a namespace that is not so built as it is."""
    ending = f"{kind}/"
    return namespace.removesuffix(ending) + f"{other}/" if namespace.endswith(ending) else namespace


def slug(text: str) -> str:
    """Return `text` in lower-case ASCII with hyphens, cut at a word; never an empty text."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    name = words[0] if words else "record"
    for word in words[1:]:
        if len(name) + len(word) + 1 > _LONGEST:
            break
        name = f"{name}-{word}"
    return name[:_LONGEST]


def url_slug(url: str) -> str:
    """Return a name for the page at `url`, of its host and the last two parts of its path."""
    parts = urlsplit(url)
    host = re.sub(r"^(www|docs|learn|blog)\.", "", parts.hostname or "")
    path = [re.sub(r"\.\w{2,5}$", "", part) for part in unquote(parts.path).split("/") if part]
    path = [part for part in path if part not in ("index", "latest", "en", "docs", "README")]
    return slug(" ".join([host.rpartition(".")[0] or host, *path[-2:]]))


def last(iris: Iterable[str]) -> str | None:
    """Return the last of `iris` in natural order, None when there is none."""
    return max(iris, key=natural, default=None)

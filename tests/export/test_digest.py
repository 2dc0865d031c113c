"""The digest of a study: what counts, and that another implementation gives the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest
from pyld import jsonld
from samples import PREFIXES, SMALL

import mlkg
from mlkg.export.origin import digest_of

NewStudy = Callable[..., Path]

KNOTTED = """
ex:soup ex:note [ ex:by [ a foaf:Person ] ; ex:of [ a foaf:Person ; foaf:name "Ann"@en-GB ] ] .
ex:pie ex:note _:a . _:a ex:next _:b . _:b ex:next _:c . _:c ex:next _:a .
"""


def digest(study: mlkg.Study) -> str:
    """Return the digest of a study's data."""
    return digest_of(study.quads())


@pytest.mark.parametrize("which", ["real", "knotted"])
def test_another_implementation_gives_the_same(
    which: str, study: mlkg.Study, new_study: NewStudy
) -> None:
    """The digest is the SHA-256 of what PyLD's canonicalisation gives, blank nodes included."""
    if which == "knotted":
        study = mlkg.load(new_study({"all.ttl": SMALL + KNOTTED}))
    merged = {quad.triple for quad in study.quads()}
    lines = pyoxigraph.serialize(merged, format=pyoxigraph.RdfFormat.N_QUADS)
    assert lines is not None
    options = {
        "algorithm": "URDNA2015",
        "inputFormat": "application/n-quads",
        "format": "application/n-quads",
    }
    canonical = jsonld.normalize(lines.decode(), options)
    assert digest(study) == hashlib.sha256(canonical.encode()).hexdigest()


def test_form_does_not_count(new_study: NewStudy) -> None:
    """Prefixes, order, comments, files and labels of blank nodes change nothing."""
    whole = digest(mlkg.load(new_study({"all.ttl": SMALL + KNOTTED})))
    first, *others = (SMALL + KNOTTED).replace("_:b", "_:z").split(" .\n")
    parts = {"all.ttl": f"# moved\n{first} .\n", "b.ttl": " .\n".join(others[::-1][1:]) + " .\n"}
    in_two_files = mlkg.load(new_study({**parts, "c.ttl": others[-1]}))
    assert digest(in_two_files) == whole
    renamed = (PREFIXES + SMALL + KNOTTED).replace("ex:", "e:").encode()
    for name in ("b.ttl", "c.ttl"):
        (in_two_files.root / "data" / name).unlink()
    assert digest(mlkg.load(new_study({"all.ttl": renamed}))) == whole


@pytest.mark.parametrize(
    ("before", "after"),
    [("mlkg:verdict mlkg:no", "mlkg:verdict mlkg:yes"), ("menu says", "Menu says"), ("@en", "@de")],
)
def test_every_triple_counts(new_study: NewStudy, before: str, after: str) -> None:
    """Another verdict, letter or language is another digest."""
    old = digest(mlkg.load(new_study({"all.ttl": SMALL})))
    assert digest(mlkg.load(new_study({"all.ttl": SMALL.replace(before, after)}))) != old


def test_lexical_forms_count(new_study: NewStudy) -> None:
    """A number is digested as it is written: 007 is not 7."""
    odd = [
        digest(mlkg.load(new_study({"all.ttl": f"{SMALL}ex:a ex:b {n} ."}))) for n in ("7", "007")
    ]
    assert odd[0] != odd[1]

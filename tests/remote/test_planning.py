"""What push has to do, worked out from what is there and what should be."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from pushing import study
from pyoxigraph import NamedNode
from samples import PREFIXES

import mlkg
from mlkg.errors import MlkgError
from mlkg.remote.layout import Entry, Manifest, graph_name
from mlkg.remote.planning import counts, plan, wanted

STUDY = "https://example.org/lunch"


def manifest(**digests: str | None) -> Manifest:
    """Return a manifest of data files with these digests."""
    files = {f"data/{name}.ttl": digest for name, digest in digests.items()}
    return Manifest(
        STUDY, tuple(Entry(graph_name(STUDY, file), file, d) for file, d in files.items())
    )


def steps(there: Manifest | None, should: Manifest) -> list[str]:
    """Return the steps of a plan as text."""
    return [f"{action} {entry.file}" for action, entry in plan(there, should).steps]


def test_first_push() -> None:
    """Where nothing is, everything is sent."""
    found = plan(None, manifest(a="1", b="2"))
    assert steps(None, manifest(a="1", b="2")) == ["replaced data/a.ttl", "replaced data/b.ttl"]
    assert found.writes is True


def test_nothing_to_do() -> None:
    """Where all is as it should be nothing is written."""
    found = plan(manifest(a="1"), manifest(a="1"))
    assert [step.action for step in found.steps] == ["unchanged"]
    assert found.writes is False


def test_changed_new_gone_and_half() -> None:
    """Only what changed is sent, what is gone is dropped, what may be half is sent again."""
    there = manifest(changed="1", gone="2", half=None, kept="3")
    should = manifest(changed="9", half="8", kept="3", new="7")
    assert steps(there, should) == [
        "replaced data/changed.ttl",
        "dropped data/gone.ttl",
        "replaced data/half.ttl",
        "unchanged data/kept.ttl",
        "replaced data/new.ttl",
    ]
    assert counts(plan(there, should).steps) == "3 replaced, 1 dropped, 1 unchanged"


@pytest.mark.parametrize(
    "there",
    [
        manifest(a="1")._replace(prefixes={"ex": "https://example.org/"}),
        manifest(a="1")._replace(revision="0123abc"),
        manifest(a="1")._replace(tokens=("one",)),
        manifest(a="1")._replace(repeats=True),
    ],
    ids=["prefixes", "revision", "tokens", "repeats"],
)
def test_the_manifest_itself_is_kept_in_step(there: Manifest) -> None:
    """Other prefixes, another revision or a push that was cut off are put right, graphs stay."""
    found = plan(there, manifest(a="1"))
    assert [step.action for step in found.steps] == ["unchanged"]
    assert found.writes is True


def test_wanted_of_a_study(tmp_path: Path) -> None:
    """Graphs have the names that the embedded store gives them; the terms are among them."""
    what = study(tmp_path, STUDY, {"a b.ttl": "", "claims.ttl": "ex:a a ex:B ."}, "0123abc")
    assert [entry.file for entry in what.manifest.entries] == [
        "data/a b.ttl",
        "data/claims.ttl",
        "data/study.ttl",
        "derived",
        "ontology/mlkg.ttl",
        "ontology/states.ttl",
    ]
    digest = hashlib.sha256((PREFIXES + "ex:a a ex:B .").encode()).hexdigest()
    assert what.manifest.entries[1].digest == digest
    assert [NamedNode(entry.graph) for entry in what.manifest.data] == [
        what.files[entry.file].graph for entry in what.manifest.data
    ]
    assert what.manifest.prefixes["ex"] == "https://example.org/"
    assert what.manifest.revision == "0123abc"


@pytest.mark.parametrize("more", ["", "ex:a a mlkg:Study . ex:b a mlkg:Study ."])
def test_a_study_needs_an_iri(tmp_path: Path, more: str) -> None:
    """Without one mlkg:Study there is nothing to name graphs after, which is said."""
    texts = {"data/all.ttl": (PREFIXES + more).encode()}
    with pytest.raises(MlkgError, match="graphs are named after the study's IRI"):
        wanted(mlkg.load(tmp_path, data=texts))


def test_the_derived_facts(tmp_path: Path) -> None:
    """They are all that the embedded store derives, but for blank nodes, sorted, and no data."""
    text = (
        "ex:c a mlkg:Claim ; mlkg:verdict mlkg:yes . [] a mlkg:Claim ; mlkg:verdict mlkg:yes . "
        "ex:e a mlkg:Evidence ; mlkg:about ex:c ; mlkg:indicates mlkg:yes ; mlkg:source ex:s ."
    )
    what = study(tmp_path, STUDY, {"claims.ttl": text})
    entry = what.manifest.derived
    assert entry is not None
    turtle = what.files["derived"].turtle
    assert entry == Entry(f"{STUDY}/derived", "derived", hashlib.sha256(turtle).hexdigest())
    lines = turtle.decode().splitlines()
    assert lines == sorted(set(lines))
    assert not [line for line in lines if "_:" in line]
    names = {line.split()[1].rpartition("#")[2][:-1] for line in lines}
    assert names == {
        *("answerText", "current", "direction", "indicatedAnswer", "indicatedVerdict"),
        *("disputingCount", "inconclusiveCount", "supportingCount", "unsourcedCount"),
        *("meetsPolicy", "state", "support"),
    }
    assert entry not in (*what.manifest.data, *what.manifest.terms)


def test_a_triple_in_two_files_is_noted(tmp_path: Path) -> None:
    """The manifest tells readers when two graphs state the same triple."""
    once = study(
        tmp_path, STUDY, {"a.ttl": "ex:soup a mlkg:Option .", "b.ttl": "ex:soup a ex:Other ."}
    )
    twice = study(
        tmp_path, STUDY, {"a.ttl": "ex:soup a mlkg:Option .", "b.ttl": "ex:soup a mlkg:Option ."}
    )
    assert [once.manifest.repeats, twice.manifest.repeats] == [False, True]

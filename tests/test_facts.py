"""Derived facts in stores and studies: which are computed, when, and which are refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest
from samples import PREFIXES, SMALL
from stores import FACTS, ROOT, store_with

import mlkg
from mlkg import stored
from mlkg.derivation import Facts
from mlkg.errors import DataError, HeaderError
from mlkg.namespaces import MLKG
from mlkg.sparql.mentions import mentioned
from mlkg.store import EmbeddedStore

OWN = [ROOT / "queries"]
PRICE = """\
#+ summary: What a soup costs
PREFIX ex: <https://example.org/>
PREFIX mlkg: <https://w3id.org/mlkg/ns#>
CONSTRUCT { ?claim ex:price 5 } WHERE { ?claim mlkg:state mlkg:Supported }
"""
QUERIES = sorted((ROOT / "queries").rglob("*.rq"))


def given(query: str) -> set[str]:
    """Return the names of the queries that derive what a query mentions."""
    return {derivation.name for derivation in FACTS.needed_by(query, {"mlkg": MLKG})}


def computed(store: EmbeddedStore, name: str) -> int:
    """Return how many triples with one of mlkg's properties are in the default graph by now."""
    query = f"SELECT * {{ ?s <{MLKG}{name}> ?o }}"
    result = store.query(query, named=frozenset())
    assert isinstance(result, pyoxigraph.QuerySolutions)
    return len(list(result))


def test_only_what_is_mentioned_is_computed() -> None:
    """A query computes the facts that it names and those that these read, and no others."""
    store = store_with(PREFIXES + SMALL)
    assert [computed(store, name) for name in ("direction", "support", "state")] == [0, 0, 0]
    store.query(f"ASK {{ ?e <{MLKG}direction> ?d }}")
    assert [computed(store, name) for name in ("direction", "support", "state")] == [1, 0, 0]
    store.query(f"PREFIX m: <{MLKG}> ASK {{ ?c m:support ?s }}")
    assert [computed(store, name) for name in ("direction", "support", "state")] == [1, 3, 0]
    store.query(f"ASK {{ ?c a <{MLKG}Claim> }}")
    assert computed(store, "state") == 0


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT * { ?s !mlkg:about ?o }",
        "DESCRIBE mlkg:yes",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_a_query_that_may_read_any_property_computes_all(query: str) -> None:
    """A variable as predicate, a negated property set and DESCRIBE mention every fact."""
    assert given(query) == {derivation.name for derivation in FACTS.giving(None)}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("SELECT * { ?s a mlkg:Claim }", set()),
        ("SELECT * { ?s ?p ?o FILTER(?p IN (mlkg:about, mlkg:option)) }", set()),
        ("SELECT * { ?e mlkg:discounted ?o }", {"discounted", "quote-state", "reference-day"}),
        ("SELECT * { ?s mlkg:about/mlkg:referenceDay ?day }", {"reference-day"}),
        ("SELECT * { ?s ?p ?o FILTER(?p IN (mlkg:referenceDay)) }", {"reference-day"}),
        ("SELECT * { ?s mlkg:st\\u0061te ?o } # mlkg:claimDigest", None),
    ],
)
def test_what_a_query_needs(query: str, names: set[str] | None) -> None:
    """What a query names is found wherever it is written, and comments are no part of it."""
    if names is None:
        names = given("SELECT * { ?s mlkg:state ?o }")
    assert given(query) == names


def test_facts_follow_the_data() -> None:
    """Facts are computed again when data are added."""
    store = store_with(PREFIXES + SMALL)
    states = f"SELECT * {{ ?c <{MLKG}state> <{MLKG}Disputed> }}"
    assert list(store.query(states)) == []  # type: ignore[arg-type]
    more = "ex:e2 a mlkg:Evidence ; mlkg:about ex:soup-warm ; mlkg:indicates mlkg:no ."
    store.load("more", (PREFIXES + more).encode())
    assert len(list(store.query(states))) == 1  # type: ignore[arg-type]


def test_derived_gives_every_fact_once() -> None:
    """All derived triples are given, each once, and none that the data state."""
    store = store_with(PREFIXES + SMALL)
    triples = store.derived()
    assert len(triples) == len(set(triples)) > 10
    assert {triple.predicate.value for triple in triples} <= FACTS.predicates
    everything = store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert set(triples) <= set(everything)  # type: ignore[arg-type]


def own_study(folder: Path, name: str, text: str) -> mlkg.FolderStudy:
    """Load the small study with a query of derived facts of its own."""
    (folder / "queries" / "derive").mkdir(parents=True)
    (folder / "queries" / "derive" / f"{name}.rq").write_text(text, "utf-8")
    return mlkg.load(folder, data={"data/all.ttl": (PREFIXES + SMALL).encode()})


def test_a_study_adds_facts(tmp_path: Path) -> None:
    """A fact in a study's own namespace may read mlkg's, and queries see it."""
    study = own_study(tmp_path, "price", PRICE)
    rows = study.select("SELECT ?c { ?c ex:price ?price }")
    assert [row["c"].value for row in rows] == ["https://example.org/soup-warm"]


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("price", ("ex:price 5", "mlkg:state mlkg:Weak"), "mlkg:state is mlkg's own"),
        ("price", ("ex:price 5", "mlkg:cost 5"), "mlkg:cost is mlkg's own"),
        ("support", ("", ""), "the file support.rq is mlkg's own"),
        ("price", ("mlkg:state mlkg:Supported", "?any 5"), "names every property that it reads"),
        ("price", ("CONSTRUCT { ?claim ex:price 5 }", "SELECT ?claim"), "price.rq"),
        ("price", ("#+ summary", "# summary"), "the header lacks '#+ summary: …'"),
        ("price", ("mlkg:state mlkg:Supported", "ex:price ?any"), "in a circle"),
    ],
)
def test_facts_that_a_study_cannot_add(
    tmp_path: Path, name: str, change: tuple[str, str], message: str
) -> None:
    """A study replaces no fact of mlkg, and its queries name what they give and read."""
    with pytest.raises(HeaderError) as caught:
        own_study(tmp_path, name, PRICE.replace(*change) if change[0] else PRICE)
    assert message in str(caught.value)


def test_facts_in_a_circle_are_named() -> None:
    """Facts that need one another are an error that shows the circle."""
    derivation = stored.derivations(OWN)["reference-day"]
    first = derivation._replace(name="a", predicates=frozenset({"x:a"}), reads=frozenset({"x:b"}))
    other = derivation._replace(name="b", predicates=frozenset({"x:b"}), reads=frozenset({"x:a"}))
    with pytest.raises(HeaderError, match=r"in a circle: (a → b → a|b → a → b)"):
        Facts({"a": first, "b": other})


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_own_queries_are_read_right_without_a_lexer(path: Path) -> None:
    """The fast reading of mlkg's own queries finds the facts that the lexer finds."""
    text = path.read_text("utf-8")
    if path.parent.name == "derive":
        fast, slow = stored._own_derivation(path), stored.read_derivation(path)
        assert fast.predicates == slow.predicates
        assert (fast.text, fast.insert, fast.when) == (slow.text, slow.insert, slow.when)
        assert fast.reads & FACTS.predicates == slow.reads & FACTS.predicates
        return
    found = mentioned(text)
    if path.parent.name in {"since", "exports"} or path.stem == "undeclared-term":
        # These read variable properties, of which derived facts are none or are left out.
        found = found or frozenset()
        assert found & FACTS.predicates <= stored.terms_in(text)
    else:
        assert found is not None
        assert found & FACTS.predicates == stored.terms_in(text) & FACTS.predicates


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (
            "ex:e1 mlkg:direction mlkg:supports .",
            "mlkg:direction is how mlkg 0.1 recorded evidence; run mlkg migrate",
        ),
        ("ex:soup-warm mlkg:state mlkg:Supported .", "mlkg:state is derived, and no data file"),
        ("ex:soup-warm mlkg:claimDigest '0' .", "mlkg:claimDigest is derived, and no data file"),
        ("ex:e1 mlkg:current true , false .", "(stated 2 times in this file)"),
    ],
)
def test_data_that_state_a_derived_fact(
    new_study: Callable[..., Path], statement: str, message: str
) -> None:
    """A data file that states a derived fact is an error with file, line and column."""
    folder = new_study({"all.ttl": SMALL, "more.ttl": f"\n  {statement}\n"})
    with pytest.raises(DataError) as caught:
        mlkg.load(folder)
    (problem,) = caught.value.problems
    line = PREFIXES.count("\n") + 2
    assert (problem.file, problem.line) == ("data/more.ttl", line)
    assert problem.column == 3 + statement.index("mlkg:")
    assert message in problem.message

"""Push on real servers: only what changed, never half a file, right after any interruption."""

from __future__ import annotations

import gc
import threading
from pathlib import Path

import pytest
import servers
from pushing import Tapped, check_holds, content, endpoint, graphs, pushed, statements, study
from pyoxigraph import Quad

from mlkg.errors import EndpointError
from mlkg.remote import layout
from mlkg.remote.manifests import read_manifest
from mlkg.remote.planning import Wanted
from mlkg.remote.protocol import Connection
from mlkg.remote.push import push
from mlkg.remote.study import open_study
from mlkg.remote.updates import BATCH_TRIPLES
from mlkg.store import EmbeddedStore, Store, select

BOTH_WAYS = pytest.mark.parametrize("graph_store", [False, True], ids=["update", "graph store"])

CLAIM = "ex:k a mlkg:Claim ; mlkg:verdict mlkg:yes ."
BEFORE = {"gone.ttl": "ex:a a ex:Gone .", "kept.ttl": f"ex:a a ex:Kept . {CLAIM}", "same.ttl": ""}
AFTER = {
    "kept.ttl": f"ex:a a ex:Kept . {CLAIM.replace('yes', 'no')}",
    "new.ttl": "ex:a ex:p ex:b .",
}


@BOTH_WAYS
def test_only_what_changed_is_sent(
    server: servers.Server, iri: str, tmp_path: Path, graph_store: bool
) -> None:
    """The second push sends one file, the third only asks; what is gone is dropped."""
    before = study(tmp_path, iri, BEFORE, "0123")
    after = study(tmp_path, iri, {**AFTER, "same.ttl": ""}, "4567")
    place = endpoint(server, graph_store=graph_store)
    assert pushed(Connection(place, {}), before) == [
        ("replaced", "data/gone.ttl"),
        ("replaced", "data/kept.ttl"),
        ("replaced", "data/same.ttl"),
        ("replaced", "data/study.ttl"),
        ("replaced", "derived"),
        ("replaced", "ontology/mlkg.ttl"),
        ("replaced", "ontology/states.ttl"),
    ]
    check_holds(server, before)
    second = Tapped(place)
    assert pushed(second, after) == [
        ("dropped", "data/gone.ttl"),
        ("replaced", "data/kept.ttl"),
        ("replaced", "data/new.ttl"),
        ("unchanged", "data/same.ttl"),
        ("unchanged", "data/study.ttl"),
        ("replaced", "derived"),
        ("unchanged", "ontology/mlkg.ttl"),
        ("unchanged", "ontology/states.ttl"),
    ]
    check_holds(server, after)
    # Begin, three requests for each of three graphs, one of them a question, the drop, the end.
    assert [second.sent.count("write"), second.sent.count("read")] == [1 + 3 * 2 + 1 + 1, 3 + 3]
    third = Tapped(place)
    assert {action for action, _ in pushed(third, after)} == {"unchanged"}
    assert third.sent == ["read"]


def test_facts_are_sent_when_they_change(server: servers.Server, iri: str, tmp_path: Path) -> None:
    """Facts depend on all files; a change that alters none of them leaves their graph as it is."""
    place = endpoint(server)
    pushed(Connection(place, {}), study(tmp_path, iri, {"a.ttl": CLAIM, "b.ttl": ""}))
    evidence = "ex:e a mlkg:Evidence ; mlkg:about ex:k ."
    for files, action in (
        ({"a.ttl": CLAIM, "b.ttl": "ex:a a ex:B ."}, "unchanged"),
        ({"a.ttl": CLAIM, "b.ttl": evidence}, "replaced"),
        ({"a.ttl": CLAIM}, "replaced"),
    ):
        what = study(tmp_path, iri, files)
        done = pushed(Connection(place, {}), what)
        assert [one for one, file in done if file == "derived"] == [action]
        check_holds(server, what)
    assert content(server, f"{iri}/derived") >= {
        '<https://example.org/k> <https://w3id.org/mlkg/ns#answerText> "\u2714"',
        "<https://example.org/k> <https://w3id.org/mlkg/ns#state> "
        "<https://w3id.org/mlkg/ns#Unsupported>",
    }


def test_facts_about_blank_nodes_stay_out(server: servers.Server, iri: str, tmp_path: Path) -> None:
    """A blank node of one graph is another in the next; pushed again, nothing is sent."""
    what = study(tmp_path, iri, {"a.ttl": f"{CLAIM} [] a mlkg:Claim ; mlkg:verdict mlkg:no ."})
    pushed(Connection(endpoint(server), {}), what)
    assert content(server, f"{iri}/derived") == statements(what.files["derived"].turtle)
    again = Tapped(endpoint(server))
    pushed(
        again, study(tmp_path, iri, {"a.ttl": f"{CLAIM} [] a mlkg:Claim ; mlkg:verdict mlkg:no ."})
    )
    assert again.sent == ["read"]


def test_other_studies_and_graphs_are_left_alone(
    server: servers.Server, iri: str, tmp_path: Path
) -> None:
    """A study below the IRI of another, and graphs that push did not make, stay as they are."""
    connection = Connection(endpoint(server), {})
    inner = study(tmp_path, f"{iri}/inner", {"a.ttl": "ex:a a ex:Inner ."})
    pushed(connection, inner)
    by_hand = f"{iri}/data/by-hand.ttl"
    connection.update(f"INSERT DATA {{ GRAPH <{by_hand}> {{ <{iri}> <{iri}> <{iri}> }} }}")
    pushed(connection, study(tmp_path, iri, BEFORE))
    pushed(connection, study(tmp_path, iri, AFTER))
    check_holds(server, inner)
    assert content(server, by_hand) == {f"<{iri}> <{iri}> <{iri}>"}


@BOTH_WAYS
def test_large_and_odd_files(
    server: servers.Server, iri: str, tmp_path: Path, graph_store: bool
) -> None:
    """Files of several batches, blank nodes, odd names and texts arrive as they are."""
    many = "".join(f'ex:s{n} ex:p "text {n}" .\n' for n in range(2 * BATCH_TRIPLES + 5))
    texts = r'ex:a ex:p "tab\t \"quoted\" back\\slash\nline", "ünïcödé ✔ 𝄞"@de-AT, """}} #"""'
    files = {
        "a b ü.ttl": f"{texts}, <https://example.org/ü?a=b&c='d'> .",
        "blank.ttl": "ex:a ex:p [ ex:q ex:b ; ex:q [ ex:q ex:c ] ] .",
        "many.ttl": many,
    }
    what = study(tmp_path, iri, files)
    pushed(Connection(endpoint(server, graph_store=graph_store), {}), what)
    blank = content(server, layout.graph_name(iri, "data/blank.ttl"))
    assert len(blank) == 4
    nodes = {word for statement in blank for word in statement.split() if word.startswith("_:")}
    assert len(nodes) == 2
    for name in ("a b ü.ttl", "many.ttl"):
        graph = layout.graph_name(iri, f"data/{name}")
        assert content(server, graph) == statements(what.files[f"data/{name}"].turtle)


def test_more_blank_nodes_than_an_update_holds(
    server: servers.Server, iri: str, tmp_path: Path
) -> None:
    """Updates refuse them before anything of the file is sent; a graph store takes them."""
    blank = "".join(f"ex:s{n} ex:p [] .\n" for n in range(BATCH_TRIPLES + 1))
    what = study(tmp_path, iri, {"blank.ttl": blank})
    with pytest.raises(EndpointError, match=r"data/blank.ttl: 1001 statements with blank nodes"):
        pushed(Connection(endpoint(server), {}), what)
    assert graphs(server, iri) == {layout.manifest_graph(iri)}
    pushed(Connection(endpoint(server, graph_store=True), {}), what)
    assert len(content(server, layout.graph_name(iri, "data/blank.ttl"))) == BATCH_TRIPLES + 1


def test_the_merge_is_that_of_the_graphs(server: servers.Server, iri: str, tmp_path: Path) -> None:
    """A triple that moves to another file, or is stated by two of which one goes, stays merged."""
    moved, other = "ex:t a ex:T .", "ex:a a ex:A ."
    states = [
        {"a.ttl": moved + other},
        {"a.ttl": other, "b.ttl": moved},
        {"a.ttl": moved + other, "b.ttl": moved},
        {"b.ttl": moved},
    ]
    wanted = [study(tmp_path, iri, state) for state in states]
    for number in (0, 1, 0, 2, 0, 3, 1, 2, 1, 3, 2, 3, 0):  # from each to each of the others
        pushed(Connection(endpoint(server), {}), wanted[number])
        check_holds(server, wanted[number])


def check_whole(server: servers.Server, iri: str, *states: Wanted) -> None:
    """Assert that each graph that is listed holds what its digest says, of one of the states.

    What a reader gets are the facts that the data there give, whether they are pushed or not.
    """
    known = {
        entry.digest: statements(state.files[entry.file].turtle)
        for state in states
        for entry in state.manifest.entries
    }
    found = read_manifest(Connection(endpoint(server), {}), iri)
    for entry in (e for e in found.entries if e not in found.terms) if found else ():
        assert content(server, entry.graph) == known[entry.digest]
    remote = open_study(endpoint(server), iri, environment={})
    store = EmbeddedStore(remote.facts)
    store.add(Quad(*triple) for triple in remote.triples())
    assert facts(store) == facts(remote.store)


def facts(store: Store) -> set[str]:
    """Return some derived facts, as text."""
    rows = select(store, "SELECT ?k ?a { ?k <https://w3id.org/mlkg/ns#answerText> ?a }")
    return {f"{row['k']} {row['a']}" for row in rows}


@BOTH_WAYS
def test_interrupted_at_every_request(
    server: servers.Server, iri: str, tmp_path: Path, graph_store: bool
) -> None:
    """Wherever a push is cut off, no graph is half, and the next push ends right.

    A request whose answer is lost leaves what the next one leaves when it is never sent.
    """
    before, after = study(tmp_path, iri, BEFORE), study(tmp_path, iri, AFTER)
    place = endpoint(server, graph_store=graph_store)
    number = 1
    while True:
        pushed(Connection(place, {}), before, f"before {number}")

        def cut(at: int, last: int = number) -> None:
            if at == last:
                raise KeyboardInterrupt

        try:
            pushed(Tapped(place, after=cut), after, f"cut off {number}")
        except KeyboardInterrupt:
            check_whole(server, iri, before, after)
            pushed(Connection(place, {}), after, f"again {number}")
            check_holds(server, after)
            number += 1
        else:
            break
    assert number == 17  # none was cut off that time: a push like this makes 17 requests


def test_another_push_at_every_request(server: servers.Server, iri: str, tmp_path: Path) -> None:
    """Of two pushes that meet, the later one ends right, and the earlier one says that it did."""
    start = study(tmp_path, iri, BEFORE)
    ours = study(tmp_path, iri, AFTER)
    theirs = study(tmp_path, iri, {**BEFORE, "kept.ttl": "ex:a a ex:Theirs ."})
    place = endpoint(server)
    overtaken = []
    for number in range(1, 18):
        pushed(Connection(place, {}), start, f"start {number}")

        def meet(at: int, last: int = number) -> None:
            if at == last:
                pushed(Connection(place, {}), theirs, f"theirs {last}")

        try:
            pushed(Tapped(place, before=meet), ours, f"ours {number}")
        except EndpointError as error:
            assert "another push of this study began meanwhile" in str(error)  # noqa: PT017
            overtaken.append(number)
            check_holds(server, theirs)
        else:
            check_holds(server, ours)
    # Before the second request ours has not begun; there is no seventeenth.
    assert overtaken == list(range(3, 17))


def test_two_pushes_begin_at_once(server: servers.Server, iri: str, tmp_path: Path) -> None:
    """A push whose token is not the only one does not go on."""
    what = study(tmp_path, iri, BEFORE)
    manifest = layout.manifest_graph(iri)

    def intrude(number: int) -> None:
        if number == 2:
            Connection(endpoint(server), {}).update(
                f'INSERT DATA {{ GRAPH <{manifest}> {{ <{manifest}> {layout.PUSH} "other" }} }}'
            )

    with pytest.raises(EndpointError, match="another push of this study began meanwhile"):
        pushed(Tapped(endpoint(server), after=intrude), what)
    assert graphs(server, iri) == {manifest}
    pushed(Connection(endpoint(server), {}), what)
    check_holds(server, what)


def test_readers_never_see_half_a_file(server: servers.Server, iri: str, tmp_path: Path) -> None:
    """A reader that finds the manifest unchanged has seen one whole state of the study."""
    versions = [
        study(
            tmp_path,
            iri,
            {
                "a.ttl": "".join(f"ex:s{n} ex:version {k} .\n" for n in range(1500)),
                "b.ttl": f"ex:s ex:version {k} .",
            },
        )
        for k in (1, 2)
    ]
    pushed(Connection(endpoint(server), {}), versions[0])
    stop = threading.Event()
    seen: list[object] = []
    broken: list[BaseException] = []

    def read() -> None:
        connection = Connection(endpoint(server), {})
        question = (
            "SELECT ?g ?v (COUNT(*) AS ?n) WHERE { "
            f"VALUES ?g {{ <{iri}/data/a.ttl> <{iri}/data/b.ttl> }} "
            "GRAPH ?g { ?s <https://example.org/version> ?v } } GROUP BY ?g ?v ORDER BY ?g"
        )
        try:
            while not stop.is_set():
                first = read_manifest(connection, iri)
                answer = connection.query(question)
                rows = [tuple(str(t.value) for t in row) for row in answer]  # type: ignore[union-attr]
                if first is None or read_manifest(connection, iri) != first:
                    continue
                digests = {entry.file: entry.digest for entry in first.data}
                by_file = {graph.removeprefix(f"{iri}/"): (v, n) for graph, v, n in rows}
                assert len(by_file) == len(rows) == 2
                for version, state in enumerate(versions, 1):
                    for entry in state.manifest.data:
                        count = "1500" if entry.file == "data/a.ttl" else "1"
                        if digests[entry.file] == entry.digest and entry.file in by_file:
                            assert by_file[entry.file] == (str(version), count)
                seen.append(digests)
        except BaseException as error:  # handed to the test
            broken.append(error)

    readers = [threading.Thread(target=read, daemon=True) for _ in range(2)]
    gc.disable()  # pyoxigraph's results must go in the thread that made them
    try:
        for reader in readers:
            reader.start()
        for number in range(8):
            what = versions[(number + 1) % 2]
            pushed(Connection(endpoint(server), {}), what, f"push {number}")
    finally:
        stop.set()
        for reader in readers:
            reader.join(60)
        gc.enable()
    assert broken == []
    assert len(seen) > 5


def test_lost_triples_are_noticed(server: servers.Server, iri: str, tmp_path: Path) -> None:
    """A server that keeps fewer triples than it was sent is reported; the graph stays as it was."""
    before, after = study(tmp_path, iri, BEFORE), study(tmp_path, iri, AFTER)
    pushed(Connection(endpoint(server), {}), before)
    staging = layout.staging_graph(iri, "lossy-1")

    def lose(number: int) -> None:
        if number == 5:  # after kept.ttl is staged: read, begin, read, drop gone.ttl, stage
            Connection(endpoint(server), {}).update(
                f"DELETE {{ GRAPH <{staging}> {{ ?s ?p <https://example.org/Kept> }} }} "
                f"WHERE {{ GRAPH <{staging}> {{ ?s ?p <https://example.org/Kept> }} }}"
            )

    with pytest.raises(EndpointError, match=r"data/kept.ttl: the endpoint has 2 of 3 statements"):
        pushed(Tapped(endpoint(server), after=lose), after, "lossy")
    check_whole(server, iri, before, after)
    pushed(Connection(endpoint(server), {}), after)
    check_holds(server, after)


def test_queries_and_updates_of_different_stores(
    server: servers.Server, iri: str, tmp_path: Path, oxigraph_server: servers.Server
) -> None:
    """What is written and cannot be read is noticed before any graph is replaced."""
    with servers.oxigraph(tmp_path) as other:
        place = endpoint(server)._replace(update_url=other.update_url)
        with pytest.raises(EndpointError, match="lead to the same store"):
            pushed(Connection(place, {}), study(tmp_path, iri, BEFORE))
    assert graphs(server, iri) == set()


def test_steps_come_as_they_are_done(server: servers.Server, iri: str, tmp_path: Path) -> None:
    """A step is yielded when the server has it, and the work is reported before it is done."""
    what = study(tmp_path, iri, BEFORE)
    reported: list[str] = []
    steps = push(Connection(endpoint(server), {}), what, "token", reported.append)
    first = next(steps)
    assert first.entry.file == "data/gone.ttl"
    assert content(server, first.entry.graph) == statements(what.files["data/gone.ttl"].turtle)
    assert reported == ["reading what is there", "1 of 7: data/gone.ttl"]
    list(steps)
    assert reported[-2:] == ["7 of 7: ontology/states.ttl", "closing the manifest"]


@pytest.mark.oxigraph_server
def test_an_endpoint_that_only_reads(tmp_path: Path, iri: str) -> None:
    """Its refusal is shown with its own words."""
    with servers.oxigraph(tmp_path):
        pass
    with servers.oxigraph(tmp_path, read_only=True) as server:
        with pytest.raises(EndpointError) as refused:
            pushed(Connection(endpoint(server), {}), study(tmp_path, iri, BEFORE))
        assert graphs(server, iri) == set()
    assert str(refused.value).split("\n") == [
        f"{server.update_url}: the endpoint answered 403 Forbidden",
        "    The server is read-only",
    ]


@pytest.mark.virtuoso
def test_wrong_credentials(virtuoso: servers.Server, iri: str, tmp_path: Path) -> None:
    """A password that is wrong is said to be, and shown nowhere; the right one lets push in."""
    place = endpoint(virtuoso)._replace(update_url=f"{virtuoso.update_url}-auth")
    wrong = {"MLKG_ENDPOINT_USER": "dba", "MLKG_ENDPOINT_PASSWORD": "not-the-password"}
    what = study(tmp_path, iri, BEFORE)
    with pytest.raises(EndpointError) as refused:
        pushed(Connection(place, wrong), what)
    assert refused.value.status == 401
    assert "not-the-password" not in str(refused.value)
    right = {"MLKG_ENDPOINT_USER": "dba", "MLKG_ENDPOINT_PASSWORD": "dba"}
    pushed(Connection(place, right), what)
    check_holds(virtuoso, what)

"""No query opens a connection: what Oxigraph would contact a server for is refused."""

from __future__ import annotations

import itertools
import random
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pyoxigraph
import pytest

from mlkg.errors import QueryError
from mlkg.store import EmbeddedStore

ANSWER = b"HTTP/1.1 500 no\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Listener:
    """A server on a free loopback port that counts connections."""

    def __init__(self) -> None:
        """Listen until `close`."""
        self.count = 0
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.count += 1
            with connection, suppress(OSError):
                connection.settimeout(2)
                connection.recv(4096)
                connection.sendall(ANSWER)

    def close(self) -> None:
        """Stop listening."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    """One listener for all queries."""
    found = Listener()
    yield found
    found.close()


def data() -> pyoxigraph.Store:
    """Return a store in which every pattern finds something."""
    store = pyoxigraph.Store()
    store.update(r"INSERT DATA { <x:s> <x:p> 1 , true , <x:SERVICE>, 'x' . <x:s> <x:#> 1 }")
    return store


def contacts(listener: Listener, text: str) -> bool:
    """Tell whether Oxigraph without the guard contacts the listener for a query."""
    before = listener.count
    with suppress(SyntaxError, OSError, RuntimeError, ValueError):
        result = data().query(text)
        if not isinstance(result, pyoxigraph.QueryBoolean):
            list(result)
    return listener.count > before


ODD = {
    "a name": "SELECT * { SERVICE:x { ?s ?p ?o } }",
    "a name without space": "SELECT * { SERVICE:x{ ?s ?p ?o } }",
    "silent before a name": "SELECT * { SERVICESILENT:x { ?s ?p ?o } }",
    "a declared prefix": "PREFIX SERVICE: <x:> SELECT * { SERVICE:x { ?s ?p ?o } }",
    "a prefix behind": "PREFIX e: <URL> SELECT * { SERVICEe:x{ ?s ?p ?o } }",
    "a hash in a name": r"SELECT * { OPTIONAL { ?a :\# ?c } SERVICE <URL> { ?s ?p ?o } }",
    "a comment to CR": "SELECT * { #c\rSERVICE<URL>{ ?s ?p ?o } }",
    "a number before": "SELECT * { ?a ?b 1SERVICE<URL>{ ?s ?p ?o } }",
    "a boolean before": "SELECT * { ?a ?b trueSERVICE<URL>{ ?s ?p ?o } }",
    "a boolean and a dot": "SELECT * { ?a ?b true.SERVICE:x{ ?s ?p ?o } }",
    "a string before": "SELECT * { ?a ?b 'x'SERVICE<URL>{ ?s ?p ?o } }",
    "dots in a name": "PREFIX x: <x:> SELECT * { OPTIONAL { ?a ?b x:a.b.SERVICE<URL>{} } }",
    "an IRI that is none": "SELECT * { FILTER(1<2)SERVICE:x#>\n{ ?s ?p ?o } }",
    "a scheme that is none":
        "PREFIX a: <x:> SELECT * { FILTER(a:b<a:b)SERVICE:x#>\n{ ?s ?p ?o } }",
    "a string in an IRI": "SELECT * { FILTER('='<'>')SERVICE:x{ ?s ?p ?o } }#'",
    "a call before a string in an IRI": "SELECT * { FILTER(ABS(1)<'>')SERVICE:x{} }#'",
    "a collection": "SELECT * { OPTIONAL{truea(1 <http://e/'>)}SERVICE:x{ ?s ?p ?o } }#'",
    "a comment that opens a string": "SELECT * { FILTER(1<2)#>'''\nSERVICE:x{ ?s ?p ?o } }#'''",
    "a long string that is none": "SELECT * { VALUES ?x {'''a'}SERVICE:x{ ?s ?p ?o } }# \\x '''",
    "a surrogate": "SELECT * { VALUES ?x {'''a'}SERVICE:x{ ?s ?p ?o } }# \\uD800 '''",
    "a sign in an escape": "SELECT * { OPTIONAL {?a <x:#\\u+041> ?c } SERVICE<URL>{} }",
    "an escaped quotation mark":
        "SELECT * { OPTIONAL {?a ?b \"\\u0022\"} SERVICE<URL>{} } #\"\"\"",
    "a triple term":
        "SELECT * { FILTER(<<(<x:a> <x:b> <x:c>)>> <'>')SERVICE:x{ ?s ?p ?o } }#'",
    "EXISTS before": "SELECT * { FILTER(EXISTS{}<'>')SERVICE:x{ ?s ?p ?o } }#'",
    "glued words": "SELECT*{?s ?p ?o FILTERNOTEXISTS{SERVICE<URL>{ ?s ?p ?o }}}",
    "a sort key": "SELECT*{?s ?p ?o}ORDERBYEXISTS{SERVICE<URL>{ ?s ?p ?o }}",
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_odd_spellings(name: str, listener: Listener) -> None:
    """Each of these is refused; none reaches the network."""
    text = f"PREFIX : <{listener.url}> {ODD[name]}".replace("URL", listener.url)
    contacts(listener, text)
    before = listener.count
    with pytest.raises(QueryError, match="SERVICE is refused"):
        EmbeddedStore().query(text)
    assert listener.count == before


def variants(url: str) -> list[str]:
    """Return queries with SERVICE in many spellings and places."""
    words = ["SERVICE", "service", "SeRvIcE", "SERV\\u0049CE", "SERVICE SILENT", "SERVICESILENT"]
    before = [
        *("", " ", "#c\n", "#c\r", "#'\r\n", "OPTIONAL{?a ?b 1}", "?a ?b 1", "?a ?b 1."),
        "?a ?b 1.5e0",
        *("?a ?b 'x'", "?a ?b '''x'''.", "?a ?b true", r"OPTIONAL{?a :\# ?c}"),
        "OPTIONAL{?a ?b :a%41}",
        *("FILTER(1<2)", "FILTER(1<2&&3>2)", "FILTER('='<'>')", "VALUES ?v{1}", "BIND(1 AS ?v)"),
        r"OPTIONAL{?a ?b :a\'b}",
    ]  # fmt: skip
    targets = [f"<{url}>", f" <{url}>", f"#\r<{url}>", ":x", " :x", ":x#>\n", " :a.b"]
    frames = [
        "SELECT * {{ {} }}",
        "ASK {{ {{ {{ {} }} }} }}",
        "SELECT * {{ ?s ?p ?o FILTER EXISTS {{ {} }} }}",
        "SELECT * {{ ?s ?p ?o FILTER(1=2||NOT EXISTS{{ {} }}) }}",
        "SELECT * {{ {{ SELECT * {{ {} }} }} }}",
        "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {} }}",
    ]
    every = list(itertools.product(words, before, targets, frames))
    return [
        f"PREFIX : <{url}> " + frame.format(f"{first}{word}{target}{{ ?s ?p ?o }}")
        for word, first, target, frame in random.Random(7).sample(every, 500)  # noqa: S311
    ]


def test_what_oxigraph_contacts_a_server_for_is_refused(listener: Listener) -> None:
    """Of 500 spellings Oxigraph follows most; the guard refuses every one of those."""
    texts = variants(listener.url)
    followed = [text for text in texts if contacts(listener, text)]
    assert len(followed) > 250
    before = listener.count
    missed = []
    for text in texts:
        try:
            EmbeddedStore().query(text)
        except QueryError as error:
            if text in followed and "SERVICE is refused" not in str(error):
                missed.append(text)
        else:
            if text in followed:
                missed.append(text)
    assert missed == []
    assert listener.count == before


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX service: <x:> ASK { ?s service:p 'SERVICE' ; <x:SERVICE#a> ?service } # SERVICE",
        "ASK { VALUES (?a ?b ?c) { (<x:a#b> <x:c#d> 'service') } }",
        "ASK { ?s ?p ?o FILTER(?o < 5 && ?p != 'it\\'s a service' && 6 > 5) }",
        'ASK { ?s ?p "\\u00E9 SERVICE" }',
    ],
)
def test_the_word_elsewhere_is_fine(text: str) -> None:
    """A prefix, a string, an IRI, a variable and a comment may have the word."""
    assert isinstance(EmbeddedStore().query(text), pyoxigraph.QueryBoolean)


def test_named_graphs_are_seen_however_they_are_asked_for() -> None:
    """GRAPH and FROM NAMED count in the spellings that Oxigraph takes."""
    for text in (
        "PREFIX : <x:> SELECT ?o { GRAPH:g { ?s ?p ?o } }",
        "PREFIX : <x:> SELECT ?o FROM:g { ?s ?p ?o }",
        "SELECT ?o FROMNAMED<x:g>{ GRAPH?g{ ?s ?p ?o } }",
        "SELECT ?o { #c\rGRAPH?g{ ?s ?p ?o } }",
    ):
        store = EmbeddedStore()
        store.name_graphs([(pyoxigraph.NamedNode("x:g"), b"<x:s> <x:p> 1 .")])
        result = store.query(text)
        assert isinstance(result, pyoxigraph.QuerySolutions)
        assert [row["o"].value for row in result] == ["1"]

"""The SPARQL 1.1 Protocol and the Graph Store HTTP Protocol: one connection to an endpoint.

SPARQLWrapper builds the requests of the former; `Transport` sends them, for SPARQLWrapper would
send credentials on to wherever a redirection leads.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any, NamedTuple, NoReturn
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit
from urllib.request import Request

import pyoxigraph
from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat
from SPARQLWrapper import GET, JSON, POST, SPARQLWrapper

from mlkg.errors import EndpointError
from mlkg.remote.credentials import find_credentials
from mlkg.remote.endpoint import Endpoint, check_url, origin, shown
from mlkg.remote.transport import Response, Transport
from mlkg.remote.words import looks_like_html, server_words
from mlkg.sparql.forms import query_form
from mlkg.store import QueryResult

USER_AGENT = f"mlkg/{version('mlkg')}"
LONGEST_GET = 2000
"""Characters of a URL up to which a query is sent with GET, which caches can answer."""

_RESULTS = "application/sparql-results+json, application/sparql-results+xml;q=0.5"
_TRIPLES = "application/n-triples, text/turtle;q=0.5"

_LEAST_LIMIT = 500
"""No server is known to end results at fewer rows than this."""

# Virtuoso gives true back as 1; quotes in the text of JSON are escaped, so that this is no text.
_BOOLEAN = re.compile(rb'(XMLSchema#boolean"\s*,\s*"value"\s*:\s*)"([01])"')
# Virtuoso labels blank nodes nodeID://b10000, which no syntax of labels has.
_NODE_ID = re.compile(rb'("type"\s*:\s*"bnode"\s*,\s*"value"\s*:\s*")nodeID://')


class Answer(NamedTuple):
    """A sound answer to a SELECT or an ASK: `rows` is how many solutions, 0 for an ASK."""

    body: bytes
    format: QueryResultsFormat
    rows: int
    headers: Mapping[str, str]

    def result(self) -> QuerySolutions | QueryBoolean:
        """Return the solutions or the boolean."""
        return pyoxigraph.parse_query_results(self.body, self.format)


def looks_cut(count: int) -> bool:
    """Tell whether a number of rows looks like a limit: a round one, or a power of two."""
    return count >= _LEAST_LIMIT and (count % 100 == 0 or count & (count - 1) == 0)


class Connection:
    """Speaks to one endpoint; made from its URLs, it opens nothing before the first question."""

    def __init__(self, endpoint: Endpoint, environment: Mapping[str, str] | None = None) -> None:
        """Check the URLs, and find the credentials in `environment`, else the process's own.

        Raises EndpointError for a URL that is none, is not safe or holds credentials.
        """
        self.endpoint = endpoint
        if not endpoint.timeout > 0:
            raise EndpointError("--timeout: not a number of seconds above 0")
        credentials = {}
        for url in endpoint.urls():
            check_url(url, insecure=endpoint.insecure)
            credentials[origin(url)] = find_credentials(
                url,
                os.environ if environment is None else environment,
                named_by_user=endpoint.named_by_user,
            )
        self._transport = Transport(
            timeout=endpoint.timeout, insecure=endpoint.insecure, credentials=credentials
        )

    @property
    def requests(self) -> int:
        """How many requests were sent, repetitions among them.

        A question whose kept connection turned out to have ended counts once.
        """
        return self._transport.requests

    def query(
        self,
        text: str,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> QueryResult:
        """Run a query (SPARQL 1.1 Protocol section 2.1) over the dataset of the graphs given.

        Without graphs it is the dataset of the query's own FROM, or else the server's.
        Returns pyoxigraph's result; triples come as a CONSTRUCT of all of them would give them.
        Raises EndpointError unless the answer is whole and sound.
        """
        if query_form(text) in {"SELECT", "ASK"}:
            return self.answer(
                text, default_graphs=default_graphs, named_graphs=named_graphs
            ).result()
        request = _Request(self.endpoint.query_url, text, default_graphs, named_graphs)
        response = self._transport.send(request.made(_TRIPLES), reading=True)
        store = pyoxigraph.Store()
        url = self.endpoint.query_url
        store.bulk_extend(_parsed_triples(url, response))
        # Virtuoso ends triples at its limit and one more, and says nothing of it.
        if looks_cut(len(store)) or looks_cut(len(store) - 1):
            raise EndpointError(
                f"{shown(url)}: exactly {len(store)} triples came, which looks like a limit of the "
                "server that cuts results off; ask with SELECT, whose rows can be counted"
            )
        return store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")

    def answer(
        self,
        text: str,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> Answer:
        """Run a SELECT or an ASK as `query` does; return the answer with the server's headers."""
        url = self.endpoint.query_url
        request = _Request(url, text, default_graphs, named_graphs)
        response = self._transport.send(request.made(_RESULTS), reading=True)
        media_type = response.headers.get("content-type", "")
        syntax = QueryResultsFormat.from_media_type(media_type)
        if syntax not in {QueryResultsFormat.JSON, QueryResultsFormat.XML}:
            _wrong_type(url, response, "the results of a query")
        body = _BOOLEAN.sub(_plain_boolean, response.body)
        body = _NODE_ID.sub(rb"\1", body)
        read = _read(body, syntax)
        if read.fault is not None:
            raise EndpointError(
                f"{shown(url)}: the answer of {len(response.body)} bytes is cut off or broken: "
                f"{read.fault}"
            )
        if read.boolean != (query_form(text) == "ASK"):
            raise EndpointError(f"{shown(url)}: the answer is not what the query asks for")
        return Answer(body, syntax, read.rows, response.headers)

    def update(self, text: str) -> None:
        """Run an update (SPARQL 1.1 Protocol section 2.2), once: it is never repeated.

        Raises EndpointError when the server does not say that it is done, or has no URL for it.
        """
        url = self._url(self.endpoint.update_url, "an update", "--update-endpoint")
        self._transport.send(_Request(url, text, update=True).made("*/*"), reading=False)

    def put_graph(self, iri: str, turtle: bytes) -> None:
        """Replace a graph by Turtle (Graph Store HTTP Protocol section 5.3); never repeated."""
        headers = {"Content-Type": "text/turtle", "User-Agent": USER_AGENT}
        request = _request(self._graph(iri), headers, "PUT", turtle)
        self._transport.send(request, reading=False)

    def _graph(self, iri: str) -> str:
        url = self._url(self.endpoint.graph_store_url, "a graph store", "--graph-store")
        return f"{url}{'&' if '?' in url else '?'}graph={quote(iri, safe='')}"

    def _url(self, url: str | None, what: str, option: str) -> str:
        if url is None:
            at = shown(self.endpoint.query_url)
            raise EndpointError(f"{at}: no URL for {what} is known; give {option} URL")
        return url


class _Read(NamedTuple):
    """What is in results: a boolean or rows, or what is wrong with them."""

    boolean: bool = False
    rows: int = 0
    fault: str | None = None


def _read(body: bytes, syntax: QueryResultsFormat) -> _Read:
    """Read results to their end: only that tells that they are sound.

    No error leaves this function with its traceback: pyoxigraph's results must go where they were
    made, and a traceback may keep them until another thread collects it.
    """
    try:
        result = pyoxigraph.parse_query_results(body, syntax)
        if isinstance(result, QueryBoolean):
            return _Read(boolean=True)
        return _Read(rows=sum(1 for _ in result))
    except (SyntaxError, ValueError) as error:
        return _Read(fault=str(error))


class _Request(SPARQLWrapper):
    """One query or update, which SPARQLWrapper writes as a request."""

    def __init__(
        self,
        url: str,
        text: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        *,
        update: bool = False,
    ) -> None:
        parts = urlsplit(url)
        self._form = "INSERT" if update else query_form(text)
        super().__init__(urlunsplit(parts._replace(query="", fragment="")), agent=USER_AGENT)
        self.setOnlyConneg(True)
        self.setReturnFormat(JSON)
        self.setQuery(text)
        for name, value in parse_qsl(parts.query, keep_blank_values=True):
            self.addParameter(name, value)
        for graph in default_graphs:
            self.addParameter("default-graph-uri", graph)
        for graph in named_graphs:
            self.addParameter("named-graph-uri", graph)
        self.setMethod(POST if update else GET)

    def _parseQueryType(self, query: str) -> str:  # noqa: N802 - SPARQLWrapper's name
        """Return the form: SPARQLWrapper takes it from a comment that says `Add` or `Clear`."""
        return self._form

    def made(self, accept: str) -> Request:
        """Return the request: GET when its URL is short, else POST with a form."""
        self.addCustomHttpHeader("Accept", accept)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the Accept header that is replaced here
            request: Request = self._createRequest()
            if request.get_method() == "GET" and len(request.full_url) > LONGEST_GET:
                self.setMethod(POST)
                request = self._createRequest()
        return request


def _plain_boolean(found: re.Match[bytes]) -> bytes:
    """Return a boolean in its canonical form (XML Schema 1.1 part 2, section 3.3.2)."""
    return found[1] + (b'"true"' if found[2] == b"1" else b'"false"')


def _request(
    url: str, headers: Mapping[str, str], method: str, body: bytes | None = None
) -> Request:
    return Request(url, body, dict(headers), method=method)  # noqa: S310 - Connection checks URLs


def _parsed_triples(url: str, response: Response) -> Any:
    """Yield the statements of a graph; raise EndpointError when they are not all there."""
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    syntax = {
        "text/plain": RdfFormat.N_TRIPLES,  # N-Triples as of RDF 1.0, still sent by some servers
        "application/x-turtle": RdfFormat.TURTLE,
    }.get(media_type) or RdfFormat.from_media_type(media_type)
    if syntax is None:
        _wrong_type(url, response, "triples")
    if not response.complete:
        raise EndpointError(
            f"{shown(url)}: the answer has no length, so that it may be cut off without a trace"
        )
    try:
        yield from pyoxigraph.parse(response.body, syntax)
    except (SyntaxError, ValueError) as error:
        raise EndpointError(f"{shown(url)}: the answer is broken: {error}") from error


def _wrong_type(url: str, response: Response, wanted: str) -> NoReturn:
    media_type = response.headers.get("content-type", "")
    got = "a web page" if looks_like_html(response.body, media_type) else media_type or "no type"
    words = "".join(f"\n    {line}" for line in server_words(response.body, media_type))
    raise EndpointError(
        f"{shown(url)}: not {wanted} but {got}; is this the URL of a SPARQL endpoint?{words}",
        response.status,
    )

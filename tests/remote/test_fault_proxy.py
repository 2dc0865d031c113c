"""Behind a line that delays, cuts, garbles and turns away, a read is right or fails loudly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import fault_proxy
import pytest
import servers
from fault_proxy import Spoil, proxy
from pushing import endpoint
from samples import PREFIXES, TANGLED, Run

import mlkg
from mlkg.errors import EndpointError
from mlkg.remote import planning
from mlkg.remote.endpoint import Endpoint
from mlkg.remote.protocol import Connection
from mlkg.remote.push import push
from mlkg.remote.study import open_study

pytestmark = pytest.mark.oxigraph_server

SHARES = [0.0, 0.3, 0.8, 0.999]
READS: dict[str, Callable[[mlkg.Study], object]] = {
    "table": lambda study: study.table(),
    "view": lambda study: [tuple(row) for row in study.select("evidence")],
    "rules": lambda study: study.validate(select=frozenset({"missing-claim"})).findings,
    "quads": lambda study: sorted(map(str, study.quads())),
}


class Pushed:
    """A study, and where it is on a server."""

    def __init__(self, folder: Path, server: servers.Server) -> None:
        """Push it."""
        self.local = mlkg.load(folder)
        self.url = server.query_url
        list(push(Connection(endpoint(server), {}), planning.wanted(self.local), "token"))

    def read(self, spoil: Spoil, what: str, timeout: float = 30.0, *, keep: bool = True) -> object:
        """Read the study through a proxy that spoils its answers, to the end of a command."""
        with proxy(self.url, spoil, keep=keep) as server:
            remote = open_study(
                Endpoint(server.url, timeout=timeout),
                self.local.iri,
                folder=self.local.root,
                environment={},
            )
            found = READS[what](remote)
            remote.check_unchanged()
        return found


@pytest.fixture(scope="module")
def pushed(oxigraph_server: servers.Server, tmp_path_factory: pytest.TempPathFactory) -> Pushed:
    """A study on the server under an IRI of its own."""
    folder = tmp_path_factory.mktemp("spoiled")
    (folder / "data").mkdir()
    text = (PREFIXES + TANGLED).replace("https://example.org/", "https://spoiled.example/")
    (folder / "data" / "all.ttl").write_text(text, "utf-8")
    return Pushed(folder, oxigraph_server)


@pytest.mark.parametrize("what", READS)
def test_through_a_proxy_that_does_nothing(what: str, pushed: Pushed) -> None:
    """The proxy itself changes nothing, so that what follows is about the faults."""
    assert READS[what](pushed.local) == pushed.read(fault_proxy.passing, what)


@pytest.mark.parametrize("what", READS)
def test_delays(what: str, pushed: Pushed) -> None:
    """A slow line changes no row."""
    assert READS[what](pushed.local) == pushed.read(fault_proxy.slow(0.02), what)


@pytest.mark.parametrize("what", READS)
def test_turned_away(what: str, pushed: Pushed) -> None:
    """A server that turns three of four requests away is asked again, and changes no row."""
    assert READS[what](pushed.local) == pushed.read(fault_proxy.turned_away(4), what)


def test_delays_past_the_timeout(pushed: Pushed) -> None:
    """A line slower than the timeout ends the command."""
    with pytest.raises(EndpointError, match=r"no answer within 0\.3 s"):
        pushed.read(fault_proxy.slow(1.0), "table", timeout=0.3)


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("what", READS)
@pytest.mark.parametrize("kind", ["cut", "shortened", "garbled"])
@pytest.mark.parametrize("keep", [False, True], ids=["hangs up", "keeps"])
def test_spoilt_answers(keep: bool, kind: str, what: str, share: float, pushed: Pushed) -> None:
    """Whichever answer is cut or garbled, and wherever, the command fails and says so.

    Only where a kept connection ends before its answer is the question asked once more.
    """
    spoil = getattr(fault_proxy, kind)(share)
    expected = READS[what](pushed.local)
    asked_again = keep and (kind, share) == ("cut", 0.0)
    failed: list[int] = []
    number = 0
    while True:
        number += 1
        tap = fault_proxy.Tap(fault_proxy.only(number, spoil))
        try:
            found = pushed.read(tap, what, keep=keep)
        except EndpointError:
            failed.append(number)
            continue
        assert expected == found
        if tap.last < number:  # nothing was spoilt
            break
    assert number > 3  # each request was spoilt once: the manifest, the data, the manifest again
    assert failed == ([1] if asked_again else [*range(1, number)])


def test_commands_fail_loudly(pushed: Pushed, run: Run) -> None:
    """The command itself prints no half of a result, and its status is 2."""
    for number in (1, 2, 3):
        with proxy(pushed.url, fault_proxy.only(number, fault_proxy.cut(0.6))) as server:
            options = ["--endpoint", server.url, "--study", pushed.local.iri or ""]
            done = run("-C", pushed.local.root, *options, "table")
        assert (done.returncode, done.stdout) == (2, "")
        assert "the answer is cut off after" in done.stderr

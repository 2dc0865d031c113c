"""Time a study in an endpoint against the same study embedded, and against plain requests.

    python benchmarks/endpoints.py M --runs 5
    python benchmarks/endpoints.py L --no-embedded --servers virtuoso --commands table unsupported

Starts each server with an empty store, pushes a made-up study (see generate.py), and then in turn,
so that a machine that drifts drifts for all: the command's work on the embedded store, loading
included; the same through the endpoint, opening included; and the very requests that this made,
sent again by hand with urllib, their JSON parsed and nothing done with it. The last two take turns
in going first, for the second finds the server warmer. Prints medians in seconds, the number of
requests, and the ratio of mlkg's median to that by hand.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import generate

import mlkg
from mlkg.remote import planning
from mlkg.remote.endpoint import Endpoint
from mlkg.remote.protocol import Connection
from mlkg.remote.push import push
from mlkg.remote.study import open_study
from mlkg.remote.transport import Transport

sys.path.append(str(Path(__file__).parents[1] / "tests"))
import servers  # the tests' own

TIMEOUT = 600.0
Work = Callable[[mlkg.Study], object]
WORK: dict[str, Work] = {
    "table": lambda study: study.table(),
    "unsupported": lambda study: list(study.select("unsupported")),
    "validate": lambda study: study.validate(),
}


class Measured(NamedTuple):
    """Seconds of each run of one command, three ways, and its requests."""

    embedded: list[float]
    endpoint: list[float]
    by_hand: list[float]
    requests: list[int]


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def through(endpoint: Endpoint, iri: str, work: Work) -> tuple[float, list[urllib.request.Request]]:
    """Open the study, do the work, and return how long that took and the requests it made."""
    sent: list[urllib.request.Request] = []
    plain = urllib.request.Request
    send = Transport.send

    def noted(self: Transport, request: urllib.request.Request, *, reading: bool) -> object:
        sent.append(plain(request.full_url, request.data, dict(request.header_items())))
        return send(self, request, reading=reading)

    Transport.send = noted  # type: ignore[method-assign,assignment]
    try:
        taken = seconds(lambda: work(open_study(endpoint, iri, environment={})))
    finally:
        Transport.send = send  # type: ignore[method-assign]
    return taken, sent


def by_hand(requests: list[urllib.request.Request]) -> None:
    """Send requests again, and parse the answers."""
    for request in requests:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            json.loads(answer.read())


def measure(
    folder: Path | None, endpoint: Endpoint, iri: str, runs: int, commands: list[str]
) -> dict[str, Measured]:
    """Time each command, the three ways in turn, after each was run once to warm the server.

    Without a folder the embedded store is left out.
    """
    found = {name: Measured([], [], [], []) for name in commands}
    sent = {name: through(endpoint, iri, WORK[name])[1] for name in commands}
    for number in range(runs):
        for name, one in found.items():
            work = WORK[name]
            if folder:
                one.embedded.append(seconds(lambda work=work: work(mlkg.load(folder))))  # type: ignore[misc]
            if number % 2:
                one.by_hand.append(seconds(lambda name=name: by_hand(sent[name])))  # type: ignore[misc]
            there, sent[name] = through(endpoint, iri, work)
            one.endpoint.append(there)
            one.requests.append(len(sent[name]))
            if not number % 2:
                one.by_hand.append(seconds(lambda name=name: by_hand(sent[name])))  # type: ignore[misc]
    return found


def main() -> None:
    """Read the arguments, start each server, push, measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("size", choices=generate.SIZES)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--servers", nargs="+", choices=servers.SERVERS, default=[*servers.SERVERS])
    parser.add_argument("--no-embedded", action="store_true", help="leave the folder out")
    parser.add_argument("--commands", nargs="+", choices=WORK, default=[*WORK])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "study"
        generate.generate(folder, *generate.SIZES[arguments.size])
        loading = seconds(lambda: mlkg.load(folder))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{arguments.size}: loads in {loading:.2f} s, {memory:.0f} MiB")
        for name in arguments.servers:
            place = Path(temporary) / name
            place.mkdir()
            with servers.SERVERS[name](place) as server:
                run(
                    server,
                    folder,
                    arguments.runs,
                    arguments.commands,
                    embedded=not arguments.no_embedded,
                )


def run(
    server: servers.Server, folder: Path, runs: int, commands: list[str], *, embedded: bool
) -> None:
    """Push the study to a server, measure, and print."""
    endpoint = Endpoint(server.query_url, server.update_url, server.graph_store_url, TIMEOUT)
    connection = Connection(endpoint, {})
    wanted = planning.wanted(mlkg.load(folder))
    first = seconds(lambda: list(push(connection, wanted, "first")))
    requests = connection.requests
    again = seconds(lambda: list(push(connection, wanted, "again")))
    print(
        f"{server.name}: push {first:.1f} s, {requests} requests; again {again:.2f} s", flush=True
    )
    print("| command | embedded | endpoint | by hand | mlkg / by hand | requests |")
    print("| --- | --- | --- | --- | --- | --- |")
    study = wanted.manifest.study
    timed = measure(folder if embedded else None, endpoint, study, runs, commands)
    for name, one in timed.items():
        here = f"{statistics.median(one.embedded):.2f}" if one.embedded else "–"
        there, hand = statistics.median(one.endpoint), statistics.median(one.by_hand)
        counted = max(one.requests)
        print(
            f"| {name} | {here} | {there:.2f} | {hand:.2f} | {there / hand:.2f} | {counted} |",
            flush=True,
        )


if __name__ == "__main__":
    main()

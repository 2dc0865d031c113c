"""Time validators side by side on made-up studies, and hold them to the same faults.

    pip install -e . && python benchmarks/run.py S M L --runs 5

Whole processes, taken in turn, so that a machine that drifts drifts for all. Prints the median of
the wall time, the peak of memory, and the ratio of medians to mlkg's. pySHACL is left out at L,
and with sh:sparql at M, where it takes longer than one wants to wait; Apache Jena where Debian's
package is not installed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import generate
import jena
import pyoxigraph

ROOT = Path(__file__).parents[1]
CORE = ROOT / "ontology" / "shapes.ttl"
SPARQL = Path(__file__).with_name("sparql-shapes.ttl")
SH = "http://www.w3.org/ns/shacl#"
PARSE = "import pyoxigraph, sys\nfor _ in pyoxigraph.parse(path=sys.argv[1]): pass"

Fault = tuple[str, str]
"""The name of a shape or rule, and the IRI of a record."""


@dataclass
class Contestant:
    """A command, what reads the faults from its output, and what was measured."""

    name: str
    command: list[str]
    report: str = ""
    seconds: list[float] = field(default_factory=list)
    mebibytes: float = 0
    faults: set[Fault] | None = None

    def run(self, output: Path) -> None:
        """Run once: time, peak memory, and the faults found."""
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        with output.open("wb") as file:
            began = time.perf_counter()
            process = subprocess.Popen(
                self.command, stdout=file, stderr=subprocess.DEVNULL, env=environment, cwd=ROOT
            )
            _, _, usage = os.wait4(process.pid, 0)
            self.seconds.append(time.perf_counter() - began)
        self.mebibytes = max(self.mebibytes, usage.ru_maxrss / 1024)
        if self.report and self.faults is None:
            self.faults = {"json": from_json, "turtle": from_turtle}[self.report](output)


def from_json(output: Path) -> set[Fault]:
    """Read the errors of a report of mlkg."""
    found = json.loads(output.read_text("utf-8"))["findings"]
    return {(one["rule"], one["focus"]) for one in found if one["severity"] == "error"}


def from_turtle(output: Path) -> set[Fault]:
    """Read the results of a SHACL validation report."""
    results: dict[str, dict[str, str]] = {}
    for quad in pyoxigraph.parse(path=output, format=pyoxigraph.RdfFormat.TURTLE):
        if quad.predicate.value in {f"{SH}focusNode", f"{SH}sourceShape"}:
            result = results.setdefault(str(quad.subject), {})
            result[quad.predicate.value] = quad.object.value
    return {
        (one[f"{SH}sourceShape"].rpartition("#")[2], one[f"{SH}focusNode"])
        for one in results.values()
    }


def tracks(size: str, folder: Path, validator: list[str] | None) -> dict[str, list[Contestant]]:
    """Return what is compared with what, at one size; mlkg comes first in each."""
    merged, study = folder / "all.ttl", folder / "study"
    mlkg = [sys.executable, "-m", "mlkg"]
    of_study = [*mlkg, "-C", str(study), "validate"]
    as_json = ["--format", "json", "--fail-on", "never"]
    both = folder / "both.ttl"
    both.write_bytes(CORE.read_bytes() + SPARQL.read_bytes())
    pyshacl = [sys.executable, "-m", "pyshacl", "--format", "turtle"]
    parse = [sys.executable, "-c", PARSE, str(merged)]
    core = [
        Contestant(
            "mlkg", [*mlkg, "validate", "--shapes", str(CORE), str(merged), *as_json], "json"
        )
    ]
    sparql = [
        Contestant(
            "mlkg",
            [*mlkg, "validate", "--shapes", str(both), str(merged), *as_json],
            "json",
        )
    ]
    rules = [
        Contestant("mlkg, each located", [*of_study, *as_json], "json"),
        Contestant("mlkg -q", [*of_study, "-q", "--fail-on", "never"]),
    ]
    if size != "L":
        core.append(Contestant("pySHACL", [*pyshacl, "-s", str(CORE), str(merged)], "turtle"))
    if size == "S":
        sparql.append(Contestant("pySHACL", [*pyshacl, "-s", str(both), str(merged)], "turtle"))
    if validator:
        data = ["--data", str(merged)]
        core.append(Contestant("Jena", [*validator, "--shapes", str(CORE), *data], "turtle"))
        sparql.append(Contestant("Jena", [*validator, "--shapes", str(both), *data], "turtle"))
    for track in (core, sparql, rules):
        track.append(Contestant("parsing alone", parse))
    return {"core shapes": core, "core and sh:sparql": sparql, "shapes and rules": rules}


def expected(folder: Path, track: str) -> set[Fault]:
    """Return the faults that everybody on a track must report."""
    lines = (folder / "study" / "faults.tsv").read_text("utf-8").splitlines()
    faults = {(rule, record) for rule, record in (line.split("\t") for line in lines)}
    in_sparql = {"verdict-outside-scale", "duplicate-claim"}
    in_rules = {*in_sparql, "undeclared-term"}
    left_out = {"core shapes": in_rules, "core and sh:sparql": {"undeclared-term"}}
    return {fault for fault in faults if fault[0] not in left_out.get(track, set())}


def show(track: str, contestants: Sequence[Contestant], wanted: set[Fault]) -> bool:
    """Print one track; return whether all found the same."""
    print(f"  {track}, {len(wanted)} faults")
    ours = statistics.median(contestants[0].seconds)
    same = True
    for one in contestants:
        median = statistics.median(one.seconds)
        verdict = ""
        if one.faults is not None:
            # A record with one fault may break more than one shape, so there may be more.
            missing = len(wanted - one.faults)
            verdict = f"{missing} MISSED" if missing else "all found"
            if one.faults != contestants[0].faults:
                verdict += ", NOT THE SAME as mlkg"
            same = same and verdict == "all found"
        print(
            f"    {one.name:24} {median:8.3f} s {one.mebibytes:7.0f} MiB "
            f"{median / ours:7.2f} × mlkg  {verdict}"
        )
    return same


def main() -> None:
    """Generate, run, print; exit with status 1 when a validator missed a fault."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sizes", nargs="+", choices=generate.SIZES)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    good = True
    with tempfile.TemporaryDirectory() as temporary:
        validator = jena.validator(Path(temporary) / "jena")
        for size in arguments.sizes:
            folder = Path(temporary) / size
            generate.generate(folder / "study", *generate.SIZES[size])
            files = [ROOT / "ontology" / "mlkg.ttl", *sorted((folder / "study/data").glob("*.ttl"))]
            (folder / "all.ttl").write_bytes(b"".join(file.read_bytes() for file in files))
            print(f"{size}: {arguments.runs} runs, medians of whole processes")
            for track, contestants in tracks(size, folder, validator).items():
                for _ in range(arguments.runs):
                    for one in contestants:
                        one.run(folder / "output")
                good = show(track, contestants, expected(folder, track)) and good
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()

"""What became of verified files, for people and for programs."""

from __future__ import annotations

import itertools
import json
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping

from mlkg.verification.reading import QR, Difference
from mlkg.verification.verdict import CURRENT, STALE, Verification

_MOST = 20
"""Differences that people are shown of one file; programs get all."""

_ROLES = {CURRENT: "supported", STALE: "unsupported"}

Paint = Callable[[str, str], str]


def as_text(results: Mapping[str, Verification | str], *, every: bool = False, paint: Paint) -> str:
    """Return a line a file, with what differs below it; `every` shows more than the first."""
    lines: list[str] = []
    for name, result in results.items():
        if isinstance(result, str):
            lines.append(f"{name}: {paint('not verified', 'disputed')}: {result}")
            continue
        lines.append(f"{name}: {_verdict(result, paint)}")
        lines += [f"  {note}" for note in result.notes]
        found = list(_lines(result.differences))
        shown = found if every else found[:_MOST]
        lines += [f"  {line}" for line in shown]
        if len(found) > len(shown):
            lines.append(f"  … and {len(found) - len(shown)} more; --all shows them")
    return "".join(f"{line}\n" for line in lines)


def as_json(results: Mapping[str, Verification | str]) -> str:
    """Return all that is known of each file, as JSON."""
    files = [
        {"file": name, "status": "error", "message": result}
        if isinstance(result, str)
        else {
            "file": name,
            "status": result.status,
            "arguments": list(result.part),
            "revision": result.state and result.state.commit,
            "date": result.state and result.state.day,
            "notes": list(result.notes),
            "differences": [one._asdict() for one in result.differences],
        }
        for name, result in results.items()
    ]
    return json.dumps({"version": 1, "files": files}, ensure_ascii=False, indent=2) + "\n"


def _verdict(result: Verification, paint: Paint) -> str:
    told = paint(result.status, _ROLES.get(result.status, "disputed"))
    if result.state is not None:
        told += f": as at revision {result.state.commit[:12]} of {result.state.day}"
    cells = {(one.option, one.criterion) for one in result.differences if one.option is not None}
    if cells:
        told += f", {len(cells)} {'cell differs' if len(cells) == 1 else 'cells differ'}"
    if result.part:
        told += f" ({shlex.join(result.part)})"
    return told


def _lines(differences: Iterable[Difference]) -> Iterator[str]:
    """Yield a line a difference, and one line for several cells of a row that one side lacks."""
    for (option, lacking), group in itertools.groupby(differences, _lacking):
        found = list(group)
        if option is not None and lacking and len(found) > 2:
            criteria = ", ".join(one.criterion or "" for one in found)
            where = "file" if lacking == "file" else "graph"
            yield f"{option}: {len(found)} cells are not in the {where}: {_said(criteria)}"
        else:
            yield from map(_difference, found)


def _lacking(one: Difference) -> tuple[str | None, str | None]:
    """Return the option of a cell that the file or the graph has not, and which of them."""
    if one.option is None or one.what != "text" or (one.file is not None and one.graph is not None):
        return None, None
    return one.option, "file" if one.file is None else "graph"


def _difference(one: Difference) -> str:
    if one.what == QR:
        return (
            f"{QR}: the file has {'none' if one.file is None else 'another than the graph gives'}"
        )
    where = one.what if one.option is None else f"{one.option} × {one.criterion}"
    kind = f" {_kind(one.what)}:" if one.option is not None and one.what != "text" else ""
    return f"{where}:{kind} file says {_said(one.file)}, the graph says {_said(one.graph)}"


def _kind(what: str) -> str:
    """Return the last segments of the IRIs in the name of a fact."""
    return " ".join(
        word.rstrip(">/#").replace("#", "/").rpartition("/")[2] for word in what.split()
    )


def _said(text: str | None) -> str:
    if text is None:
        return "nothing"
    flat = " ".join(text.split())
    flat = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in flat)
    return f"{flat[:160]}…" if len(flat) > 160 else flat or "nothing"

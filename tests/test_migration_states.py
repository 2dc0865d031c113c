"""Migration keeps states: what the table of mlkg 0.1 showed is what follows from migrated data."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from samples import PREFIXES

import mlkg
from mlkg.editing import migrating

VERDICTS = ("yes", "partial", "no", "unknown")


class Piece(NamedTuple):
    """Evidence in the old form: a direction, what it indicates if that is stated, and a source."""

    direction: str
    indicates: str | None
    sourced: bool


class Case(NamedTuple):
    """A claim in the old form, and the evidence about it."""

    verdict: str
    rationale: bool
    pieces: tuple[Piece, ...]


def _sound(verdict: str, piece: Piece) -> bool:
    """Tell whether evidence does not contradict itself."""
    if verdict == "unknown" or piece.indicates in (None, "unknown"):
        return True
    way = "supports" if piece.indicates == verdict else "disputes"
    return piece.direction == way


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A claim with up to four sound pieces of evidence."""
    verdict = draw(st.sampled_from(VERDICTS))
    piece = st.builds(
        Piece,
        st.sampled_from(("supports", "supports", "disputes", "inconclusive")),
        st.sampled_from((None, *VERDICTS)),
        st.booleans(),
    ).filter(lambda one: _sound(verdict, one))
    return Case(verdict, draw(st.booleans()), tuple(draw(st.lists(piece, max_size=4))))


def former_state(case: Case) -> str:
    """Return the state as queries/table.rq of mlkg 0.1 decided it, for a claim without a review.

    One thing differs since: a rationale does not make up for evidence that is missing.
    """
    if case.verdict == "unknown":
        return "open"
    supporting = any(one.direction == "supports" and one.sourced for one in case.pieces)
    if any(one.direction == "disputes" for one in case.pieces):
        if not case.rationale:
            return "disputed"
        return "reconciled" if supporting else "unsupported"
    return "supported" if supporting else "unsupported"


def turtle(all_cases: list[Case]) -> str:
    """Return a study in the old form: one option, a criterion for each case."""
    lines = [
        "ex:study a mlkg:Study .",
        'ex:o a mlkg:Option ; rdfs:label "O" ; dcterms:isPartOf ex:study .',
        "ex:s a mlkg:Source ; schema:url <https://example.org/s> .",
    ]
    for number, case in enumerate(all_cases):
        lines.append(
            f'ex:k{number} a mlkg:Criterion ; rdfs:label "K" ; schema:position {number} ;'
            " mlkg:scale mlkg:yesNoScale ; dcterms:isPartOf ex:study ."
        )
        why = ' ; mlkg:rationale "Why"' if case.rationale else ""
        lines.append(
            f"ex:c{number} a mlkg:Claim ; mlkg:option ex:o ; mlkg:criterion ex:k{number} ; "
            f"mlkg:verdict mlkg:{case.verdict}{why} ."
        )
        for index, one in enumerate(case.pieces):
            says = f" ; mlkg:indicates mlkg:{one.indicates}" if one.indicates else ""
            source = " ; mlkg:source ex:s" if one.sourced else ""
            lines.append(
                f"ex:e{number}-{index} a mlkg:Evidence ; mlkg:about ex:c{number} ; "
                f"mlkg:direction mlkg:{one.direction}{says}{source} ."
            )
    return "\n".join(lines) + "\n"


@settings(max_examples=60)
@given(st.lists(cases(), min_size=1, max_size=8))
def test_states_stay(all_cases: list[Case]) -> None:
    """Each cell has the state that it had, and migrating once more changes nothing."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        path = folder / "data" / "all.ttl"
        old = (PREFIXES + turtle(all_cases)).encode()
        path.write_bytes(old)
        found = migrating.migration(folder)
        migrating.write(found.draft)
        (row,) = mlkg.load(folder).table().rows
        assert [cell.state for cell in row] == [former_state(case) for case in all_cases]
        assert not migrating.migration(folder).draft.changes
        listed = {str(one.remark.record)[1:-1].rpartition("/")[2] for one in found.review}
        expected = {
            f"e{number}-{index}"
            for number, case in enumerate(all_cases)
            for index, one in enumerate(case.pieces)
            if _is_inferred(case, one)
        }
        assert {record for record in listed if record.startswith("e")} == expected
        if path.read_bytes() != old and b"mlkg:direction" in old:
            new = migrating.migrated_files({"data/all.ttl": old})
            assert new == {"data/all.ttl": path.read_bytes()}


def _is_inferred(case: Case, one: Piece) -> bool:
    """Tell whether a piece of evidence is listed: something was inferred, or could not be."""
    if one.indicates == "unknown":
        return True
    if one.indicates:
        return case.verdict == "unknown" and one.direction == "inconclusive"
    return one.direction != "inconclusive"

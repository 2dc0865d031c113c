"""The part of a study that is exported: some options, some criteria, some states."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlkg.errors import UnknownNameError
from mlkg.states import states
from mlkg.table import Cell, Heading, Table

if TYPE_CHECKING:
    from mlkg.study import Study

LEFT_OUT = Cell("", "", None, ())
"""What stands where a cell is not part of the export."""


class Part(NamedTuple):
    """What to export, as a user names it; nothing named means all.

    `options` and `criteria` are names as `mlkg.lookup` finds them, `states` keys of
    `mlkg.states.states`. `transpose` puts criteria down and options across.
    """

    options: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    transpose: bool = False

    def is_whole(self) -> bool:
        """Tell whether every cell is part of it."""
        return not (self.options or self.criteria or self.states)


WHOLE = Part()


def arguments(part: Part, table: Table) -> tuple[str, ...]:
    """Return the words that choose `part` on a command line; `table` is what it chose."""
    words: list[str] = []
    if part.options:
        words += [word for option in table.options for word in ("--option", option.iri)]
    if part.criteria:
        words += [word for criterion in table.criteria for word in ("--criterion", criterion.iri)]
    words += [word for state in states() if state in part.states for word in ("--state", state)]
    return (*words, "--transpose") if part.transpose else tuple(words)


def choose(study: Study, table: Table, part: Part) -> Table:
    """Return the options and criteria of `table` that `part` names, in the order of the table.

    Cells in other states than those named are LEFT_OUT, and rows and columns of nothing else go.
    A criterion that narrower ones divide stands for them.
    Raises UnknownNameError and AmbiguousNameError for what no option, criterion or state is called.
    """
    if part.is_whole():
        return table
    for state in part.states:
        if state not in states():
            raise UnknownNameError("state", state, states(), "mlkg table --help")
    options = _chosen(study, part.options, "option", table.options)
    criteria = _chosen(study, part.criteria, "criterion", table.criteria)
    rows = [
        [cell if not part.states or cell.state in part.states else LEFT_OUT for cell in row]
        for row in table.rows
    ]
    if part.states:
        options = [i for i in options if any(rows[i][j] is not LEFT_OUT for j in criteria)]
        criteria = [j for j in criteria if any(rows[i][j] is not LEFT_OUT for i in options)]
    return table._replace(
        options=tuple(table.options[i] for i in options),
        criteria=tuple(table.criteria[j] for j in criteria),
        rows=tuple(tuple(rows[i][j] for j in criteria) for i in options),
    )


def _chosen(
    study: Study, names: tuple[str, ...], kind: str, headings: tuple[Heading, ...]
) -> list[int]:
    """Return the places of the headings that `names` mean, all of them when there is no name."""
    if not names:
        return list(range(len(headings)))
    from mlkg import lookup
    from mlkg.explain.explanation import columns_of

    among = lookup.records(study, kind)
    found = [lookup.choose(study, name, among).iri for name in names]
    wanted = {
        column
        for iri in found
        for column in (columns_of(study, iri) if kind == "criterion" else [iri])
    }
    return [place for place, heading in enumerate(headings) if heading.iri in wanted]

"""Stored queries: one `.rq` file each, found by name, with a header that says what it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mlkg.errors import HeaderError, UnknownNameError

SEVERITIES = ("error", "warning", "info")
"""From the gravest to the mildest."""

SYNTAXES = ("ttl", "nt", "nq", "trig", "jsonld", "rdfxml")
"""The syntaxes of RDF; nq, trig and jsonld hold named graphs."""

_KEY_LINE = re.compile(r"#\+ ([a-z]+): (.*\S)\s*")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class View(NamedTuple):
    """A stored query that answers a question; `notes` is the Markdown of its header."""

    name: str
    path: Path
    text: str
    summary: str
    notes: str


class Rule(NamedTuple):
    """A stored query that finds faults: each row is one, with its record in `?focus`.

    `?path` and `?value`, where the query gives them, tell the triple at fault.
    `message` has the names of further variables in braces.
    """

    name: str
    path: Path
    text: str
    summary: str
    notes: str
    severity: str
    message: str


class Form(NamedTuple):
    """A stored query that gives the study in the terms of a standard: a format of exports.

    A CONSTRUCT gives a graph; a SELECT of ?graph, ?subject, ?predicate and ?object a dataset.
    `syntax` is what it is written in where nobody asks for another.
    """

    name: str
    path: Path
    text: str
    summary: str
    notes: str
    syntax: str


def views(folders: Sequence[Path]) -> Mapping[str, View]:
    """Return the views in `folders` by name, sorted; of two alike the later folder's counts."""
    return {name: read_view(path) for name, path in _found(folders).items()}


def rules(folders: Sequence[Path]) -> Mapping[str, Rule]:
    """Return the rules in the `checks` of `folders` by name, as `views` does."""
    return {name: read_rule(path) for name, path in _rule_files(folders).items()}


def rules_for_change(folders: Sequence[Path]) -> Mapping[str, Rule]:
    """Return the rules in the `checks/since` of `folders`, which compare with an earlier state.

    That state is the graph `mlkg.namespaces.BEFORE` in the store that they run on.
    """
    found = _found([folder / "checks" / "since" for folder in folders])
    return {name: read_rule(path) for name, path in found.items()}


def forms(folders: Sequence[Path]) -> Mapping[str, Form]:
    """Return the standard forms in the `exports` of `folders` by name, as `views` does."""
    found = _found([folder / "exports" for folder in folders])
    return {name: read_form(path) for name, path in found.items()}


def find_view(folders: Sequence[Path], name: str) -> View | Rule:
    """Return the view called `name`, or else the rule of that name.

    Raises UnknownNameError when there is neither, HeaderError when its header is broken.
    """
    if path := _found(folders).get(name):
        return read_view(path)
    if path := _rule_files(folders).get(name):
        return read_rule(path)
    known = [*_found(folders), *_rule_files(folders)]
    raise UnknownNameError("view or rule", name, known, "mlkg query --list")


def read_view(path: Path) -> View:
    """Read one view; raise HeaderError when its header is broken."""
    text = _read(path)
    keys, notes = _header(path, text, required={"summary"})
    return View(path.stem, path, text, keys["summary"], notes)


def read_rule(path: Path) -> Rule:
    """Read one rule; raise HeaderError when its header is broken."""
    text = _read(path)
    keys, notes = _header(path, text, required={"summary", "severity", "message"})
    if keys["severity"] not in SEVERITIES:
        raise HeaderError(f"{path}: severity is {keys['severity']}, not {', '.join(SEVERITIES)}")
    named = {"focus", *placeholders(keys["message"])}
    if missing := sorted(name for name in named if not re.search(rf"[?$]{name}\b", text)):
        raise HeaderError(f"{path}: the query has no variable ?{missing[0]}")
    return Rule(path.stem, path, text, keys["summary"], notes, keys["severity"], keys["message"])


def read_form(path: Path) -> Form:
    """Read one standard form; raise HeaderError when its header is broken."""
    text = _read(path)
    keys, notes = _header(path, text, required={"summary", "syntax"})
    if keys["syntax"] not in SYNTAXES:
        raise HeaderError(f"{path}: syntax is {keys['syntax']}, not {', '.join(SYNTAXES)}")
    return Form(path.stem, path, text, keys["summary"], notes, keys["syntax"])


def placeholders(message: str) -> frozenset[str]:
    """Return the names that stand in braces in `message`."""
    return frozenset(_PLACEHOLDER.findall(message))


def fill(message: str, values: Mapping[str, str]) -> str:
    """Put `values` in the place of the names in braces; a name without a value stays."""
    return _PLACEHOLDER.sub(lambda name: values.get(name[1], name[0]), message)


def _found(folders: Sequence[Path]) -> dict[str, Path]:
    """Return the `.rq` files right in `folders` by name, sorted."""
    files = {path.stem: path for folder in folders for path in folder.glob("*.rq")}
    return dict(sorted(files.items()))


def _rule_files(folders: Sequence[Path]) -> dict[str, Path]:
    return _found([folder / "checks" for folder in folders])


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise HeaderError(f"{path}: cannot be read: {error}") from error


def _header(path: Path, text: str, *, required: set[str]) -> tuple[dict[str, str], str]:
    """Return the `#+ key: value` lines at the top and the Markdown comment after them."""
    keys: dict[str, str] = {}
    notes: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("#+"):
            match = _KEY_LINE.fullmatch(line)
            if match is None:
                raise HeaderError(f"{path}:{number}: not of the form '#+ key: value'")
            if match[1] not in required or match[1] in keys:
                fault = "is given twice" if match[1] in keys else "is not a key here"
                allowed = ", ".join(sorted(required))
                raise HeaderError(f"{path}:{number}: {match[1]} {fault}; keys are {allowed}")
            keys[match[1]] = match[2].strip('"')
        elif line.startswith("#"):
            notes.append(line.removeprefix("#").removeprefix(" "))
        else:
            break
    if missing := sorted(required - keys.keys()):
        raise HeaderError(f"{path}: the header lacks '#+ {missing[0]}: …'")
    return keys, "\n".join(notes).strip()

"""Stored queries: one `.rq` file each, found by name, with a header that says what it is."""

# Without "from __future__ import annotations": as text, each field of a NamedTuple is compiled at
# import, which every command would wait for.

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from mlkg.errors import HeaderError, QueryError, UnknownNameError
from mlkg.namespaces import MLKG, WELL_KNOWN

SEVERITIES = ("error", "warning", "info")
"""From the gravest to the mildest."""

SYNTAXES = ("ttl", "nt", "nq", "trig", "jsonld", "rdfxml")
"""The syntaxes of RDF; nq, trig and jsonld hold named graphs."""

_KEY_LINE = re.compile(r"#\+ ([a-z]+): (.*\S)\s*")
_COMMENT_LINE = re.compile(r"^ *#.*$", re.MULTILINE)
_TERM = re.compile(r"\bmlkg:(\w+)")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class View(NamedTuple):
    """A stored query that answers a question; `notes` is the Markdown of its header.

    `named` has the terms of mlkg that it names where it is one of mlkg's own, else None.
    """

    name: str
    path: Path
    text: str
    summary: str
    notes: str
    named: frozenset[str] | None = None


class Rule(NamedTuple):
    """A stored query that finds faults: each row is one, with its record in `?focus`.

    `?path` and `?value`, where the query gives them, tell the triple at fault.
    `message` has the names of further variables in braces. `named` is as in a View.
    """

    name: str
    path: Path
    text: str
    summary: str
    notes: str
    severity: str
    message: str
    named: frozenset[str] | None = None


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


class Derivation(NamedTuple):
    """A stored CONSTRUCT whose triples, derived facts, join what queries see.

    `predicates` are the IRIs of the facts that it gives, `reads` those that its pattern names.
    `insert` is the same as a SPARQL 1.1 update (section 3.1.3) of the default graph. `when` has
    properties of which the data must state one, as it gives nothing else; it is empty where the
    query is always run. `own` tells that it comes with mlkg.
    """

    name: str
    path: Path
    text: str
    summary: str
    notes: str
    predicates: frozenset[str]
    reads: frozenset[str]
    insert: str
    when: tuple[str, ...] = ()
    own: bool = False


def views(folders: Sequence[Path]) -> Mapping[str, View]:
    """Return the views in `folders` by name, sorted; of two alike the later folder's counts."""
    return {name: _own(read_view(path), folders) for name, path in _found(folders).items()}


def rules(folders: Sequence[Path]) -> Mapping[str, Rule]:
    """Return the rules in the `checks` of `folders` by name, as `views` does."""
    return {name: _own(read_rule(path), folders) for name, path in _rule_files(folders).items()}


def rules_for_change(folders: Sequence[Path]) -> Mapping[str, Rule]:
    """Return the rules in the `checks/since` of `folders`, which compare with an earlier state.

    That state is the graph `mlkg.namespaces.BEFORE` in the store that they run on.
    """
    found = _found([folder / "checks" / "since" for folder in folders])
    return {name: _own(read_rule(path), folders) for name, path in found.items()}


def forms(folders: Sequence[Path]) -> Mapping[str, Form]:
    """Return the standard forms in the `exports` of `folders` by name, as `views` does."""
    found = _found([folder / "exports" for folder in folders])
    return {name: read_form(path) for name, path in found.items()}


def derivations(folders: Sequence[Path]) -> Mapping[str, Derivation]:
    """Return the queries in the `derive` of `folders` by name, sorted; the first folder is mlkg's.

    A study adds facts and replaces none. Raises HeaderError for a file that has the name of one of
    mlkg's, or gives a fact in mlkg's namespace, unless it is a copy of mlkg's: the checkout of mlkg
    is a study too.
    """
    own, *others = folders
    found = {name: _own_derivation(path) for name, path in _found([own / "derive"]).items()}
    for folder in others:
        for name, path in _found([folder / "derive"]).items():
            if name in found and _read(path) == found[name].text:
                continue
            derivation = read_derivation(path)
            taken = sorted(p for p in derivation.predicates if p.startswith(MLKG))
            if taken or name in found:
                which = f"mlkg:{taken[0].removeprefix(MLKG)}" if taken else f"the file {name}.rq"
                raise HeaderError(
                    f"{path}: {which} is mlkg's own; give the fact and the file names of your own"
                )
            found[name] = derivation
    return dict(sorted(found.items()))


def find_view(folders: Sequence[Path], name: str) -> View | Rule:
    """Return the view called `name`, or else the rule of that name.

    Raises UnknownNameError when there is neither, HeaderError when its header is broken.
    """
    if path := _found(folders).get(name):
        return _own(read_view(path), folders)
    if path := _rule_files(folders).get(name):
        return _own(read_rule(path), folders)
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


def read_derivation(path: Path) -> Derivation:
    """Read one query of derived facts.

    Raises HeaderError when its header is broken, when it is not CONSTRUCT { … } WHERE { … }, and
    when it does not name every property that it reads.
    """
    from mlkg.sparql.forms import construct_parts
    from mlkg.sparql.mentions import mentioned

    text = _read(path)
    keys, notes = _header(path, text, required={"summary"}, optional={"when"})
    try:
        parts = construct_parts(text)
    except QueryError as error:
        raise HeaderError(f"{path}: {error}") from error
    reads = mentioned(f"{text[: parts.template_start]}{{ }}{text[parts.template_end :]}")
    if reads is None:
        raise HeaderError(
            f"{path}: a derived fact names every property that it reads: "
            "a variable needs FILTER(?p IN (…)) or VALUES"
        )
    head = text[parts.start + len("CONSTRUCT") : parts.template_end]
    between = text[parts.template_end : parts.pattern_start]
    where = between if "WHERE" in between.upper() else f" WHERE{between}"  # Update requires it
    insert = f"{text[: parts.start]}INSERT{head}{where}{text[parts.pattern_start :]}"
    when = tuple(_expanded(name) for name in keys.get("when", "").split())
    return Derivation(
        path.stem, path, text, keys["summary"], notes, parts.predicates, reads, insert, when
    )


def _own_derivation(path: Path) -> Derivation:
    """Read one of mlkg's own queries of derived facts, as `read_derivation` does but faster."""
    text = _read(path)
    start = text.index("\nCONSTRUCT {") + 1
    end = text.index("} WHERE {", start)
    summary, *others = [
        key.partition(": ")[2] for key in text.split("\n", 2)[:2] if key[:2] == "#+"
    ]
    return Derivation(
        path.stem,
        path,
        text,
        summary,
        "",
        terms_in(text[start:end]),
        terms_in(text[end:]),
        f"{text[:start]}INSERT{text[start + len('CONSTRUCT') :]}",
        tuple(_expanded(name) for names in others for name in names.split()),
        own=True,
    )


def _expanded(name: str) -> str:
    """Return the IRI of a prefixed name with one of mlkg's own prefixes."""
    prefix, _, local = name.partition(":")
    if prefix not in WELL_KNOWN:
        raise HeaderError(f"{name}: no prefix {prefix}: is known here")
    return WELL_KNOWN[prefix] + local


def terms_in(text: str) -> frozenset[str]:
    """Return the terms of mlkg that one of mlkg's own queries names.

    These write the prefix `mlkg:` and have no variable for a property that is a derived fact, so
    that nothing need be parsed when mlkg starts. `mlkg.sparql.mentions` reads all other queries.
    """
    code = _COMMENT_LINE.sub("", text)
    return frozenset(MLKG + name for name in _TERM.findall(code))


_Q = TypeVar("_Q", View, Rule)


def _own(query: _Q, folders: Sequence[Path]) -> _Q:
    """Return a query of the first of `folders`, which is mlkg's own, with the terms it names."""
    if not query.path.is_relative_to(folders[0]):
        return query
    return query._replace(named=terms_in(query.text))


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


def _header(
    path: Path, text: str, *, required: set[str], optional: Collection[str] = ()
) -> tuple[dict[str, str], str]:
    """Return the `#+ key: value` lines at the top and the Markdown comment after them."""
    keys: dict[str, str] = {}
    notes: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("#+"):
            match = _KEY_LINE.fullmatch(line)
            if match is None:
                raise HeaderError(f"{path}:{number}: not of the form '#+ key: value'")
            if match[1] not in {*required, *optional} or match[1] in keys:
                fault = "is given twice" if match[1] in keys else "is not a key here"
                allowed = ", ".join(sorted({*required, *optional}))
                raise HeaderError(f"{path}:{number}: {match[1]} {fault}; keys are {allowed}")
            keys[match[1]] = match[2].strip('"')
        elif line.startswith("#"):
            notes.append(line.removeprefix("#").removeprefix(" "))
        else:
            break
    if missing := sorted(required - keys.keys()):
        raise HeaderError(f"{path}: the header lacks '#+ {missing[0]}: …'")
    return keys, "\n".join(notes).strip()

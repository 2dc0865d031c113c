"""Which properties a query may read, by the IRIs in its text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mlkg.sparql.lexer import Prologue, Token, prologue, tokens

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
TYPE = f"{_RDF}type"
LIST = (f"{_RDF}first", f"{_RDF}rest", f"{_RDF}nil")

_NO_PREFIXES: Mapping[str, str] = {}
_TERMS = frozenset({"variable", "iri", "pname", "string", "number", "blank"})
_SCHEME = "[A-Za-z][A-Za-z0-9+.-]*:"


def mentioned(text: str, prefixes: Mapping[str, str] = _NO_PREFIXES) -> frozenset[str] | None:
    """Return the IRIs that a query names, or None when it may read any property.

    It may with a variable as predicate, unless a VALUES block or FILTER(?p IN (…)) of constants
    limits that in the same group; with a negated property set; and as DESCRIBE. A variable in the
    template of a CONSTRUCT reads nothing.
    `prefixes` are those that the query need not declare. A text that is not understood gives None.
    """
    found = tokens(text)
    opening = prologue(found)
    iris = named(found, opening, prefixes)
    if iris is None:
        return None
    machine = _Machine(found, opening.end)
    if not machine.run():
        return None
    return iris | set(LIST) if machine.has_lists else iris


def named(
    found: Sequence[Token], opening: Prologue, prefixes: Mapping[str, str] = _NO_PREFIXES
) -> frozenset[str] | None:
    """Return the IRIs that tokens name behind the prologue, None when one cannot be resolved."""
    known = {**prefixes, **opening.prefixes}
    iris = {TYPE} if any(t[1] == "a" and t[0] == "word" for t in found) else set()
    for kind, text in {token[:2] for token in found[opening.end :] if token[0] in ("iri", "pname")}:
        iri = expanded(kind, text, opening.base, known)
        if iri is None:
            return None
        iris.add(iri)
    return frozenset(iris)


def expanded(kind: str, text: str, base: str | None, prefixes: Mapping[str, str]) -> str | None:
    """Return the IRI that the text of a token stands for, None when it cannot be resolved."""
    if kind == "iri":
        return _resolved(text[1:-1], base)
    prefix, _, local = text.partition(":")
    if prefix not in prefixes:
        return None
    namespace = _resolved(prefixes[prefix], base)
    return None if namespace is None else namespace + local.replace("\\", "")


def _resolved(iri: str, base: str | None) -> str | None:
    if re.match(_SCHEME, iri):
        return iri
    if base is None or not base.startswith(("http://", "https://")):
        return None
    from urllib.parse import urljoin

    return urljoin(base, iri)


class _Group:
    """One group of a pattern: the variables that are predicates in it, and those it limits.

    A plain group is joined with what is around it, so that a limit there holds for it too.
    """

    def __init__(self, *, plain: bool) -> None:
        self.plain = plain
        self.predicates: set[str] = set()
        self.limited: set[str] = set()


class _ConfusedError(Exception):
    pass


class _Machine:
    """Walks the tokens of a query, and keeps what may come next as a state.

    The states: subject, predicate, path (behind a part of a path, so that an object may come),
    object, done (behind an object), datatype, item (in a collection), expression, filter (behind
    FILTER), clause (outside all groups), name (behind GRAPH), template (behind CONSTRUCT).
    """

    def __init__(self, found: Sequence[Token], start: int) -> None:
        self.found, self.index = found, start
        self.has_lists = False
        self.open: list[tuple[str, str]] = []
        self.groups: list[_Group] = []

    def run(self) -> bool:
        """Tell whether the query is understood and limits what it reads."""
        try:
            self._walk()
        except (_ConfusedError, IndexError):
            return False
        return not self.open

    def _walk(self) -> None:
        found, end = self.found, len(self.found)
        form = found[self.index].word
        if form not in ("SELECT", "ASK", "CONSTRUCT"):
            raise _ConfusedError
        state = "template" if form == "CONSTRUCT" else "clause"
        self.index += 1
        while self.index < end:
            kind, text = found[self.index][:2]
            if kind == "symbol":
                if text in "([{":
                    state = self._enter(text, state)
                elif text in ")]}":
                    state = self._leave(text)
                elif state not in ("expression", "clause", "filter"):
                    state = self._symbol(text, state)
            elif state == "expression" or state == "filter":
                pass
            elif kind == "word" and text != "a" and state != "item":
                state = self._word(text.upper(), state)
            elif state == "predicate":
                if kind == "variable":
                    self.groups[-1].predicates.add(text[1:])
                elif kind not in ("iri", "pname") and text != "a":
                    raise _ConfusedError
                state = "path"
            elif state == "path" or state == "object":
                state = "done" if kind in _TERMS else self._confused()
            elif state == "subject":
                state = "predicate" if kind in _TERMS else self._confused()
            elif state == "item":
                if kind not in _TERMS and kind != "language" and text not in ("true", "false"):
                    raise _ConfusedError
            elif state == "name":
                state = "subject"
            elif state == "datatype":
                state = "done"
            elif not (state == "done" and kind == "language") and state not in (
                "clause",
                "template",
            ):
                raise _ConfusedError
            self.index += 1

    def _confused(self) -> str:
        raise _ConfusedError

    def _symbol(self, text: str, state: str) -> str:
        if text == "!" or text in ("&&", "||", "=", "!="):
            raise _ConfusedError
        if state in ("predicate", "path") and text in ("/", "|", "^"):
            return "predicate"
        if state == "path" and text in ("*", "+", "?", "-"):
            return "path"
        if state == "item" and text in ("^^", "+", "-"):
            return "item"
        if state == "object" and text in ("+", "-"):
            return "object"
        if state == "done" and text == "^^":
            return "datatype"
        if state in ("done", "predicate"):
            if text == ";" or (text == "," and state == "done"):
                return "predicate" if text == ";" else "object"
            if text == "." and self.open[-1][0] == "{":
                return "subject"
        if state == "subject" and text == ".":
            return "subject"
        raise _ConfusedError

    def _word(self, word: str, state: str) -> str:
        if word in ("TRUE", "FALSE") and state in ("subject", "path", "object"):
            return "predicate" if state == "subject" else "done"
        if word == "VALUES":
            self._values(limits=state != "clause")
            return "clause" if state == "clause" else "subject"
        if state == "template":
            return "clause" if word == "WHERE" else "template"
        if state == "clause":
            return "clause"
        if state == "name" and word == "SILENT":
            return "name"
        if state not in ("subject", "done", "predicate"):
            raise _ConfusedError
        if word == "FILTER":
            self._limit()
            return "filter"
        if word == "BIND":
            return "filter"
        if word in ("GRAPH", "SERVICE"):
            return "name"
        if word == "SELECT":
            self.groups[-1].plain = False
            return "clause"
        if word in ("OPTIONAL", "MINUS", "UNION", "LATERAL"):
            return "subject"
        raise _ConfusedError

    def _enter(self, text: str, state: str) -> str:
        before = self.found[self.index - 1]
        if text == "(":
            if state in ("expression", "clause", "template", "filter"):
                after = "subject" if state == "filter" else state
                return self._opened(text, after, "expression")
            if state == "predicate":
                return self._opened(text, "path", "predicate")
            self.has_lists = True
            return self._opened(text, self._after(state), "item")
        if text == "[":
            return self._opened(text, self._after(state), "predicate")
        if state == "template":
            self._skip_template()
            return "clause"
        if state in ("expression", "filter") or (state == "clause" and before.word == "EXISTS"):
            if before.word != "EXISTS":
                raise _ConfusedError
            self.groups.append(_Group(plain=False))
            return self._opened(text, "subject" if state == "filter" else state, "subject")
        if state not in ("subject", "done", "predicate", "clause"):
            raise _ConfusedError
        plain = state != "clause" and before.word not in ("OPTIONAL", "MINUS", "LATERAL")
        self.groups.append(_Group(plain=plain))
        return self._opened(text, "clause" if state == "clause" else "subject", "subject")

    def _opened(self, bracket: str, after: str, inside: str) -> str:
        self.open.append((bracket, after))
        return inside

    def _after(self, state: str) -> str:
        """Return the state behind a collection or a property list at the place of a term."""
        if state == "subject":
            return "predicate"
        if state in ("path", "object"):
            return "done"
        if state == "item":
            return "item"
        raise _ConfusedError

    def _leave(self, text: str) -> str:
        bracket, after = self.open.pop()
        if "([{".index(bracket) != ")]}".index(text):
            raise _ConfusedError
        if text == "}":
            group = self.groups.pop()
            free = group.predicates - group.limited
            if free and not (group.plain and self.groups):
                raise _ConfusedError
            if free:
                self.groups[-1].predicates |= free
        return after

    def _skip_template(self) -> None:
        depth = 0
        while True:
            text = self.found[self.index].text
            if self.found[self.index].kind == "symbol" and text in "{}":
                depth += 1 if text == "{" else -1
                if depth == 0:
                    return
            self.index += 1

    def _limit(self) -> None:
        """Note the variable of FILTER(?p IN (…)) with constants, and nothing else in it."""
        at = self.index + 1
        if [self.found[at].text, self.found[at + 2].word, self.found[at + 3].text] != [
            "(",
            "IN",
            "(",
        ]:
            return
        variable, at = self.found[at + 1].variable, at + 4
        while self.found[at].kind in ("iri", "pname") or self.found[at].text == ",":
            at += 1
        if variable and self.found[at].text == self.found[at + 1].text == ")":
            self.groups[-1].limited.add(variable)

    def _values(self, *, limits: bool) -> None:
        """Go over a VALUES block, and note the variables that it gives a term in every row."""
        found, self.index = self.found, self.index + 1
        names: list[str] = []
        full = found[self.index].text == "("
        while found[self.index].text != "{":
            if found[self.index].kind == "variable":
                names.append(found[self.index].variable)
            elif found[self.index].text not in ("(", ")"):
                raise _ConfusedError
            self.index += 1
        undefined: set[str] = set()
        place = -1
        while True:
            self.index += 1
            kind, text = found[self.index][:2]
            if kind == "symbol":
                if text == "}":
                    break
                place = -1 if text == "(" else place
                if text not in ("(", ")", "+", "-", "^^"):
                    raise _ConfusedError
                continue
            if kind == "language" or found[self.index - 1].text == "^^":
                continue
            place = place + 1 if full else 0
            if found[self.index].word == "UNDEF":
                undefined.add(names[place])
            elif kind not in _TERMS and text not in ("true", "false"):
                raise _ConfusedError
        if limits:
            self.groups[-1].limited.update(set(names) - undefined)

"""Looking at the text of a SPARQL query, and binding its variables."""

from __future__ import annotations

from mlkg.sparql.binding import bind, end_of_group, form_of, listed, start_of_pattern
from mlkg.sparql.lexer import Token, deepest_nesting, keywords, keywords_in, prologue, tokens

__all__ = [
    "Token",
    "bind",
    "deepest_nesting",
    "end_of_group",
    "form_of",
    "keywords",
    "keywords_in",
    "listed",
    "prologue",
    "start_of_pattern",
    "tokens",
]

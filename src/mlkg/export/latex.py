"""Text and addresses in LaTeX, such that pdflatex with T1 fonts takes every one."""

from __future__ import annotations

import re
import unicodedata

from mlkg.export.typesetting import width

_COMMANDS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
    "[": r"{[}",
    "]": r"{]}",
    "*": r"{*}",
    "\u00a0": "~",
    "\u00ad": r"\-",
    "\u2010": "-",
    "\u2011": "-",
    "\u2013": r"\textendash{}",
    "\u2014": r"\textemdash{}",
    "\u2018": r"\textquoteleft{}",
    "\u2019": r"\textquoteright{}",
    "\u201a": r"\quotesinglbase{}",
    "\u201c": r"\textquotedblleft{}",
    "\u201d": r"\textquotedblright{}",
    "\u201e": r"\quotedblbase{}",
    "\u2022": r"\textbullet{}",
    "\u2026": r"\ldots{}",
    "\u20ac": r"\texteuro{}",
    "\u2122": r"\texttrademark{}",
    "×": r"\texttimes{}",
    "÷": r"\textdiv{}",
    "±": r"\textpm{}",
    "·": r"\textperiodcentered{}",
    "°": r"\textdegree{}",
    "µ": r"\textmu{}",
    "©": r"\textcopyright{}",
    "®": r"\textregistered{}",
    "¹": r"\textonesuperior{}",
    "²": r"\texttwosuperior{}",
    "³": r"\textthreesuperior{}",
    "½": r"\textonehalf{}",
    "¼": r"\textonequarter{}",
    "¬": r"\textlnot{}",
    "←": r"\ensuremath{\leftarrow}",
    "→": r"\ensuremath{\rightarrow}",
    "↑": r"\ensuremath{\uparrow}",
    "↓": r"\ensuremath{\downarrow}",
    "⇒": r"\ensuremath{\Rightarrow}",
    "↻": r"\ensuremath{\circlearrowright}",
    "−": r"\ensuremath{-}",
    "≤": r"\ensuremath{\leq}",
    "≥": r"\ensuremath{\geq}",
    "≠": r"\ensuremath{\neq}",
    "≈": r"\ensuremath{\approx}",
    "∞": r"\ensuremath{\infty}",
    "∅": r"\ensuremath{\varnothing}",
    "⊖": r"\ensuremath{\ominus}",
    "⊘": r"\ensuremath{\oslash}",
    "○": r"\textopenbullet{}",
    "●": r"\ding{108}",
    "◐": r"\mlkghalf{}",
    "★": r"\ding{72}",
    "☆": r"\ding{73}",
    "✓": r"\ding{51}",
    "✔": r"\ding{52}",
    "✕": r"\ding{53}",
    "✖": r"\ding{54}",
    "✗": r"\ding{55}",
    "✘": r"\ding{56}",
    "α": r"\ensuremath{\alpha}",
    "β": r"\ensuremath{\beta}",
    "γ": r"\ensuremath{\gamma}",
    "δ": r"\ensuremath{\delta}",
    "ε": r"\ensuremath{\varepsilon}",
    "λ": r"\ensuremath{\lambda}",
    "μ": r"\textmu{}",
    "π": r"\ensuremath{\pi}",
    "σ": r"\ensuremath{\sigma}",
    "Δ": r"\ensuremath{\Delta}",
    "Ω": r"\ensuremath{\Omega}",
}

_PLAIN = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ"
    "ĂăĄąĆćČčĎďĐđĘęĚěĞğİıĹĺĽľŁłŃńŇňŊŋŐőŒœŔŕŘřŚśŞşŠšŢţŤťŮůŰűŸŹźŻżŽž"
    "¡¿«»£§"
)
"""Characters beyond ASCII that T1 fonts have and that LaTeX reads in UTF-8."""

_LIGATURE = re.compile(r"([-,'])(?=\1)")
"""Two of the same that T1 fonts would set as one other sign."""

_LONG = 12
"""Characters of a word after which it may break where it is too wide for its line."""


def latex(text: str, room: float | None = None, size: float = 8) -> str:
    """Return `text` on one line for LaTeX, white space as single spaces.

    Words wider than `room` (points, set in `size`) may break. A character that the fonts lack is
    written as what it is compatible with, or else as its code.
    """
    written = " ".join(_word(word, room, size) for word in text.split())
    return _LIGATURE.sub(r"\1{}", written)


def latex_address(address: str) -> str:
    r"""Return an address as `mlkg.export.links.web_address` gives it for the command \href."""
    plain = address.replace("$", "%24").replace("~", "%7E").replace("'", "%27")
    return re.sub(r"([#%&_])", r"\\\1", plain)


def latex_breakable(text: str) -> str:
    """Return a text without spaces, such as an address, that may break after signs."""
    written = []
    for place, character in enumerate(text):
        written.append(_character(character))
        if character in "/?&=-_.#" or place % _LONG == _LONG - 1:
            written.append(r"\allowbreak{}")
    return _LIGATURE.sub(r"\1{}", "".join(written))


def _word(word: str, room: float | None, size: float) -> str:
    if room is None or width(word, size) <= room:
        return "".join(map(_character, word))
    every = max(2, int(len(word) * room / width(word, size)) // 2)
    pieces = (word[start : start + every] for start in range(0, len(word), every))
    return r"\-".join("".join(map(_character, piece)) for piece in pieces)


def _character(character: str) -> str:
    if character in _COMMANDS:
        return _COMMANDS[character]
    if " " <= character < "\x7f" or character in _PLAIN:
        return character
    for form in ("NFC", "NFKC", "NFKD"):
        other = unicodedata.normalize(form, character)
        if other != character and all(c.isascii() or c in _PLAIN for c in other) and other.strip():
            return "".join(map(_character, other))
    return rf"\mlkgcode{{{ord(character):04X}}}"

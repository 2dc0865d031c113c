"""Numbers and dates in the cells of a workbook, such that their texts can be read back.

A cell of a table that holds one value is a number or a date where a spreadsheet shows exactly the
text of the table for it. The unit and the symbol of the state are in the number format: `General`
or `yyyy-mm-dd`, then one text in quotes, whose last word is the symbol.
"""

from __future__ import annotations

import datetime
import math
import re

from mlkg.export.records import Claim
from mlkg.export.xml import valid_xml
from mlkg.namespaces import WELL_KNOWN

_DATE = f"{WELL_KNOWN['xsd']}date"
_NUMBERS = {f"{WELL_KNOWN['xsd']}{name}" for name in ("integer", "decimal", "double", "float")}
_FORMAT = re.compile(r'(General|yyyy-mm-dd|@)"([^"]* )?([^" ]+)"\Z')
_LONGEST = 200
"""Characters of a unit; a number format has 255 at most."""

_FIRST = datetime.date(1900, 3, 1)
"""The first day that all spreadsheets number alike: some have a 29 February 1900."""


def number_of(claim: Claim) -> float | datetime.date | None:
    """Return what a claim answers as a number or a date, None where a cell with it stays text.

    It stays text where a spreadsheet, which keeps 15 digits and no time zone, or its number format
    would show something else, and where the claim has several values, or none.
    """
    if len(claim.values) != 1:
        return None
    value, datatype, _ = claim.values[0]
    unit = claim.verdict.removeprefix(value)
    if datatype == _DATE:
        return None if unit else _day(value)
    plain = valid_xml(unit) == unit and '"' not in unit and len(unit) <= _LONGEST
    if datatype not in _NUMBERS or value + unit != claim.verdict or not plain:
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) and shown(number) == value else None


def format_of(text: str, number: float | datetime.date, symbol: str) -> str:
    """Return the number format in which `number` reads as `text`, with the symbol of a state."""
    if isinstance(number, datetime.date):
        return f'yyyy-mm-dd" {symbol}"'
    return f'General"{text.removeprefix(shown(number))} {symbol}"'


def text_of(number: float | datetime.date, number_format: str) -> str:
    """Return the text of the table for which a cell shows `number` in a format of `format_of`."""
    if isinstance(number, datetime.datetime):
        number = number.date()
    told = number.isoformat() if isinstance(number, datetime.date) else shown(number)
    found = _FORMAT.match(number_format)
    return told + (found[2] or "")[:-1] if found else told


def shown(number: float) -> str:
    """Return a number as a spreadsheet keeps it, with 15 digits."""
    return f"{number:.15G}"


def _day(text: str) -> datetime.date | None:
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day >= _FIRST and day.isoformat() == text else None

"""How commands write: colour on a terminal only, bytes as they are, files atomically."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from mlkg.states import states

_STYLES: dict[str, dict[str, Any]] = {
    "heading": {"bold": True},
    "faint": {"dim": True},
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow"},
    "info": {"fg": "cyan"},
}


def _style(role: str) -> dict[str, Any]:
    """Return how a role is printed: one of the command line's own, or a state of a claim."""
    if role in _STYLES:
        return _STYLES[role]
    style: dict[str, Any] = {}
    for word in states()[role].terminal_style.split():
        style |= {word: True} if word in {"bold", "dim"} else {"fg": word}
    return style


repository_option = click.option(
    "--repository",
    metavar="URL",
    help="Where readers find the study; without it, the study's mlkg:repository.",
)


def on_terminal() -> bool:
    """Tell whether stdout is a terminal."""
    return sys.stdout.isatty()


def terminal_width() -> int | None:
    """Return the columns of the terminal that stdout is, None when it is none."""
    if not on_terminal():
        return None
    import shutil

    return shutil.get_terminal_size().columns


def paint(text: str, role: str) -> str:
    """Colour `text` for its role, unless stdout is no terminal or NO_COLOR is set."""
    if not on_terminal() or os.environ.get("NO_COLOR"):
        return text
    return click.style(text, **_style(role))


def write(content: bytes, path: Path | None) -> None:
    """Write `content` to the file `path` atomically, or to stdout when there is none."""
    if path is None:
        sys.stdout.buffer.write(content)
        return
    from mlkg.files import write_atomically

    write_atomically(path, content)

"""One HTML file that needs nothing else: templates, their style and script, and its policy.

The style is page.css after the colours of the states, which the ontology has.
A page makes no request and runs no script but its own. Its Content-Security-Policy (CSP Level 3,
sections 3.3 and 6.7.3.4) names the style and the script by the SHA-256 of their text, so that text
of a study which became markup by some mistake could still do nothing.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlkg.export.links import web_address
from mlkg.states import states

if TYPE_CHECKING:
    import jinja2

_FOLDER = Path(__file__).parent


def render(template: str, *, script: bool = False, **values: Any) -> bytes:
    """Return the page that a template of this folder makes of `values`, as UTF-8.

    Every value is escaped unless it is `markupsafe.Markup`. `script` puts page.js into the page;
    without it the policy allows no script at all.
    """
    from markupsafe import Markup

    style = _colours() + _text("page.css")
    code = _text("page.js") if script else None
    page = _environment().get_template(template)
    policy = _policy(style, code)
    # Both are this package's own files, so they are not escaped.
    inline = {"style": Markup(style), "script": code and Markup(code)}  # noqa: S704
    return page.render(policy=policy, **inline, **values).encode()


def _colours() -> str:
    """Return the custom properties `--KEY` and `--KEY-fill` of each state, and its class.

    An element of the class KEY has the colours as `--state` and `--fill`.
    """
    properties, classes = [], []
    for key, state in states().items():
        properties += [
            f"  --{key}: light-dark({state.ink}, {state.dark_ink});\n",
            f"  --{key}-fill: light-dark({state.fill}, {state.dark_fill});\n",
        ]
        classes.append(f".{key} {{ --state: var(--{key}); --fill: var(--{key}-fill) }}\n")
    return f":root {{\n{''.join(properties)}}}\n{''.join(classes)}"


def _policy(style: str, script: str | None) -> str:
    """Return a Content-Security-Policy that allows this style and this script, and no request."""
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src {_digest(style)}",
            f"script-src {_digest(script)}" if script else "script-src 'none'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types mlkg" if script else "trusted-types 'none'",
        ]
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _text(name: str) -> str:
    """Return one of the files beside this one, with the line ends that a browser would hash."""
    return (_FOLDER / name).read_bytes().decode().replace("\r\n", "\n")


def _has_long_word(text: str) -> bool:
    """Tell whether `text` has a word that may be broken anywhere, so as not to widen a column."""
    return max(map(len, text.split()), default=0) > 18


@cache
def _environment() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        loader=jinja2.FileSystemLoader(_FOLDER),
    )
    environment.filters["web_address"] = web_address
    environment.tests["long"] = _has_long_word
    return environment

"""Who asks: credentials from the environment or from a netrc file, never from a command line."""

from __future__ import annotations

import base64
import netrc
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from mlkg.errors import EndpointError
from mlkg.remote.endpoint import origin


class Credentials(NamedTuple):
    """A user with a password, or a token; nothing in text that could be shown."""

    user: str | None = None
    password: str | None = None
    token: str | None = None

    def __repr__(self) -> str:
        """Give nothing away."""
        return "Credentials(…)" if self else "Credentials()"

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return bool(self.user or self.token)

    def header(self) -> str | None:
        """Return the Authorization header, Bearer (RFC 6750) or Basic (RFC 7617), if any."""
        if self.token:
            return f"Bearer {self.token}"
        if self.user:
            pair = f"{self.user}:{self.password or ''}".encode()
            return f"Basic {base64.b64encode(pair).decode('ascii')}"
        return None

    def redacted(self, text: str) -> str:
        """Return `text` with the secrets in it blotted out, should a server repeat them."""
        header = self.header() or ""
        for secret in (header.partition(" ")[2], self.token, self.password):
            if secret:
                text = text.replace(secret, "***")
        return text


NOBODY = Credentials()


def find_credentials(
    url: str, environment: Mapping[str, str], *, named_by_user: bool = True
) -> Credentials:
    """Return the credentials for `url`: from the environment, or else the netrc entry of its host.

    MLKG_ENDPOINT_TOKEN comes before MLKG_ENDPOINT_USER with MLKG_ENDPOINT_PASSWORD, and both are
    only for an endpoint that the user named: a study's settings must not be able to ask for them.
    The netrc file is $NETRC or ~/.netrc; its `default` entry, which fits any host, is left out.
    Raises EndpointError for a user without a password, and for a netrc file that is broken.
    """
    if named_by_user:
        token = environment.get("MLKG_ENDPOINT_TOKEN")
        user, password = (environment.get(f"MLKG_ENDPOINT_{n}") for n in ("USER", "PASSWORD"))
        if token:
            return _sendable(Credentials(token=token))
        if user and password is None:
            raise EndpointError("MLKG_ENDPOINT_USER is set and MLKG_ENDPOINT_PASSWORD is not")
        if user:
            return _sendable(Credentials(user, password))
    return _from_netrc(origin(url)[1], environment)


def _sendable(credentials: Credentials) -> Credentials:
    header = credentials.header() or ""
    if any(character in header for character in "\r\n\0") or not header.isascii():
        raise EndpointError("the endpoint's credentials have a character that no header can carry")
    return credentials


def _from_netrc(host: str, environment: Mapping[str, str]) -> Credentials:
    named = environment.get("NETRC")
    home = environment.get("HOME") or environment.get("USERPROFILE")
    if not named and not home:
        return NOBODY
    path = Path(named) if named else Path(str(home)) / ".netrc"
    try:
        entry = netrc.netrc(str(path)).hosts.get(host)
    except FileNotFoundError:
        return NOBODY
    except OSError as error:
        raise EndpointError(f"{path}: cannot be read: {error.strerror}") from error
    except (netrc.NetrcParseError, UnicodeDecodeError) as error:
        # The parser's own message may repeat a token of the file, a password among them.
        line = f":{error.lineno}" if isinstance(error, netrc.NetrcParseError) else ""
        raise EndpointError(f"{path}{line}: not a netrc file, or readable by others") from error
    return _sendable(Credentials(entry[0], entry[2] or "")) if entry else NOBODY

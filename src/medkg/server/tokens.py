"""Bearer tokens, each with the name of its bearer: one that is set, and those of a file, which may change."""

from __future__ import annotations

import hashlib
import hmac
import re
from pathlib import Path

from medkg.errors import MedkgError

_NAMED = re.compile(r"(?P<name>[A-Za-z0-9._@-]+)\s*:\s*(?P<token>.+)")
_SET = "token"  # the name of the one that is set
_LONGEST = 1 << 16  # bytes of a file


class Tokens:
    """The tokens that open something; nobody bears one where there are none."""

    def __init__(self, token: str | None, file: Path | None) -> None:
        self._set = {_digest(token): _SET} if token else {}
        self._file, self._names = file, self._set

    def load(self) -> None:
        """Read the file, where there is one; a `MedkgError` with all that is wrong in it, and the tokens stay."""
        if self._file is not None:
            self._names = {**self._set, **{_digest(token): name for token, name in read_tokens(self._file).items()}}

    def bearer(self, token: str) -> str:
        """The name of who bears a token, empty where it is none; each is compared, in a time that tells nothing."""
        given = _digest(token)
        equal = [name for digest, name in self._names.items() if hmac.compare_digest(given, digest)]
        return equal[0] if equal and token else ""


def read_tokens(file: Path) -> dict[str, str]:
    """The tokens of a file with the names of their bearers; a `MedkgError` with all that is wrong in it.

    One a line, alone or after a name and a colon, which no token has; empty lines and those that begin with `#` do not
    count. https://www.rfc-editor.org/rfc/rfc6750#section-2.1
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(_LONGEST + 1)
        lines = content.decode().splitlines()
    except OSError as error:
        raise MedkgError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise MedkgError(f"{file} is no text in UTF-8; write one token a line") from error
    found: dict[str, str] = {}
    faults = [f"{file} has more than {_LONGEST:,} bytes"] if len(content) > _LONGEST else []
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        named = _NAMED.fullmatch(text)
        token, name = (named["token"], named["name"]) if named else (text, f"line-{number}")
        if not is_sendable(token):
            faults.append(f"{file}:{number}: a token goes into a header: give it visible characters of ASCII only")
        elif token in found:
            faults.append(f"{file}:{number}: this token is that of {found[token]}; give each bearer another")
        found.setdefault(token, name)
    if not found:
        faults.append(f"{file} has no token; write one a line, alone or as 'name: token'")
    if faults:
        raise MedkgError("\n".join(faults))
    return found


def is_sendable(token: str) -> bool:
    """Whether a header can carry a token."""
    return token.isascii() and token.isprintable() and token == token.strip() != ""


def _digest(token: str) -> bytes:
    """The digest by which a token is compared, so that its length tells nothing either."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()

"""Bearer tokens with the names of their bearers: one from the environment, and those of a file, which may change."""

from __future__ import annotations

import hashlib
import hmac
import re
from pathlib import Path

from medkg.errors import MedkgError

_NAME_AND_TOKEN = re.compile(r"(?P<name>[A-Za-z0-9._@-]+)\s*:\s*(?P<token>.+)")
_ENVIRONMENT_NAME = "token"  # the name of the bearer of the token in the environment
_MAX_FILE_BYTES = 1 << 16


class Tokens:
    """The tokens that grant a right; without any, nobody has it."""

    def __init__(self, token: str | None, file: Path | None) -> None:
        self._from_environment = {_digest(token): _ENVIRONMENT_NAME} if token else {}
        self._file, self._names = file, self._from_environment

    def load(self) -> None:
        """Read the file, if there is one; a `MedkgError` with all its faults, and the tokens stay as they were."""
        if self._file is not None:
            names = {_digest(token): name for token, name in read_tokens(self._file).items()}
            self._names = {**self._from_environment, **names}

    def bearer(self, token: str) -> str:
        """The name of a token's bearer; empty if it is invalid. Every token is compared, in constant time."""
        digest = _digest(token)
        equal = [name for known, name in self._names.items() if hmac.compare_digest(digest, known)]
        return equal[0] if equal and token else ""


def read_tokens(file: Path) -> dict[str, str]:
    """The tokens of a file with the names of their bearers; a `MedkgError` with all its faults.

    A token stands on a line of its own, alone or after a name and a colon, which no token contains; empty lines and
    those that begin with `#` are ignored. https://www.rfc-editor.org/rfc/rfc6750#section-2.1
    """
    try:
        with file.open("rb") as stream:
            content = stream.read(_MAX_FILE_BYTES + 1)
        lines = content.decode().splitlines()
    except OSError as error:
        raise MedkgError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise MedkgError(f"{file} is no text in UTF-8; write one token a line") from error
    tokens: dict[str, str] = {}
    faults = [f"{file} has more than {_MAX_FILE_BYTES:,} bytes"] if len(content) > _MAX_FILE_BYTES else []
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        match = _NAME_AND_TOKEN.fullmatch(text)
        token, name = (match["token"], match["name"]) if match else (text, f"line-{number}")
        if not is_valid(token):
            faults.append(f"{file}:{number}: a token goes into a header: give it visible characters of ASCII only")
        elif token in tokens:
            faults.append(f"{file}:{number}: this token is that of {tokens[token]}; give each bearer another")
        tokens.setdefault(token, name)
    if not tokens:
        faults.append(f"{file} has no token; write one a line, alone or as 'name: token'")
    if faults:
        raise MedkgError("\n".join(faults))
    return tokens


def is_valid(token: str) -> bool:
    """Whether a header can carry a token."""
    return token.isascii() and token.isprintable() and token == token.strip() != ""


def _digest(token: str) -> bytes:
    """The digest by which tokens are compared, so that not even their length can be measured."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()

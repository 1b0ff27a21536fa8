"""The address at which clients reach the site: scheme, authority, and the path prefix of everything on it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from medkg.settings import LAST_PORT

SCHEMES = frozenset({"http", "https"})
"""The schemes that a site can have."""

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}

# https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2, less characters that no host on the web has
_HOST = re.compile(r"([A-Za-z0-9._~%-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?")
# segments of unreserved characters, which mean the same everywhere in a page, without `.` and `..`
_PREFIX = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)*")


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """The address of the site as its clients see it.

    >>> PublicAddress.parse("https://example.org/medkg/").root
    'https://example.org/medkg/'
    """

    origin: str = "http://localhost"
    """Scheme and authority."""
    prefix: str = ""
    """The path of the site without a slash at its end, such as `/medkg`; empty if the site has the host to itself."""

    @classmethod
    def parse(cls, text: str) -> PublicAddress:
        """The address that a URL stands for; a `ValueError` if a site cannot have it."""
        parts = urlsplit(text)
        has_query_or_fragment = any(mark in text for mark in "?#")
        if parts.scheme not in SCHEMES or has_query_or_fragment:
            raise ValueError(f"{text!r} is not the address of a site")
        return cls.of(parts.scheme, parts.netloc, parts.path)

    @classmethod
    def of(cls, scheme: str, host: str, prefix: str = "") -> PublicAddress:
        """The address of a site on a host, which may have a port; a `ValueError` if there can be no such address."""
        match, path = _HOST.fullmatch(host), prefix.rstrip("/")
        if match is None or int(match[2] or 0) > LAST_PORT or not _is_encodable(match[1]):
            raise ValueError(f"{host!r} is not the name of a host")
        if _PREFIX.fullmatch(path) is None:
            raise ValueError(f"{prefix!r} is not a path of letters, digits and -._~ alone")
        return cls(f"{scheme}://{host.removesuffix(_DEFAULT_PORTS.get(scheme, ''))}", path)

    @property
    def host(self) -> str:
        """The name or address of the host in lower case, without a port."""
        return urlsplit(self.origin).hostname or ""

    @property
    def root(self) -> str:
        """The URL of the home page, which ends in a slash; all others begin with it."""
        return self.at("/")

    def at(self, path: str) -> str:
        """The URL of a path of the site, which begins with a slash."""
        return f"{self.origin}{self.prefix}{path}"


def without_prefix(path: str, prefix: str) -> str:
    """A path within the site, whether or not a proxy has removed the site's prefix from it.

    >>> [without_prefix(path, "/medkg") for path in ("/medkg/sparql", "/sparql", "/medkg")]
    ['/sparql', '/sparql', '/']
    """
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        return path.removeprefix(prefix) or "/"
    return path


def _is_encodable(name: str) -> bool:
    """Whether the labels of a host's name have a valid length: https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4."""
    try:
        return bool(name.encode("idna"))
    except UnicodeError:
        return False

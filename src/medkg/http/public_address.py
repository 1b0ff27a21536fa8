"""Where clients reach the site: scheme and authority, and the path that everything of ours lies below."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from medkg.settings import LAST_PORT

SCHEMES = frozenset({"http", "https"})
"""The schemes that a site can have."""

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}

# https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2, less what no host on the web has
_HOST = re.compile(r"([A-Za-z0-9._~%-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?")
# segments of unreserved characters, which mean the same in every place of a page, and none that leads elsewhere
_PREFIX = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)*")


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """The address of the site as its clients see it.

    >>> PublicAddress.read("https://example.org/medkg/").root
    'https://example.org/medkg/'
    """

    origin: str = "http://localhost"
    """Scheme and authority."""
    prefix: str = ""
    """The path of the site without a slash at its end, as in `/medkg`; empty where it has the host to itself."""

    @classmethod
    def read(cls, text: str) -> PublicAddress:
        """The address that a text is; a `ValueError` where it is none."""
        parts = urlsplit(text)
        is_bare = not any(mark in text for mark in "?#")
        if parts.scheme not in SCHEMES or not is_bare:
            raise ValueError(f"{text!r} is not the address of a site")
        return cls.of(parts.scheme, parts.netloc, parts.path)

    @classmethod
    def of(cls, scheme: str, host: str, prefix: str = "") -> PublicAddress:
        """The address of a site on a host, which may have a port; a `ValueError` where it is none."""
        found, path = _HOST.fullmatch(host), prefix.rstrip("/")
        if found is None or int(found[2] or 0) > LAST_PORT or not _is_encodable(found[1]):
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
        """The address of the home page, which ends in a slash; all others begin so."""
        return self.at("/")

    def at(self, path: str) -> str:
        """The address of a path of the site, which begins with a slash."""
        return f"{self.origin}{self.prefix}{path}"


def _is_encodable(name: str) -> bool:
    """Whether the labels of a host's name are of the length that names have: what makes addresses refuses others.

    https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4
    """
    try:
        return bool(name.encode("idna"))
    except UnicodeError:
        return False


def within(path: str, prefix: str) -> str:
    """A path as the site has it, whether a proxy has left the site's prefix before it or taken it away.

    >>> within("/medkg/sparql", "/medkg"), within("/sparql", "/medkg"), within("/medkg", "/medkg")
    ('/sparql', '/sparql', '/')
    """
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        return path.removeprefix(prefix) or "/"
    return path

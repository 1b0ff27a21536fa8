"""Web addresses as IRIs: characters that an IRI cannot hold are percent-encoded, as browsers do.

White space and bidi controls, which the grammar of IRIs lets through, are encoded too (RFC 3987, sections 4.1, 6.1).
https://url.spec.whatwg.org/#url-parsing, https://www.rfc-editor.org/rfc/rfc3987#section-2.2
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from pyoxigraph import NamedNode

_PLANES = "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14))
_UCSCHAR = f"\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef{_PLANES}\U000e1000-\U000efffd"
_BIDI = "\u200e\u200f\u202a-\u202e"
_UNSAFE = re.compile(rf"%(?![0-9A-Fa-f]{{2}})|[\s{_BIDI}]|[^A-Za-z0-9._~!$&'()*+,;=:@/?%{_UCSCHAR}-]")
_NAME = rf"(?:(?![\s{_BIDI}])[A-Za-z0-9._~!$&'()*+,;={_UCSCHAR}-])+"
_PLACE = re.compile(rf"(?:{_NAME}|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{{0,5}}))?")
_SURROGATE = re.compile("[\ud800-\udfff]")
_IGNORED = re.compile("[\t\n\r]")  # wherever they stand
_BLANK = "".join(map(chr, range(0x21)))  # before and behind
_PARTS = re.compile(
    r"(?P<scheme>https?)://(?P<authority>[^/?#\\]*)(?P<path>[^?#]*)(?P<query>(?:\?[^#]*)?)(?P<fragment>(?:#.*)?)",
    re.IGNORECASE | re.DOTALL,
)


def escape(url: str) -> str:
    r"""The IRI of a web address; any other text unchanged.

    >>> escape("https://example.org/a b|c?x=[1]#100%"), escape("https://example.org\\a"), escape("https://[::1/")
    ('https://example.org/a%20b%7Cc?x=%5B1%5D#100%25', 'https://example.org/a', 'https://[::1/')
    """
    try:
        return web_iri(url)
    except ValueError:
        return url


def web_iri(url: str) -> str:
    """The IRI of a web address; a `ValueError` with the reason for any other text."""
    parts = _PARTS.fullmatch(_IGNORED.sub("", url.strip(_BLANK)))
    if parts is None:
        raise ValueError("it does not begin with https:// or http://")
    if _SURROGATE.search(url):
        raise ValueError("it holds half of a surrogate pair, which is no character")
    path, query, fragment = parts["path"].replace("\\", "/"), parts["query"], parts["fragment"][1:]
    rest = _encode(path) + _encode(query) + ("#" + _encode(fragment) if parts["fragment"] else "")
    return f"{parts['scheme'].lower()}://{_authority(parts['authority'])}{rest}"


def _authority(authority: str) -> str:
    """The host with its port, behind the user part."""
    user, at, place = authority.rpartition("@")
    if not place or place.startswith(":"):
        raise ValueError("it names no host")
    if not _is_place(place):
        raise ValueError(f"{place!r} is no host")
    return _encode(user).replace("@", "%40") + at + place


def _is_place(place: str) -> bool:
    """Whether the URL standard, the engine and the standard library take a host, with a port or without one."""
    parts = _PLACE.fullmatch(place)
    if parts is None or int(parts["port"] or 0) >= 1 << 16:
        return False
    try:
        NamedNode(f"https://{place}/")
        urlsplit(f"https://{place}/")
    except ValueError:
        return False
    return True


def _encode(text: str) -> str:
    """A text with each character that no part of an IRI may hold percent-encoded."""
    return _UNSAFE.sub(lambda match: quote(match[0], safe=""), text)

"""Terms of use, recognised by the deed they link to, then by name; a vague one keeps only its text."""

from __future__ import annotations

import re

from medkg.model.records import Licence
from medkg.model.vocabularies import Vocabulary

_DEED = re.compile(r"creativecommons\.org/(?:licenses/(?P<kind>[a-z-]+)/(?P<version>\d\.\d)|publicdomain/(?P<public>zero|mark)/)")


def licence(text: str, url: str | None, vocabulary: Vocabulary) -> Licence:
    """The terms as written, with the known licence where deed or name tells it exactly."""
    address = url if url and url.startswith("http") else None
    return Licence(text=text, key=_by_deed(address or "", vocabulary) or _by_name(text, vocabulary), url=address)


def _by_deed(url: str, vocabulary: Vocabulary) -> str | None:
    match = _DEED.search(url)
    if match is None:
        return None
    if match["public"]:
        return "cc0-1-0" if match["public"] == "zero" else None
    key = f"cc-{match['kind']}-{match['version'].replace('.', '-')}"
    return key if key in vocabulary.by_key else None


def _by_name(text: str, vocabulary: Vocabulary) -> str | None:
    concept = vocabulary.find(text)
    return concept.key if concept else None

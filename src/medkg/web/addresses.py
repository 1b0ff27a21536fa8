"""Where IRIs lead on this site: our own things to their pages, papers to ours on them, the rest out into the web."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from flask import request

from medkg.model.prefixes import BASE

_WEB = ("https://", "http://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Addresses of a site whose pages lie below `root`, which ends in a slash."""

    root: str

    def at(self, path: str) -> str:
        """The address of a path of the site, which begins with a slash."""
        return self.root + path.removeprefix("/")

    def of(self, iri: str | None) -> str | None:
        """Where an IRI leads; None where it leads nowhere, as `javascript:` does."""
        if iri is not None and iri.startswith(BASE):
            return self.root + quote(iri.removeprefix(BASE), safe="/#")
        return iri if iri is not None and iri.startswith(_WEB) else None

    def paper(self, iri: str) -> str:
        """Our page on a paper, whose IRI is not ours.

        >>> Addresses(root="/").paper("https://doi.org/10.1002/mp.12268")
        '/paper/doi.org/10.1002/mp.12268'
        """
        for scheme in _WEB:
            if iri.startswith(scheme):
                return f"{self.root}paper/{quote(iri.removeprefix(scheme), safe='/:')}"
        return f"{self.root}paper/{quote(iri, safe='')}"

    def search(self, facet: str, key: str) -> str:
        """The search for all datasets of a concept."""
        return f"{self.root}datasets?{facet}={quote(key)}"


def addresses() -> Addresses:
    """Those within the site that is asked, for its own pages."""
    return Addresses(root=f"{request.script_root}/")


def absolute_addresses() -> Addresses:
    """Those of the site that is asked with scheme and host, for what is read elsewhere."""
    return Addresses(root=request.url_root)

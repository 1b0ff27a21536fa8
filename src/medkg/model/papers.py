"""The canonical IRI of a paper: its DOI, arXiv or PubMed id where the address holds one, else the address.

DOIs are cut out of publishers' addresses, or completed by the publisher's own rule (Nature, Zenodo); addresses by
Elsevier's and IEEE's own numbers are brought to one form. Nothing is looked up.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from medkg.model.urls import escape

_DOI = re.compile(r"/(10\.\d{4,9}/[^?#\s]+)")
_TAILS = re.compile(
    r"(?:\.full)?\.pdf$|\.(?:short|full|abstract)$|/(?:full|abstract|pdf|fulltext|html?|meta)$|(?<=\d)v\d+$"
)
_ARXIV = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf|html)/|doi\.org/10\.48550/arXiv\.)(?P<id>\d{4}\.\d{4,5}|[a-z\-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?",
    re.IGNORECASE,
)
_PUBMED = re.compile(r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(?P<id>\d+)")
_PMC = re.compile(r"(?:ncbi\.nlm\.nih\.gov/pmc/articles|pmc\.ncbi\.nlm\.nih\.gov/articles)/(?P<id>PMC\d+)")
_NATURE = re.compile(r"nature\.com/articles/(?P<id>s\d{5}-\d{3}-\d{4,5}-[\da-z])")
_SDATA = re.compile(r"nature\.com/articles/sdata(?P<year>\d{4})(?P<number>\d+)")
_PII = re.compile(r"(?:sciencedirect|elsevier)\.com/.*?pii/(?P<id>[\dSX]\w{15,16})")
_IEEE = re.compile(
    r"ieeexplore\.ieee\.org/(?:abstract/)?document/(?P<id>\d+)|ieeexplore\.ieee\.org/.*[?&]arnumber=(?P<number>\d+)"
)
_ZENODO = re.compile(r"zenodo\.org/records?/(?P<id>\d+)")
_SPRINGER = re.compile(r"link\.springer\.com/(?:article|chapter|book)/(?P<id>10\.\d{4,9}/[^?#\s]+)")
_RESOLVER = re.compile(r"https?://[^/?#]*doi\.org(?::\d*)?(?:/(?P<doi>10\.\d{4,9}/[^?#\s]+)|[/?#]|$)", re.IGNORECASE)
_SIDE_DOORS = (
    (re.compile(r"^https?://(?:(?:dx|www)\.)?doi\.org/"), "https://doi.org/"),
    (re.compile(r"^https?://(?:(?:www|export)\.)?arxiv\.org/(?:pdf|html|ps)/"), "https://arxiv.org/abs/"),
    (re.compile(r"^http://arxiv\.org/"), "https://arxiv.org/"),
)
_PLOS = re.compile(r"journals\.plos\.org/.*[?&]id=(?P<id>10\.1371/[^&#\s]+)")


def paper_iri(url: str) -> str:
    """The canonical IRI of the paper at an address.

    >>> paper_iri("https://arxiv.org/pdf/2307.10698.pdf")
    'https://arxiv.org/abs/2307.10698'
    >>> paper_iri("https://www.nature.com/articles/s41597-022-01718-3")
    'https://doi.org/10.1038/s41597-022-01718-3'
    >>> paper_iri("https://aapm.onlinelibrary.wiley.com/doi/full/10.1002/mp.12268")
    'https://doi.org/10.1002/mp.12268'
    """
    url = escape(url)
    address = unquote(url)
    if match := _ARXIV.search(address):
        return f"https://arxiv.org/abs/{match['id']}"
    if match := _PUBMED.search(address):
        return f"https://pubmed.ncbi.nlm.nih.gov/{match['id']}"
    if match := _PMC.search(address):
        return f"https://pmc.ncbi.nlm.nih.gov/articles/{match['id']}"
    if match := _PII.search(address):
        return f"https://www.sciencedirect.com/science/article/pii/{match['id']}"
    if match := _IEEE.search(address):
        return f"https://ieeexplore.ieee.org/document/{match['id'] or match['number']}"
    doi = _doi(url, address)
    return escape(f"https://doi.org/{doi}") if doi else _page(url)


def _page(url: str) -> str:
    """An address without an identifier, at the main host and path of its site."""
    for side_door, front_door in _SIDE_DOORS:
        url = side_door.sub(front_door, url)
    return url


def _doi(url: str, address: str) -> str | None:
    """The DOI, lower-cased as DOIs compare, that an address carries; `address` is the address unquoted."""
    if match := _SDATA.search(address):
        return f"10.1038/sdata.{match['year']}.{match['number']}"
    for pattern, prefix in ((_NATURE, "10.1038/"), (_ZENODO, "10.5281/zenodo."), (_SPRINGER, ""), (_PLOS, "")):
        if match := pattern.search(address):
            return prefix + match["id"].lower()
    if (match := _RESOLVER.match(url)) and match["doi"]:  # the whole path is the DOI, slashes, `#` and `?` included
        return _without_tails(unquote(match["doi"])).replace("#", "%23").replace("?", "%3F").lower()
    match = _DOI.search(address) if _names_doi(address) else None
    if match is None:
        return None
    parts = _without_tails(match[1]).split("/")
    return "/".join(parts[:2] if "spiedigitallibrary" not in address else [parts[0], parts[-1]]).lower()


def _without_tails(doi: str) -> str:
    """A DOI without the suffixes that publishers' pages add."""
    doi = doi.rstrip("/.")
    while (shorter := _TAILS.sub("", doi)) != doi:
        doi = shorter
    return doi


def _names_doi(address: str) -> bool:
    """Whether the path is of a kind that carries the DOI itself (`/doi/…`, `/content/10.…`, `doi.org`)."""
    return bool(
        _RESOLVER.match(address) or re.search(r"/doi/|/content/10\.|/articles/10\.|conference-proceedings", address)
    )

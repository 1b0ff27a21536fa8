"""The canonical IRI of a paper: its DOI, arXiv or PubMed id where the address holds one, else the address.

Publishers' addresses that carry the DOI literally are cut down to it; Nature and Zenodo, whose article
numbers are the DOI's suffix by the publisher's own rule, are completed; Elsevier's and IEEE's, which hold
their own numbers alone, are brought to one form. Nothing is looked up.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

_DOI = re.compile(r"/(10\.\d{4,9}/[^?#\s]+)")
_TAILS = re.compile(
    r"(?:\.full)?\.pdf$|\.(?:short|full|abstract)$|/(?:full|abstract|pdf|fulltext|html?|meta)$|(?<=\d)v\d+$"
)
_ARXIV = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf|html)/|doi\.org/10\.48550/arXiv\.)(?P<id>\d{4}\.\d{4,5}|[a-z\-]+/\d{7})(?:v\d+)?",
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
    doi = _doi(address)
    return f"https://doi.org/{doi}" if doi else url


def _doi(address: str) -> str | None:
    """The DOI, lower-cased as DOIs compare, that an address carries."""
    if match := _SDATA.search(address):
        return f"10.1038/sdata.{match['year']}.{match['number']}"
    for pattern, prefix in ((_NATURE, "10.1038/"), (_ZENODO, "10.5281/zenodo."), (_SPRINGER, ""), (_PLOS, "")):
        if match := pattern.search(address):
            return prefix + match["id"].lower()
    match = _DOI.search(address) if _names_doi(address) else None
    if match is None:
        return None
    doi = match[1].rstrip("/.")
    while (shorter := _TAILS.sub("", doi)) != doi:
        doi = shorter
    parts = doi.split("/")
    return "/".join(parts[:2] if "spiedigitallibrary" not in address else [parts[0], parts[-1]]).lower()


def _names_doi(address: str) -> bool:
    """Whether the path is of a kind that carries the DOI itself (`/doi/…`, `/content/10.…`, `doi.org`)."""
    host = urlsplit(address).hostname or ""
    return host.endswith("doi.org") or bool(
        re.search(r"/doi/|/content/10\.|/articles/10\.|conference-proceedings", address)
    )

"""The addresses of an entry, each with the part it plays: homepage, download, paper, leaderboard …"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from medkg.catalogs.markdown import Anchor
from medkg.model.records import Link

_PAPER_HOSTS = (
    "arxiv.org", "doi.org", "nature.com", "ieeexplore.ieee.org", "pubmed.ncbi.nlm.nih.gov", "sciencedirect.com",
    "link.springer.com", "onlinelibrary.wiley.com", "linkinghub.elsevier.com", "openaccess.thecvf.com", "medrxiv.org",
    "biorxiv.org", "hal.science", "journals.plos.org", "frontiersin.org", "mdpi.com", "academic.oup.com",
)  # fmt: skip
_PAPER_PATHS = re.compile(r"ncbi\.nlm\.nih\.gov/(pmc/articles|pubmed)/|\.pdf$")
_CUES = (
    ("download", re.compile(r"下载|download|part ?\d", re.IGNORECASE)),
    ("paper", re.compile(r"论文|paper|article", re.IGNORECASE)),
    ("leaderboard", re.compile(r"leaderboard|排行", re.IGNORECASE)),
    ("licence", re.compile(r"licen[cs]e|许可", re.IGNORECASE)),
)


def link(anchor: Anchor, role: str, *, base: str | None = None, name: str = "") -> Link | None:
    """The link of an anchor in a given role, None for page anchors, mail and other non-web addresses.

    A label that says no more than the dataset's `name` or 'link' is left out.
    """
    url = urljoin(base, anchor.url) if base and not urlsplit(anchor.url).scheme else anchor.url
    if urlsplit(url).scheme not in ("http", "https"):
        return None
    url = url.replace(" ", "%20")
    label = anchor.text if anchor.text.casefold() not in ("", "link", name.casefold()) else None
    return Link(role=role, url=url, label=label)


def role_of_name(anchor: Anchor) -> str:
    """The role of the address a dataset's name links to: its datasheet, a paper, or its homepage."""
    if not urlsplit(anchor.url).scheme:
        return "datasheet"
    return "paper" if is_paper(anchor.url) else "homepage"


def role_in_text(anchor: Anchor, before: str) -> str:
    """The role of an address in running text, by its own words, then by the words before it."""
    for words in (*anchor.icons, anchor.text, before):
        for role, cue in _CUES:
            if words and cue.search(words):
                return role
    return "paper" if is_paper(anchor.url) else "related-project"


def is_paper(url: str) -> bool:
    """Whether an address is a publication's, by its host or path."""
    host = urlsplit(url).hostname or ""
    return any(host == known or host.endswith("." + known) for known in _PAPER_HOSTS) or bool(_PAPER_PATHS.search(url))

"""The addresses of an entry, each with the part it plays, such as homepage, download, paper or leaderboard."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from medkg.catalogs.inline import Anchor
from medkg.model.entries import Link

_PAPER_HOSTS = (
    "arxiv.org", "doi.org", "nature.com", "ieeexplore.ieee.org", "pubmed.ncbi.nlm.nih.gov", "sciencedirect.com",
    "link.springer.com", "onlinelibrary.wiley.com", "linkinghub.elsevier.com", "openaccess.thecvf.com", "medrxiv.org",
    "biorxiv.org", "hal.science", "journals.plos.org", "frontiersin.org", "mdpi.com", "academic.oup.com",
)  # fmt: skip
_PAPER_PATHS = re.compile(r"ncbi\.nlm\.nih\.gov/(pmc/articles|pubmed)/|\.pdf$")
_DATASHEET = re.compile(r"(?:(?:\./)?|https://github\.com/[^/]+/[^/]+/blob/[^/]+/)resources?/.+", re.IGNORECASE)
_OTHER_PAGE = re.compile(
    r"(?![a-z]+:|//|#)(?:.*/)?(?!readme|contribut|licen[cs]e|changelog|code_of_conduct)[^/]+\.md", re.IGNORECASE
)
_HOST = re.compile(
    r"(?:[a-z0-9-]+\.)+(?!(?:md|html?|png|jpe?g|gif|svg|pdf|txt|csv|zip)\b)[a-z]{2,10}(?::\d+)?(?:[/?#]|$)",
    re.IGNORECASE,
)
_CUES = (
    ("download", re.compile(r"下载|download|part ?\d", re.IGNORECASE)),
    ("paper", re.compile(r"论文|paper|article", re.IGNORECASE)),
    ("leaderboard", re.compile(r"leaderboard|排行", re.IGNORECASE)),
    ("licence", re.compile(r"licen[cs]e|许可", re.IGNORECASE)),
    ("mirror", re.compile(r"镜像|mirror", re.IGNORECASE)),
)


def link(anchor: Anchor, role: str, *, base: str | None = None, name: str = "") -> Link | None:
    """The link of an anchor in a given role, None for page anchors, mail and other non-web addresses.

    A label that says no more than the dataset's `name` or 'link' is left out.
    """
    url = address(anchor.url, base)
    if url is None:
        return None
    label = anchor.text if anchor.text.casefold() not in ("", "link", name.casefold(), anchor.url.casefold()) else None
    return Link(role=role, url=url, label=label)


def address(url: str, base: str | None = None) -> str | None:
    """The web address a link leads to, None where it leads nowhere on the web.

    >>> address("kits.org/data"), address("./r/A.md", "https://x.org/"), address("#top"), address("mailto:a@b.org")
    ('https://kits.org/data', 'https://x.org/r/A.md', None, None)
    """
    try:
        scheme = urlsplit(url).scheme
        if not scheme and url and not url.startswith("#"):
            url = f"https://{url}" if _HOST.match(url) else urljoin(base, url) if base else ""
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    return re.sub(r"\s", "%20", url)


def role_of_name(anchor: Anchor) -> str:
    """The role of the address a dataset's name links to: its datasheet, a paper, or its homepage."""
    if is_datasheet(anchor):
        return "datasheet"
    return "paper" if is_paper(anchor.url) else "homepage"


def is_datasheet(anchor: Anchor) -> bool:
    """Whether a link leads to a page about one dataset beside the catalogue's own file."""
    return (_DATASHEET.fullmatch(anchor.url) or _OTHER_PAGE.fullmatch(anchor.url)) is not None


def role_in_text(anchor: Anchor) -> str:
    """The role of an address in running text, by its icons and words, then by the words right before it."""
    for words in (*anchor.icons, anchor.text, anchor.before[-12:]):
        for role, cue in _CUES:
            if words and cue.search(words):
                return role
    return "paper" if is_paper(anchor.url) else "related-project"


def is_paper(url: str) -> bool:
    """Whether an address is a publication's, by its host or path."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return any(host == known or host.endswith("." + known) for known in _PAPER_HOSTS) or bool(_PAPER_PATHS.search(url))

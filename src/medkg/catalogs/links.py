"""Links of an entry: the web address of each, and its role, such as homepage, download, paper or leaderboard."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from medkg.catalogs.inline import Anchor
from medkg.model.entries import Link
from medkg.model.urls import web_iri

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
    r"www\.|(?:[a-z0-9-]+\.)+(?!(?:md|html?|png|jpe?g|gif|svg|pdf|txt|csv|zip)\b)[a-z]{2,10}(?::\d+)?(?:[/?#]|$)",
    re.IGNORECASE,
)
_WEB_SCHEMES = ("https", "http")
_SCHEME = re.compile(r"(?P<name>[a-z][a-z0-9+.-]*(?=:)|https?(?=[^a-z0-9]{0,2}//))", re.IGNORECASE)
_WEB_SCHEME = re.compile(r"(https?):[/\\]*(?=[^/\\])", re.IGNORECASE)
_EXTERNAL = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?[/\\]{2}|(?:https?|s?ftps?):", re.IGNORECASE)
_ROLE_CUES = (
    ("download", re.compile(r"下载|download|part ?\d", re.IGNORECASE)),
    ("paper", re.compile(r"论文|paper|article", re.IGNORECASE)),
    ("leaderboard", re.compile(r"leaderboard|排行", re.IGNORECASE)),
    ("licence", re.compile(r"licen[cs]e|许可", re.IGNORECASE)),
    ("mirror", re.compile(r"镜像|mirror", re.IGNORECASE)),
)


def link(anchor: Anchor, role: str, *, base: str | None = None, name: str = "") -> Link | None:
    """The link of an anchor in a role; None for page anchors, mail and other addresses outside the web.

    A label that is the dataset's `name` or 'link' is left out.
    """
    url = address(anchor.url, base)
    if url is None:
        return None
    label = anchor.text if anchor.text.casefold() not in ("", "link", name.casefold(), anchor.url.casefold()) else None
    return Link(role=role, url=url, label=label)


def address(url: str, base: str | None = None) -> str | None:
    """The web address of a link as an IRI; None where it leads nowhere on the web.

    >>> address("kits.org/data"), address("./r/A.md", "https://x.org/"), address("#top"), address("mailto:a@b.org")
    ('https://kits.org/data', 'https://x.org/r/A.md', None, None)
    """
    try:
        return web_iri(_absolute(url, base))
    except ValueError:
        return None


def is_mended(url: str, base: str | None = None) -> bool:
    """Whether the web address of a link had to be repaired, completed schemes and hosts aside."""
    return address(url, base) not in (None, _in_full(url, base))


def link_problem(url: str, base: str | None = None) -> str | None:
    """Why a link leads nowhere on the web; None where it leads somewhere, is blank, or leads to its own page.

    >>> link_problem("htps://kits.org"), link_problem("mailto:a@b.org"), link_problem("https://kits.org")
    ('no scheme is called htps; was https meant?', 'mailto is no scheme of the web', None)
    """
    if not url.strip() or url.startswith("#"):
        return None
    try:
        web_iri(_absolute(url, base))
    except ValueError as error:
        scheme = _SCHEME.match(url)
        if scheme is None:
            return "it is part of an address that is not known"
        return str(error) if scheme["name"].lower() in _WEB_SCHEMES else _other_scheme(scheme["name"].lower())
    return None


def is_external(url: str) -> bool:
    """Whether a link leads to another site, even if it is badly written."""
    return _EXTERNAL.match(url) is not None or _HOST.match(url) is not None


def _absolute(url: str, base: str | None) -> str:
    """The absolute address of a link, with the slashes behind its scheme that browsers add."""
    return _WEB_SCHEME.sub(r"\1://", _in_full(url, base), count=1)


def _in_full(url: str, base: str | None) -> str:
    """A link with its missing scheme and host, where they are known."""
    if _HOST.match(url):
        return f"https://{url}"
    if url.startswith("//"):
        return f"https:{url}"
    is_relative = bool(url) and not url.startswith("#") and _SCHEME.match(url) is None
    return urljoin(base, url) if base and is_relative else url


def _other_scheme(name: str) -> str:
    from rapidfuzz.distance import OSA  # only a mistake needs it

    similar = next((scheme for scheme in _WEB_SCHEMES if OSA.distance(name, scheme) == 1), None)
    return f"no scheme is called {name}; was {similar} meant?" if similar else f"{name} is no scheme of the web"


def role_of_name(anchor: Anchor) -> str:
    """The role of the link of a dataset's name: its datasheet, a paper, or its homepage."""
    if is_datasheet(anchor):
        return "datasheet"
    return "paper" if is_paper(anchor.url) else "homepage"


def is_datasheet(anchor: Anchor) -> bool:
    """Whether a link leads to a page about one dataset in the catalogue's repository."""
    return (_DATASHEET.fullmatch(anchor.url) or _OTHER_PAGE.fullmatch(anchor.url)) is not None


def role_in_text(anchor: Anchor) -> str:
    """The role of a link in running text, by its icons and text, then by the words before it."""
    for text in (*anchor.icons, anchor.text, anchor.before[-12:]):
        for role, cue in _ROLE_CUES:
            if text and cue.search(text):
                return role
    return "paper" if is_paper(anchor.url) else "related-project"


def is_paper(url: str) -> bool:
    """Whether an address is that of a publication, by its host or path."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return any(host == paper_host or host.endswith("." + paper_host) for paper_host in _PAPER_HOSTS) or bool(
        _PAPER_PATHS.search(url)
    )

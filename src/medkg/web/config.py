"""How a server is set up: where its graph is, what a request may cost, who may write."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from medkg.errors import MedkgError
from medkg.pool import Crowd, Limits
from medkg.settings import Settings
from medkg.web.public_address import PublicAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings of a server; `snapshots` holds the graph, `resources` the ontology and the stored queries."""

    snapshots: Path
    resources: Path
    limits: Limits = field(default_factory=Limits)
    crowd: Crowd = field(default_factory=lambda: Crowd(evaluators=evaluators()))
    cache_bytes: int = 24 << 20
    token: str | None = None
    """The bearer token of writers; None where nobody may write."""
    access_log: str | None = None
    """A file, `-` for the standard output, None for no log."""
    log_queries: bool = False
    issues: str | None = None
    """The page for a new issue, where errors are reported."""
    writers: int = 32
    """Updates that may wait for their turn."""
    proxies: int = 0
    """Proxies before this server whose word is taken on who the client is and at which address it asks."""
    public: PublicAddress | None = None
    """The address of the site for all clients; None where the request tells it."""
    debug: bool = False
    """Whether the traceback of what keeps the server from starting is shown."""


def configured(settings: Settings) -> Config:
    """The set-up that the settings ask for; a `MedkgError` where one of them cannot be read."""
    defaults, crowd = Limits(), Crowd(evaluators=settings.whole("MEDKG_EVALUATORS", evaluators()))
    return Config(
        snapshots=settings.home / "snapshots",
        resources=settings.resources,
        limits=Limits(
            seconds=settings.number("MEDKG_QUERY_TIMEOUT", defaults.seconds),
            memory=settings.whole("MEDKG_QUERY_MEMORY", defaults.memory),
            answer=settings.whole("MEDKG_ANSWER_BYTES", defaults.answer),
            rows=settings.whole("MEDKG_ANSWER_ROWS", defaults.rows),
            request=settings.whole("MEDKG_REQUEST_BYTES", defaults.request),
            write=settings.whole("MEDKG_WRITE_BYTES", defaults.write),
        ),
        crowd=replace(
            crowd,
            waiting=settings.whole("MEDKG_QUEUE", crowd.waiting),
            waiting_each=settings.whole("MEDKG_CLIENT_QUEUE", crowd.waiting_each),
        ),
        cache_bytes=settings.whole("MEDKG_CACHE_BYTES", 24 << 20),
        token=_token(settings),
        access_log=settings.text("MEDKG_ACCESS_LOG"),
        log_queries=settings.flag("MEDKG_LOG_QUERIES"),
        issues=settings.address("MEDKG_ISSUES"),
        writers=settings.whole("MEDKG_WRITE_QUEUE", 32),
        proxies=settings.whole("MEDKG_PROXIES", 0),
        public=_public(settings),
        debug=settings.flag("MEDKG_DEBUG"),
    )


def evaluators() -> int:
    """Evaluators for this machine: twice its processors, so that slow queries do not stand in the way of quick ones."""
    return max(4, 2 * (os.cpu_count() or 1))


def _token(settings: Settings) -> str | None:
    """The token of writers; a `MedkgError` where no header could carry it, so that nobody could write."""
    token = settings.text("MEDKG_WRITE_TOKEN")
    if token is not None and not (token.isascii() and token.isprintable() and token == token.strip()):
        raise MedkgError("MEDKG_WRITE_TOKEN goes into a header: give it visible characters of ASCII only")
    return token


def _public(settings: Settings) -> PublicAddress | None:
    """The address of the site; a `MedkgError` where it is none that pages can lie below."""
    text = settings.text("MEDKG_PUBLIC_URL")
    try:
        return None if text is None else PublicAddress.read(text.strip())
    except ValueError as error:
        raise MedkgError(
            f"MEDKG_PUBLIC_URL is the address of the site, such as https://example.org/medkg/: {error}"
        ) from error

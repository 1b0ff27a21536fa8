"""The configuration of a server, from the settings: graph, limits, access, address and logs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from medkg.errors import MedkgError
from medkg.http.public_address import PublicAddress
from medkg.http.response_headers import ANY_ORIGIN
from medkg.pool import PoolLimits, RequestLimits
from medkg.server.tokens import is_valid, read_tokens
from medkg.settings import DEFAULTS, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The configuration; `snapshots` is the directory of the graph, `resources` that of ontology and stored queries."""

    snapshots: Path
    resources: Path
    limits: RequestLimits = field(default_factory=RequestLimits)
    pool: PoolLimits = field(default_factory=PoolLimits)
    cache_bytes: int = DEFAULTS.whole("MEDKG_CACHE_BYTES")
    token: str | None = None
    """A write token."""
    token_file: Path | None = None
    """A file with more write tokens; without either, the endpoint is read-only."""
    read_token: str | None = None
    """A read token."""
    read_token_file: Path | None = None
    """A file with more read tokens; without either, reading needs none."""
    cors: frozenset[str] = ANY_ORIGIN
    """The origins whose pages may read and query."""
    socket: Path | None = None
    """The path of a Unix socket to listen on; None for a host and port."""
    socket_mode: int = DEFAULTS.whole("MEDKG_SOCKET_MODE")
    umask: int = DEFAULTS.umask
    """The permissions that the files of the server do not get."""
    access_log: str | None = None
    """A file, `-` for standard output, None for no log."""
    log_queries: bool = False
    issues: str | None = None
    """The address of the page for a new issue."""
    writers: int = DEFAULTS.whole("MEDKG_WRITE_QUEUE")
    """The number of updates that may wait for their turn."""
    proxies: int = DEFAULTS.whole("MEDKG_PROXIES")
    """The number of proxies in front of this server whose headers are trusted."""
    public: PublicAddress | None = None
    """The address of the site for all clients; None if the request says it."""
    debug: bool = False
    """Whether the traceback of an error at the start is shown."""

    @property
    def is_writable(self) -> bool:
        """Whether there are write tokens."""
        return self.token is not None or self.token_file is not None

    @property
    def is_private(self) -> bool:
        """Whether reading needs a token."""
        return self.read_token is not None or self.read_token_file is not None


def configuration(settings: Settings) -> Config:
    """The configuration by the settings; a `MedkgError` if one of them is invalid."""
    return Config(
        snapshots=settings.home / "snapshots",
        resources=settings.resources,
        limits=RequestLimits(
            seconds=settings.number("MEDKG_QUERY_TIMEOUT"),
            memory=settings.whole("MEDKG_QUERY_MEMORY"),
            answer=settings.whole("MEDKG_ANSWER_BYTES"),
            rows=settings.whole("MEDKG_ANSWER_ROWS"),
            request=settings.whole("MEDKG_REQUEST_BYTES"),
            write=settings.whole("MEDKG_WRITE_BYTES"),
        ),
        pool=PoolLimits(
            evaluators=settings.whole("MEDKG_EVALUATORS"),
            waiting=settings.whole("MEDKG_QUEUE"),
            waiting_per_client=settings.whole("MEDKG_CLIENT_QUEUE"),
        ),
        cache_bytes=settings.whole("MEDKG_CACHE_BYTES"),
        token=_token(settings, "MEDKG_WRITE_TOKEN"),
        token_file=_token_file(settings, "MEDKG_WRITE_TOKEN_FILE"),
        read_token=_token(settings, "MEDKG_READ_TOKEN"),
        read_token_file=_token_file(settings, "MEDKG_READ_TOKEN_FILE"),
        cors=_cors(settings),
        socket=settings.path("MEDKG_SOCKET"),
        socket_mode=settings.whole("MEDKG_SOCKET_MODE"),
        umask=settings.umask,
        access_log=settings.text("MEDKG_ACCESS_LOG"),
        log_queries=settings.flag("MEDKG_LOG_QUERIES"),
        issues=settings.address("MEDKG_ISSUES"),
        writers=settings.whole("MEDKG_WRITE_QUEUE"),
        proxies=settings.whole("MEDKG_PROXIES"),
        public=_public(settings),
        debug=settings.flag("MEDKG_DEBUG"),
    )


def _token(settings: Settings, name: str) -> str | None:
    """The token of a setting; a `MedkgError` if no header can carry it."""
    token = settings.text(name)
    if token is not None and not is_valid(token):
        raise MedkgError(f"{name} goes into a header: give it visible characters of ASCII only")
    return token


def _token_file(settings: Settings, name: str) -> Path | None:
    """The token file of a setting; a `MedkgError` with all its faults."""
    file = settings.path(name)
    if file is not None:
        try:
            read_tokens(file)
        except MedkgError as error:
            raise MedkgError(f"{name}: {error}") from error
    return file


def _cors(settings: Settings) -> frozenset[str]:
    """The origins whose pages may read; a `MedkgError` that names all invalid ones."""
    text = settings.text("MEDKG_CORS") or ""
    if text.strip().lower() in {"*", "off"}:
        return ANY_ORIGIN if text.strip() == "*" else frozenset()
    origins = text.replace(",", " ").split()
    invalid = [origin for origin in origins if not _is_origin(origin)]
    if invalid or not origins:
        names = ", ".join(map(repr, invalid)) or repr(text)
        raise MedkgError(f"MEDKG_CORS is *, off, or a list of origins such as https://example.org, not {names}")
    return frozenset(PublicAddress.parse(origin).origin for origin in origins)


def _is_origin(text: str) -> bool:
    """Whether a text is the scheme and host of a site, without a path."""
    try:
        address = PublicAddress.parse(text)
    except ValueError:
        return False
    return not address.prefix


def _public(settings: Settings) -> PublicAddress | None:
    """The address of the site; a `MedkgError` if it is invalid."""
    text = settings.text("MEDKG_PUBLIC_URL")
    try:
        return None if text is None else PublicAddress.parse(text.strip())
    except ValueError as error:
        raise MedkgError(
            f"MEDKG_PUBLIC_URL is the address of the site, such as https://example.org/medkg/: {error}"
        ) from error

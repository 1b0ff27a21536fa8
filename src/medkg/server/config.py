"""How a server is set up: where its graph is, what a request may cost, who may write.

With whom answers are shared: the pages of which origins may read them, and whether caches may keep them for others.

https://fetch.spec.whatwg.org/#http-cors-protocol and https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2.7
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from medkg.errors import MedkgError
from medkg.http.messages import Answer
from medkg.http.public_address import PublicAddress
from medkg.pool import PoolLimits, RequestLimits
from medkg.server.tokens import is_sendable, read_tokens
from medkg.settings import DEFAULTS, Settings

ANY_ORIGIN = frozenset({"*"})
"""The origins whose pages may read where all may."""

_OF_CORS, _ALLOW_ORIGIN = "access-control-", "access-control-allow-origin"
_RESOURCE_POLICY, _CACHE_CONTROL = "cross-origin-resource-policy", "cache-control"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """The origins whose pages may read, and whether each answer is for its reader alone."""

    origins: frozenset[str] = ANY_ORIGIN
    is_private: bool = False

    def restricted(self, answer: Answer, header: Callable[[str], str | None]) -> Answer:
        """An answer, which says by itself that everybody may have it, as a request with some headers gets it."""
        if self.origins == ANY_ORIGIN and not self.is_private:
            return answer
        return Answer(status=answer.status, headers=tuple(self._headers(answer, header("origin"))), body=answer.body)

    def _headers(self, answer: Answer, origin: str | None) -> Iterator[tuple[str, str]]:
        """The headers of an answer, those of sharing as they are to be."""
        for name, value in answer.headers:
            if name.startswith(_OF_CORS):
                yield from self._of_cors(name, value, origin)
            elif name == _RESOURCE_POLICY:
                yield name, "same-origin"
            elif name != _CACHE_CONTROL or not self.is_private:
                yield name, value
        if self.is_private:
            yield _CACHE_CONTROL, _private(dict(answer.headers).get(_CACHE_CONTROL, ""))
        if self.origins and self.origins != ANY_ORIGIN:
            yield "vary", "Origin"

    def _of_cors(self, name: str, value: str, origin: str | None) -> Iterator[tuple[str, str]]:
        """A header of CORS, where the origin may read."""
        if self.origins == ANY_ORIGIN:
            yield name, value
        elif origin is not None and origin in self.origins:
            yield name, origin if name == _ALLOW_ORIGIN else value


def _private(directives: str) -> str:
    """Directives for caches that keep an answer for one reader alone.

    >>> _private("public, max-age=60"), _private("no-store"), _private("")
    ('private, max-age=60', 'private, no-store', 'private')
    """
    rest = [each.strip() for each in directives.split(",") if each.strip() not in {"", "public", "private"}]
    return ", ".join(["private", *rest])


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings of a server; `snapshots` holds the graph, `resources` the ontology and the stored queries."""

    snapshots: Path
    resources: Path
    limits: RequestLimits = field(default_factory=RequestLimits)
    pool: PoolLimits = field(default_factory=PoolLimits)
    cache_bytes: int = DEFAULTS.whole("MEDKG_CACHE_BYTES")
    token: str | None = None
    """The bearer token of writers."""
    token_file: Path | None = None
    """A file with more tokens of writers; nobody may write where there is neither."""
    read_token: str | None = None
    """The token of readers."""
    read_token_file: Path | None = None
    """A file with more tokens of readers; everybody may read where there is neither."""
    cors: frozenset[str] = ANY_ORIGIN
    """The origins whose pages may read and query."""
    socket: Path | None = None
    """The Unix socket to listen on; None where it is a host and port."""
    socket_mode: int = DEFAULTS.whole("MEDKG_SOCKET_MODE")
    umask: int = DEFAULTS.umask
    """The permissions that nobody gets on what the server makes in its home."""
    access_log: str | None = None
    """A file, `-` for the standard output, None for no log."""
    log_queries: bool = False
    issues: str | None = None
    """The page for a new issue, where errors are reported."""
    writers: int = DEFAULTS.whole("MEDKG_WRITE_QUEUE")
    """Updates that may wait for their turn."""
    proxies: int = DEFAULTS.whole("MEDKG_PROXIES")
    """Proxies before this server whose word is taken on who the client is and at which address it asks."""
    public: PublicAddress | None = None
    """The address of the site for all clients; None where the request tells it."""
    debug: bool = False
    """Whether the traceback of what keeps the server from starting is shown."""

    @property
    def is_writable(self) -> bool:
        """Whether somebody may write."""
        return self.token is not None or self.token_file is not None

    @property
    def is_private(self) -> bool:
        """Whether reading needs a token."""
        return self.read_token is not None or self.read_token_file is not None


def configured(settings: Settings) -> Config:
    """The set-up that the settings ask for; a `MedkgError` where one of them cannot be read."""
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
    """The token of a setting; a `MedkgError` where no header could carry it, so that nobody could bear it."""
    token = settings.text(name)
    if token is not None and not is_sendable(token):
        raise MedkgError(f"{name} goes into a header: give it visible characters of ASCII only")
    return token


def _token_file(settings: Settings, name: str) -> Path | None:
    """The file of tokens of a setting; a `MedkgError` with all that is wrong in it."""
    file = settings.path(name)
    if file is not None:
        try:
            read_tokens(file)
        except MedkgError as error:
            raise MedkgError(f"{name}: {error}") from error
    return file


def _cors(settings: Settings) -> frozenset[str]:
    """The origins whose pages may read; a `MedkgError` that names all that are none."""
    text = settings.text("MEDKG_CORS") or ""
    if text.strip().lower() in {"*", "off"}:
        return ANY_ORIGIN if text.strip() == "*" else frozenset()
    origins = text.replace(",", " ").split()
    wrong = [each for each in origins if not _is_origin(each)]
    if wrong or not origins:
        named = ", ".join(map(repr, wrong)) or repr(text)
        raise MedkgError(f"MEDKG_CORS is *, off, or a list of origins such as https://example.org, not {named}")
    return frozenset(PublicAddress.read(each).origin for each in origins)


def _is_origin(text: str) -> bool:
    """Whether a text is scheme and host of a site alone."""
    try:
        address = PublicAddress.read(text)
    except ValueError:
        return False
    return not address.prefix


def _public(settings: Settings) -> PublicAddress | None:
    """The address of the site; a `MedkgError` where it is none that pages can lie below."""
    text = settings.text("MEDKG_PUBLIC_URL")
    try:
        return None if text is None else PublicAddress.read(text.strip())
    except ValueError as error:
        raise MedkgError(
            f"MEDKG_PUBLIC_URL is the address of the site, such as https://example.org/medkg/: {error}"
        ) from error

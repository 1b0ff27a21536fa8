"""The environment variables that medkg knows, declared once: settings, command line and docs read this list."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a number may be: from the least to the most, and whether it is to be a whole one."""

    least: float
    most: float
    is_whole: bool = True

    def __str__(self) -> str:
        """The bounds in words.

        >>> str(Bounds(least=1, most=1024)), str(Bounds(least=0.001, most=86_400, is_whole=False))
        ('a number from 1 to 1,024 that is whole', 'a number from 0.001 to 86,400')
        """
        if self == _FLAG:
            return "0 or 1"
        if self == _PERMISSIONS:
            return "an octal number from 0000 to 0777"
        return f"a number from {self.least:,} to {self.most:,}{' that is whole' if self.is_whole else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One environment variable: its name, what it is without one, what it does, and its bounds where it is a number."""

    name: str
    default: str
    help: str
    bounds: Bounds | None = None


_FLAG = Bounds(least=0, most=1)
_PERMISSIONS = Bounds(least=0, most=777)  # in octal digits
_MANY = Bounds(least=0, most=1_000_000)
_SIZE = Bounds(least=1, most=(1 << 32) - 1)  # what a message between server and evaluator can hold

SETTINGS = (
    Setting(name="MEDKG_HOME", default="the platform's data directory", help="where snapshots of the graph live"),
    Setting(
        name="MEDKG_RESOURCES",
        default="those of the checkout or the installed package",
        help="a directory with `data/`, `ontology/` and `queries/` to use instead",
    ),
    Setting(
        name="MEDKG_DEBUG",
        default="0",
        help="1 shows the traceback of a failure that nobody foresaw",
        bounds=_FLAG,
    ),
    Setting(name="MEDKG_HOST", default="127.0.0.1", help="address or name of the host that the server listens on"),
    Setting(
        name="MEDKG_PORT",
        default="8077",
        help="port the server listens on, 0 for any that is free",
        bounds=Bounds(least=0, most=65_535),
    ),
    Setting(
        name="MEDKG_SOCKET",
        default="none",
        help="path of a Unix socket that the server listens on, instead of a host and port",
    ),
    Setting(name="MEDKG_SOCKET_MODE", default="0660", help="permissions of that socket", bounds=_PERMISSIONS),
    Setting(
        name="MEDKG_UMASK",
        default="0077",
        help="permissions that nobody gets on files and directories made under `MEDKG_HOME`; 0027 lets the group read",
        bounds=_PERMISSIONS,
    ),
    Setting(
        name="MEDKG_EVALUATORS",
        default="twice the processors, at least 4",
        help="processes that evaluate queries and make pages, one at a time each",
        bounds=Bounds(least=1, most=1_024),
    ),
    Setting(
        name="MEDKG_QUERY_TIMEOUT",
        default="10",
        help="seconds a query, an update or a page may take",
        bounds=Bounds(least=0.001, most=86_400, is_whole=False),
    ),
    Setting(
        name="MEDKG_QUERY_MEMORY",
        default="536870912",
        help="bytes a query or a page may take beyond the graph",
        bounds=Bounds(least=1 << 20, most=1 << 46),
    ),
    Setting(name="MEDKG_ANSWER_BYTES", default="67108864", help="bytes an answer may have", bounds=_SIZE),
    Setting(
        name="MEDKG_ANSWER_ROWS",
        default="1000000",
        help="rows an answer may have",
        bounds=Bounds(least=1, most=1_000_000_000),
    ),
    Setting(
        name="MEDKG_REQUEST_BYTES",
        default="1048576",
        help="bytes the body of a query request may have; the query itself may have 100,000 characters",
        bounds=_SIZE,
    ),
    Setting(name="MEDKG_WRITE_BYTES", default="16777216", help="bytes the body of an update may have", bounds=_SIZE),
    Setting(name="MEDKG_QUEUE", default="128", help="requests that may wait for an evaluator", bounds=_MANY),
    Setting(
        name="MEDKG_CLIENT_QUEUE",
        default="32",
        help="requests of one client that may wait for an evaluator",
        bounds=_MANY,
    ),
    Setting(name="MEDKG_WRITE_QUEUE", default="32", help="updates that may wait for their turn", bounds=_MANY),
    Setting(
        name="MEDKG_CACHE_BYTES",
        default="25165824",
        help="bytes of answers kept for those who ask again",
        bounds=Bounds(least=0, most=1 << 46),
    ),
    Setting(
        name="MEDKG_WRITE_TOKEN",
        default="none",
        help="bearer token of those who may write; without one, here or in a file, nobody may",
    ),
    Setting(
        name="MEDKG_WRITE_TOKEN_FILE",
        default="none",
        help="file with tokens of those who may write, one a line, alone or as `name: token`; read again on SIGHUP",
    ),
    Setting(
        name="MEDKG_READ_TOKEN",
        default="none",
        help="token without which nothing is answered but `/livez` and `/readyz`; without one everybody may read",
    ),
    Setting(
        name="MEDKG_READ_TOKEN_FILE",
        default="none",
        help="file with tokens of those who may read, in the form of `MEDKG_WRITE_TOKEN_FILE`",
    ),
    Setting(
        name="MEDKG_CORS",
        default="*",
        help="origins whose pages may read and query: `*` for all, `off` for none, or a list such as "
        "`https://a.example.org, https://b.example.org`",
    ),
    Setting(
        name="MEDKG_ACCESS_LOG",
        default="none",
        help="file for a line of JSON a request, opened anew on SIGUSR1; `-` for standard output",
    ),
    Setting(name="MEDKG_LOG_QUERIES", default="0", help="1 puts the text of queries into the access log", bounds=_FLAG),
    Setting(
        name="MEDKG_ISSUES",
        default="none",
        help="address of a tracker’s page for a new issue, to which “report an error” adds `title=` and `body=`",
    ),
    Setting(
        name="MEDKG_PROXIES",
        default="0",
        help="proxies before the server whose `X-Forwarded-*` or `Forwarded` headers are believed",
        bounds=Bounds(least=0, most=100),
    ),
    Setting(
        name="MEDKG_PUBLIC_URL",
        default="what the request and trusted proxies say",
        help="address at which clients reach the server: scheme, host and the path before all paths, such as "
        "`https://example.org/medkg/`",
    ),
)

OF_OTHERS = frozenset(
    {"MEDKG_BUILD_SBOM", "MEDKG_BUILD_UI", "MEDKG_REQUIRE_BROWSER", "MEDKG_REQUIRE_PROXIES", "MEDKG_SCREENSHOTS"}
)
"""What the build of the package and the tests read from the environment."""

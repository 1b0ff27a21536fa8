"""The settings of a run, read from the environment: each as the value that it stands for, or what is wrong with it.

The environment variables that medkg knows, declared once: settings, command line and docs read this list.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from medkg.choices import choice, did_you_mean
from medkg.errors import MedkgError


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
        if self == _OCTAL_DIGITS:
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
_OCTAL_DIGITS = Bounds(least=0, most=777)  # in octal digits
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
    Setting(name="MEDKG_SOCKET_MODE", default="0660", help="permissions of that socket", bounds=_OCTAL_DIGITS),
    Setting(
        name="MEDKG_UMASK",
        default="0077",
        help="permissions that nobody gets on files and directories made under `MEDKG_HOME`; 0027 lets the group read",
        bounds=_OCTAL_DIGITS,
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


__all__ = ["SETTINGS", "Settings"]


_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE]\+?[0-9]{1,2})?")

_PERMISSIONS = re.compile(r"(?:0o?)?[0-7]{3}")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one run; nothing else in medkg reads the environment. One that is empty was not set."""

    environment: Mapping[str, str]

    @classmethod
    def from_environment(cls) -> Settings:
        """The settings of this process."""
        return cls(environment=dict(os.environ))

    @property
    def warnings(self) -> list[str]:
        """What is set under a name that is no setting, each with the name that may have been meant."""
        names = [each.name for each in SETTINGS]
        ours = {name for name in self.environment if name.startswith("MEDKG_")}
        unknown = sorted(ours - OF_OTHERS - {*names})
        return [f"{name} is no setting of medkg and changes nothing{did_you_mean(name, names)}" for name in unknown]

    @cached_property
    def home(self) -> Path:
        """The directory under which snapshots live."""
        if chosen := self.path("MEDKG_HOME"):
            return chosen
        from platformdirs import user_data_path

        try:
            found = user_data_path("medkg")
        except RuntimeError:  # how pathlib and newer versions of platformdirs say that they know of no home
            found = Path()
        if not found.is_absolute():
            raise MedkgError(
                "there is no home directory in which to keep the graph; "
                "set MEDKG_HOME to a directory that you may write to"
            )
        return found

    @cached_property
    def resources(self) -> Path:
        """The directory with `data/`, `ontology/` and `queries/`: set, of a checkout, or inside the package."""
        if chosen := self.path("MEDKG_RESOURCES"):
            return chosen
        packaged = Path(__file__).parent / "resources"
        return packaged if packaged.is_dir() else Path(__file__).parents[2]

    @property
    def host(self) -> str:
        """The address to listen on."""
        return self.text("MEDKG_HOST") or "127.0.0.1"

    @property
    def port(self) -> int:
        """The port to listen on."""
        return self.whole("MEDKG_PORT", 8077)

    @property
    def umask(self) -> int:
        """The permissions that nobody gets on what is made in the home."""
        return self.permissions("MEDKG_UMASK")

    @property
    def is_debugging(self) -> bool:
        """Whether tracebacks are to be shown; what is set otherwise is a matter for `flag`."""
        return self.text("MEDKG_DEBUG") == "1"

    def text(self, name: str) -> str | None:
        """A setting as it was set; None where it was not."""
        return self.environment.get(choice(name, [each.name for each in SETTINGS], kind="setting")) or None

    def path(self, name: str) -> Path | None:
        """A setting that is a path, `~` being the home directory; None where it was not set."""
        text = self.text(name)
        try:
            return Path(text).expanduser() if text else None
        except RuntimeError as error:
            raise MedkgError(f"{name} is {text!r}, and no such home directory is known; write the path out") from error

    def number(self, name: str, default: float) -> float:
        """A setting that is a number, or the default; a `MedkgError` where it is none or beyond its bounds."""
        (bounds,) = (each.bounds for each in SETTINGS if each.name == name)
        text = self.text(name)
        if text is None or bounds is None:
            return default
        number = float(text) if _NUMBER.fullmatch(text) else float("nan")
        if not bounds.least <= number <= bounds.most or (bounds.is_whole and not number.is_integer()):
            raise MedkgError(f"{name} is {bounds}, not {text!r}")
        return number

    def whole(self, name: str, default: int) -> int:
        """A setting that is a whole number, or the default; a `MedkgError` as for `number`."""
        return int(self.number(name, default))

    def permissions(self, name: str) -> int:
        """A setting that is an octal number of permissions, or its default; a `MedkgError` where it is none."""
        (setting,) = (each for each in SETTINGS if each.name == name)
        text = self.text(name) or setting.default
        if _PERMISSIONS.fullmatch(text) is None:
            raise MedkgError(f"{name} is {setting.bounds}, not {text!r}")
        return int(text, base=8)

    def flag(self, name: str) -> bool:
        """Whether a setting that is 0 or 1 is 1."""
        return self.whole(name, 0) == 1

    def address(self, name: str) -> str | None:
        """A setting that is the address of a web page; None where it was not set, a `MedkgError` where it is none."""
        text = self.text(name)
        if text is None:
            return None
        try:
            parts = urlsplit(text)
            is_page = parts.scheme in {"http", "https"} and bool(parts.hostname) and text.isprintable()
        except ValueError:
            is_page = False
        if not is_page or " " in text:
            raise MedkgError(f"{name} is the address of a page, such as https://example.org/issues/new, not {text!r}")
        return text

"""The environment variables of medkg, each declared once with its default, bounds and help, and their values in a run.

Code, command line and documentation read these declarations.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from medkg.choices import did_you_mean, require_choice
from medkg.errors import MedkgError


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberBounds:
    """The least and the greatest value of a number, and how it is written."""

    least: float
    greatest: float
    is_whole: bool = True
    is_octal: bool = False

    def __str__(self) -> str:
        """The bounds in words.

        >>> str(NumberBounds(least=1, greatest=1024)), str(NumberBounds(least=0.001, greatest=86_400, is_whole=False))
        ('a whole number from 1 to 1,024', 'a number from 0.001 to 86,400')
        """
        if self == _FLAG:
            return "0 or 1"
        if self.is_octal:
            return f"an octal number from {self.least:04o} to {self.greatest:04o}"
        return f"a {'whole ' if self.is_whole else ''}number from {self.least:,} to {self.greatest:,}"

    def parse(self, text: str) -> float | None:
        """The number that a text writes; None where it is none within the bounds."""
        if self.is_octal:
            return int(text, base=8) if _PERMISSIONS.fullmatch(text) else None
        number = float(text) if _NUMBER.fullmatch(text) else float("nan")
        is_valid = self.least <= number <= self.greatest and (number.is_integer() or not self.is_whole)
        return number if is_valid else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One environment variable: its name, its value where it is not set, the bounds of a number, and its help."""

    name: str
    help: str
    value: str | float | None = None
    bounds: NumberBounds | None = None
    default_in_words: str = "none"
    """What stands for the value in documentation where it is not fixed."""

    @property
    def default(self) -> str:
        """The value where it is not set, as a user would write it, or in words."""
        if self.value is None or self.default_in_words != "none":
            return self.default_in_words
        return f"{self.value:04o}" if self.bounds and self.bounds.is_octal else str(self.value)


LAST_PORT = 65_535
"""The greatest number of a port of TCP."""

_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE]\+?[0-9]{1,2})?")
_PERMISSIONS = re.compile(r"(?:0o?)?[0-7]{3}")

_FLAG = NumberBounds(least=0, greatest=1)
_MODE = NumberBounds(least=0, greatest=0o777, is_octal=True)
_QUEUE_LENGTH = NumberBounds(least=0, greatest=1_000_000)
_MESSAGE_BYTES = NumberBounds(least=1, greatest=(1 << 32) - 1)  # the longest message between server and evaluator
_MEMORY_BYTES = NumberBounds(least=1 << 20, greatest=1 << 46)
_MIB = 1 << 20

SETTINGS = (
    Setting(name="MEDKG_HOME", default_in_words="the platform's data directory", help="directory of the snapshots"),
    Setting(
        name="MEDKG_RESOURCES",
        default_in_words="those of the checkout or the installed package",
        help="a directory with `data/`, `ontology/` and `queries/` to use instead",
    ),
    Setting(name="MEDKG_DEBUG", value=0, help="1 shows the traceback of an unexpected failure", bounds=_FLAG),
    Setting(name="MEDKG_HOST", value="127.0.0.1", help="address or name of the host to listen on"),
    Setting(
        name="MEDKG_PORT",
        value=8077,
        help="port to listen on, 0 for any that is free",
        bounds=NumberBounds(least=0, greatest=LAST_PORT),
    ),
    Setting(name="MEDKG_SOCKET", help="path of a Unix socket to listen on, instead of a host and port"),
    Setting(name="MEDKG_SOCKET_MODE", value=0o660, help="permissions of that socket", bounds=_MODE),
    Setting(
        name="MEDKG_UMASK",
        value=0o077,
        help="permissions that files and directories made under `MEDKG_HOME` do not get; 0027 lets the group read",
        bounds=_MODE,
    ),
    Setting(
        name="MEDKG_EVALUATORS",
        value=max(4, 2 * (os.cpu_count() or 1)),  # so that slow queries do not stand in the way of quick ones
        default_in_words="twice the processors, at least 4",
        help="processes that evaluate queries and make pages, one at a time each",
        bounds=NumberBounds(least=1, greatest=1_024),
    ),
    Setting(
        name="MEDKG_QUERY_TIMEOUT",
        value=10,
        help="seconds a query, an update or a page may take",
        bounds=NumberBounds(least=0.001, greatest=86_400, is_whole=False),
    ),
    Setting(
        name="MEDKG_QUERY_MEMORY",
        value=512 * _MIB,
        help="bytes a query or a page may take beyond the graph",
        bounds=_MEMORY_BYTES,
    ),
    Setting(name="MEDKG_ANSWER_BYTES", value=64 * _MIB, help="bytes an answer may have", bounds=_MESSAGE_BYTES),
    Setting(
        name="MEDKG_ANSWER_ROWS",
        value=1_000_000,
        help="rows an answer may have",
        bounds=NumberBounds(least=1, greatest=1_000_000_000),
    ),
    Setting(name="MEDKG_REQUEST_BYTES", value=_MIB, help="bytes a query request may have", bounds=_MESSAGE_BYTES),
    Setting(name="MEDKG_WRITE_BYTES", value=16 * _MIB, help="bytes an update may have", bounds=_MESSAGE_BYTES),
    Setting(name="MEDKG_QUEUE", value=128, help="requests that may wait for an evaluator", bounds=_QUEUE_LENGTH),
    Setting(
        name="MEDKG_CLIENT_QUEUE",
        value=32,
        help="requests of one client that may wait for an evaluator",
        bounds=_QUEUE_LENGTH,
    ),
    Setting(name="MEDKG_WRITE_QUEUE", value=32, help="updates that may wait for their turn", bounds=_QUEUE_LENGTH),
    Setting(
        name="MEDKG_CACHE_BYTES",
        value=24 * _MIB,
        help="bytes of the cache of answers",
        bounds=NumberBounds(least=0, greatest=_MEMORY_BYTES.greatest),
    ),
    Setting(name="MEDKG_WRITE_TOKEN", help="bearer token for writing, impossible without one here or in a file"),
    Setting(
        name="MEDKG_WRITE_TOKEN_FILE",
        help="file of tokens for writing, one a line, alone or as `name: token`; read again on SIGHUP",
    ),
    Setting(
        name="MEDKG_READ_TOKEN",
        help="token for reading anything but `/livez` and `/readyz`; without one reading is open to all",
    ),
    Setting(name="MEDKG_READ_TOKEN_FILE", help="file of tokens for reading, as in `MEDKG_WRITE_TOKEN_FILE`"),
    Setting(
        name="MEDKG_CORS",
        value="*",
        help="origins whose pages may read and query: `*` for all, `off` for none, or a list such as "
        "`https://a.example.org, https://b.example.org`",
    ),
    Setting(
        name="MEDKG_ACCESS_LOG",
        help="file for a line of JSON a request, opened anew on SIGUSR1; `-` for standard output",
    ),
    Setting(name="MEDKG_LOG_QUERIES", value=0, help="1 puts the text of queries into the access log", bounds=_FLAG),
    Setting(
        name="MEDKG_ISSUES",
        help="address of a tracker’s page for a new issue, to which “report an error” adds `title=` and `body=`",
    ),
    Setting(
        name="MEDKG_PROXIES",
        value=0,
        help="number of trusted proxies before the server, whose `X-Forwarded-*` or `Forwarded` headers are used",
        bounds=NumberBounds(least=0, greatest=100),
    ),
    Setting(
        name="MEDKG_PUBLIC_URL",
        default_in_words="according to the request and trusted proxies",
        help="address at which clients reach the server: scheme, host and the path before all paths, such as "
        "`https://example.org/medkg/`",
    ),
)

BUILD_AND_TEST_VARIABLES = frozenset(
    {"MEDKG_BUILD_SBOM", "MEDKG_BUILD_UI", "MEDKG_REQUIRE_BROWSER", "MEDKG_REQUIRE_PROXIES", "MEDKG_SCREENSHOTS"}
)
"""The variables that the build of the package and the tests read."""

_BY_NAME = {setting.name: setting for setting in SETTINGS}


def declaration(name: str) -> Setting:
    """The setting of a name; `UnknownName` where none is declared."""
    return _BY_NAME[require_choice(name, _BY_NAME, kind="setting")]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one run; nothing else in medkg reads the environment. An empty variable counts as not set."""

    environment: Mapping[str, str]

    @classmethod
    def from_environment(cls) -> Settings:
        """The settings of this process."""
        return cls(environment=dict(os.environ))

    @property
    def warnings(self) -> list[str]:
        """A warning for each variable `MEDKG_…` that is no setting, with the name that may have been meant."""
        variables = {name for name in self.environment if name.startswith("MEDKG_")}
        unknown = sorted(variables - BUILD_AND_TEST_VARIABLES - _BY_NAME.keys())
        return [f"{name} is no setting of medkg and changes nothing{did_you_mean(name, _BY_NAME)}" for name in unknown]

    @cached_property
    def home(self) -> Path:
        """The directory under which snapshots live."""
        if path := self.path("MEDKG_HOME"):
            return path
        from platformdirs import user_data_path

        try:
            path = user_data_path("medkg")
        except RuntimeError:  # raised by pathlib and newer versions of platformdirs where there is no home directory
            path = Path()
        if not path.is_absolute():
            raise MedkgError(
                "there is no home directory in which to keep the graph; "
                "set MEDKG_HOME to a directory that you may write to"
            )
        return path

    @cached_property
    def resources(self) -> Path:
        """The directory with `data/`, `ontology/` and `queries/`: set, of a checkout, or inside the package."""
        if path := self.path("MEDKG_RESOURCES"):
            return path
        packaged = Path(__file__).parent / "resources"
        return packaged if packaged.is_dir() else Path(__file__).parents[2]

    @property
    def host(self) -> str:
        """The address to listen on."""
        return self.text("MEDKG_HOST") or ""

    @property
    def port(self) -> int:
        """The port to listen on."""
        return self.whole("MEDKG_PORT")

    @property
    def umask(self) -> int:
        """The permissions that files and directories made in the home do not get."""
        return self.whole("MEDKG_UMASK")

    @property
    def is_debugging(self) -> bool:
        """Whether tracebacks are shown; unlike `flag`, no error where the variable is neither 0 nor 1."""
        return self.environment.get("MEDKG_DEBUG") == "1"

    def text(self, name: str) -> str | None:
        """A setting that is text; None where it is not set and has no default."""
        value = declaration(name).value
        return self.environment.get(name) or (None if value is None else str(value))

    def path(self, name: str) -> Path | None:
        """A setting that is a path, `~` being the home directory; None where it is not set."""
        text = self.text(name)
        try:
            return Path(text).expanduser() if text else None
        except RuntimeError as error:
            raise MedkgError(f"{name} is {text!r}, and no such home directory is known; write the path out") from error

    def number(self, name: str) -> float:
        """A setting that is a number; a `MedkgError` where it is none or beyond its bounds."""
        setting = declaration(name)
        if setting.bounds is None or not isinstance(setting.value, int | float):
            raise TypeError(f"{name} is declared as text, not as a number")
        text = self.environment.get(name)
        number = setting.bounds.parse(text) if text else setting.value
        if number is None:
            raise MedkgError(f"{name} is {setting.bounds}, not {text!r}")
        return float(number)

    def whole(self, name: str) -> int:
        """A setting that is a whole number, permissions in octal included; a `MedkgError` as for `number`."""
        return int(self.number(name))

    def flag(self, name: str) -> bool:
        """Whether a setting that is 0 or 1 is 1."""
        return self.whole(name) == 1

    def address(self, name: str) -> str | None:
        """A setting that is the address of a web page; None where it is not set, a `MedkgError` where it is none."""
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


DEFAULTS = Settings(environment={})
"""The settings of a run in which no variable is set."""

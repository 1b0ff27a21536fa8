"""What can be set from outside, declared once: the environment, the command line and the docs read this list."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from medkg.choices import choice, did_you_mean
from medkg.errors import MedkgError


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One environment variable: its name, what it is without one, and what it does."""

    name: str
    default: str
    help: str


SETTINGS = (
    Setting(name="MEDKG_HOME", default="the platform's data directory", help="where snapshots of the graph live"),
    Setting(
        name="MEDKG_RESOURCES",
        default="those of the checkout or the installed package",
        help="a directory with `data/`, `ontology/` and `queries/` to use instead",
    ),
    Setting(name="MEDKG_HOST", default="127.0.0.1", help="address the server listens on"),
    Setting(name="MEDKG_PORT", default="8077", help="port the server listens on"),
    Setting(
        name="MEDKG_EVALUATORS",
        default="twice the processors, at least 4",
        help="processes that evaluate queries, one at a time each",
    ),
    Setting(name="MEDKG_QUERY_TIMEOUT", default="10", help="seconds a query or an update may take"),
    Setting(name="MEDKG_QUERY_MEMORY", default="536870912", help="bytes a query may take beyond the graph"),
    Setting(name="MEDKG_ANSWER_BYTES", default="67108864", help="bytes an answer may have"),
    Setting(name="MEDKG_ANSWER_ROWS", default="1000000", help="rows an answer may have"),
    Setting(
        name="MEDKG_REQUEST_BYTES",
        default="1048576",
        help="bytes the body of a query request may have; the query itself may have 100,000 characters",
    ),
    Setting(name="MEDKG_WRITE_BYTES", default="16777216", help="bytes the body of an update may have"),
    Setting(name="MEDKG_QUEUE", default="128", help="requests that may wait for an evaluator"),
    Setting(name="MEDKG_CLIENT_QUEUE", default="32", help="requests of one client that may wait for an evaluator"),
    Setting(name="MEDKG_CACHE_BYTES", default="25165824", help="bytes of answers kept for those who ask again"),
    Setting(
        name="MEDKG_WRITE_TOKEN", default="none", help="bearer token of those who may write; without one nobody may"
    ),
    Setting(name="MEDKG_ACCESS_LOG", default="none", help="file for a line of JSON a request, `-` for standard output"),
    Setting(name="MEDKG_LOG_QUERIES", default="0", help="1 puts the text of queries into the access log"),
    Setting(
        name="MEDKG_ISSUES",
        default="none",
        help="address of a tracker’s page for a new issue, to which “report an error” adds `title=` and `body=`",
    ),
    Setting(
        name="MEDKG_PROXIES",
        default="0",
        help="proxies before the server whose `X-Forwarded-*` or `Forwarded` headers are believed",
    ),
    Setting(
        name="MEDKG_PUBLIC_URL",
        default="what the request and trusted proxies say",
        help="address at which clients reach the server: scheme, host and the path before all paths, such as "
        "`https://example.org/medkg/`",
    ),
)


_PREFIX = "MEDKG_"
_OF_OTHERS = frozenset({"MEDKG_BUILD_UI", "MEDKG_REQUIRE_BROWSER", "MEDKG_SCREENSHOTS"})
"""What the build of the package and the tests read from the environment."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one run; nothing else in medkg reads the environment."""

    environment: Mapping[str, str]

    @classmethod
    def from_environment(cls) -> Settings:
        """The settings of this process."""
        return cls(environment=dict(os.environ))

    @property
    def warnings(self) -> list[str]:
        """What is set under a name that is no setting, each with the name that may have been meant."""
        names = [each.name for each in SETTINGS]
        unknown = (name for name in sorted(self.environment) if name.startswith(_PREFIX))
        return [
            f"{name} is no setting of medkg and changes nothing{did_you_mean(name, names)}"
            for name in unknown
            if name not in names and name not in _OF_OTHERS
        ]

    @cached_property
    def home(self) -> Path:
        """The directory under which snapshots live."""
        if chosen := self.environment.get("MEDKG_HOME"):
            return Path(chosen).expanduser()
        from platformdirs import user_data_path

        return user_data_path("medkg")

    @cached_property
    def resources(self) -> Path:
        """The directory with `data/`, `ontology/` and `queries/`: set, of a checkout, or inside the package."""
        if chosen := self.environment.get("MEDKG_RESOURCES"):
            return Path(chosen).expanduser()
        packaged = Path(__file__).parent / "resources"
        return packaged if packaged.is_dir() else Path(__file__).parents[2]

    @property
    def host(self) -> str:
        """The address to listen on."""
        return self.environment.get("MEDKG_HOST", "127.0.0.1")

    @property
    def port(self) -> int:
        """The port to listen on."""
        return int(self.number("MEDKG_PORT") or 8077)

    def text(self, name: str) -> str | None:
        """A setting as it was set; None where it was not."""
        return self.environment.get(choice(name, [each.name for each in SETTINGS], kind="setting")) or None

    def number(self, name: str, *, least: float = 0) -> float | None:
        """A setting that is a number; None where it was not set, a `MedkgError` where it is none or below the least."""
        text = self.text(name)
        if text is None:
            return None
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if not least <= number < float("inf"):
            raise MedkgError(f"{name} is a number from {least:g} up, not {text!r}")
        return number

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

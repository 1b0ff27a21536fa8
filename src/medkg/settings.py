"""The settings of a run, read from the environment: each as the value that it stands for, or what is wrong with it."""

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
from medkg.variables import OF_OTHERS, SETTINGS

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

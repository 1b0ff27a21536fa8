"""What can be set from outside, declared once: the environment, the command line and the docs read this list."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


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
    Setting(name="MEDKG_WORKERS", default="1", help="number of server processes"),
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one run; nothing else in medkg reads the environment."""

    environment: Mapping[str, str]

    @classmethod
    def from_environment(cls) -> Settings:
        """The settings of this process."""
        return cls(environment=dict(os.environ))

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
        return int(self.environment.get("MEDKG_PORT", "8077"))

    @property
    def workers(self) -> int:
        """The number of server processes."""
        return int(self.environment.get("MEDKG_WORKERS", "1"))

"""A graph of a few records, to be changed at will and built again, and the pages over it."""

from __future__ import annotations

import shutil
from pathlib import Path

from flask import Flask

from medkg.model import prefixes
from medkg.settings import Settings
from medkg.site.app import create_app
from medkg.site.context import SiteContext
from medkg.snapshots.snapshot import Snapshot
from tests.real import ROOT

_TINY = ROOT / "tests" / "tiny" / "data"


def settings(directory: Path) -> Settings:
    """Those of a home that nobody has used yet, and of resources of its own."""
    resources = directory / "resources"
    shutil.copytree(_TINY, resources / "data")
    shutil.copytree(ROOT / "ontology", resources / "ontology")
    return Settings(environment={"MEDKG_HOME": str(directory / "home"), "MEDKG_RESOURCES": str(resources)})


def application(snapshot: Snapshot) -> Flask:
    """The pages over a snapshot."""
    return create_app(
        SiteContext(
            store=snapshot.in_memory(),
            revision=snapshot.revision,
            prefixes=prefixes.load(ROOT / "ontology"),
            directory=snapshot.path,
            resources=ROOT,
        )
    )

"""The repository's data, their graph and the pages over it, which tests only read.

The graph is built once a run, in a directory that the processes of the run share; the rest once a process.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import Store

from medkg.curation import load
from medkg.lineage.register import Register
from medkg.model import prefixes
from medkg.model.collection import Records
from medkg.rdf import lineage_register
from medkg.settings import Settings
from medkg.site.app import create_app
from medkg.site.context import SiteContext
from medkg.snapshots.build import build
from medkg.snapshots.manifest import GRAPH
from medkg.snapshots.snapshot import Snapshot

ROOT = Path(__file__).parents[1]
HOME = "HOME_OF_THE_REAL_GRAPH"
"""The variable with the directory that the processes of a run of tests share."""


@cache
def records() -> Records:
    """The records of the repository's data."""
    return load(ROOT / "data")


@cache
def nquads() -> bytes:
    """Their graph and the ontology as sorted N-Quads."""
    return (snapshot().path / GRAPH).read_bytes()


@cache
def register() -> Register:
    """The register of all their claims."""
    return lineage_register.register(records())


@cache
def snapshot() -> Snapshot:
    """The snapshot of the repository's data, in the directory of the run, or of the process where there is no run."""
    home = os.environ.get(HOME)
    if home is None:
        home = tempfile.mkdtemp(prefix="medkg-")
        atexit.register(shutil.rmtree, home, ignore_errors=True)
    return build(Settings(environment={"MEDKG_HOME": home, "MEDKG_RESOURCES": str(ROOT)}))


@cache
def store() -> Store:
    """Its graph, in memory as the server holds it."""
    return snapshot().in_memory()


@cache
def context() -> SiteContext:
    """What the pages answer from."""
    return SiteContext(
        store=store(),
        revision=snapshot().revision,
        prefixes=prefixes.load(ROOT / "ontology"),
        directory=snapshot().path,
        resources=ROOT,
    )


@cache
def app() -> Flask:
    """The pages."""
    return create_app(context())


def client() -> FlaskClient:
    """A client that knows nothing of those before it."""
    return app().test_client()


def page(path: str) -> BeautifulSoup:
    """The page at an address, which a browser asks for, read as a browser reads it."""
    response = client().get(path, headers={"Accept": "text/html"})
    assert response.status_code == 200, response.text
    return BeautifulSoup(response.text, "html.parser")

"""`medkg serve`: SPARQL and web pages over HTTP."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from medkg.cli.graph import opened
from medkg.settings import Settings

if TYPE_CHECKING:
    from flask import Flask


def _setting(name: str, default: str) -> str:
    return Settings.from_environment().environment.get(name, default)


@click.command("serve")
@click.option("--host", default=lambda: _setting("MEDKG_HOST", "127.0.0.1"), help="Address to listen on [MEDKG_HOST].")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=lambda: _setting("MEDKG_PORT", "8077"),
    help="Port to listen on, 0 for any that is free [MEDKG_PORT].",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=lambda: _setting("MEDKG_WORKERS", "1"),
    help="Number of server processes [MEDKG_WORKERS].",
)
def command(host: str, port: int, workers: int) -> None:
    """Answer SPARQL at /sparql, and everything in the graph at its own address.

    The graph is built first where there is none.
    """
    settings = Settings.from_environment()
    snapshot = opened(settings)
    from medkg.web.serve import serve

    load = partial(_application, snapshot.path, settings.resources / "ontology")
    serve(
        load, host=host, port=port, workers=workers, announce=lambda address: click.echo(f"medkg answers at {address}")
    )


def _application(snapshot: Path, ontology: Path) -> Flask:
    """The application over a snapshot, in a process of its own."""
    from medkg.graph.snapshot import open_snapshot
    from medkg.model import prefixes
    from medkg.web import create_app

    served = open_snapshot(snapshot)
    return create_app(store=served.store, revision=served.digest, prefixes=prefixes.load(ontology))

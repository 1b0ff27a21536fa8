"""`medkg serve`: SPARQL and web pages over HTTP."""

from __future__ import annotations

import click

from medkg.cli.graph import opened
from medkg.settings import Settings
from medkg.support import require_server_support


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
def command(host: str, port: int) -> None:
    """Answer SPARQL at /sparql, and everything in the graph at its own address.

    The graph is built first where there is none. A graph that is built or rolled back to while the server runs is
    taken over without a request lost. Limits, the token of writers and the log are set by the environment.
    """
    settings = Settings.from_environment()
    require_server_support()
    opened(settings)
    from medkg.web.config import configured  # imported here, for what is needed for it is there then
    from medkg.web.serve import serve

    serve(configured(settings), host=host, port=port, announce=lambda at: click.echo(f"medkg answers at {at}"))

"""`medkg serve`: SPARQL and web pages over HTTP."""

from __future__ import annotations

import click

from medkg.cli.graph import opened
from medkg.settings import Settings
from medkg.support import require_server_support


@click.command("serve")
@click.option(
    "--host",
    default=lambda: Settings.from_environment().host,
    help="Address or name of the host to listen on [MEDKG_HOST].",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=lambda: Settings.from_environment().port,
    help="Port to listen on, 0 for any that is free [MEDKG_PORT].",
)
def command(host: str, port: int) -> None:
    """Answer SPARQL at /sparql, and everything in the graph at its own address.

    The graph is built first where there is none. A graph that is built or rolled back to while the server runs is
    taken over without a request lost. Limits, the token of writers and the log are set by the environment.
    """
    require_server_support()
    from medkg.web.config import configured  # imported here, for what is needed for it is there then
    from medkg.web.listening import claimed
    from medkg.web.serve import serve

    settings = Settings.from_environment()
    config = configured(settings)
    claimed(host, port)  # what is wrong with the place or the settings is said before a graph is built
    opened(settings)
    serve(config, host=host, port=port, announce=lambda at: click.echo(f"medkg answers at {at}"))

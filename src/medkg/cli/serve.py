"""`medkg serve`: SPARQL and web pages over HTTP."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

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
@click.option(
    "--socket",
    type=click.Path(path_type=Path),
    default=lambda: Settings.from_environment().path("MEDKG_SOCKET"),
    help="Path of a Unix socket to listen on instead [MEDKG_SOCKET].",
)
def command(host: str, port: int, socket: Path | None) -> None:
    """Answer SPARQL at /sparql, and everything in the graph at its own address.

    The graph is built first where there is none. A graph that is built or rolled back to while the server runs is
    taken over without a request lost. Limits, tokens and the log are set by the environment. SIGHUP has it look for a
    new graph and read files of tokens again, SIGUSR1 has it open its log anew.
    """
    require_server_support()
    from medkg.pool.processes import ignoring_stray_signals
    from medkg.server.config import configured  # imported here, for what is needed for it is there then
    from medkg.server.serve import claim, serve

    settings = Settings.from_environment()
    config = replace(configured(settings), socket=socket)
    claim(config, host, port)  # what is wrong with the place or the settings is said before a graph is built
    with ignoring_stray_signals():
        opened(settings)
        serve(config, host=host, port=port, announce=lambda at: click.echo(f"medkg answers at {at}"))

"""`medkg serve`: SPARQL and web pages over HTTP."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from medkg.cli.graph import open_graph
from medkg.settings import LAST_PORT, Settings, declaration
from medkg.support import require_server_support


def _help(name: str) -> str:
    """The help of an option that has the value of a setting where it is not given."""
    text = declaration(name).help
    return f"{text[0].upper()}{text[1:]} [{name}]."


@click.command("serve")
@click.option(
    "--host",
    default=lambda: Settings.from_environment().host,
    help=_help("MEDKG_HOST"),
)
@click.option(
    "--port",
    type=click.IntRange(0, LAST_PORT),
    default=lambda: Settings.from_environment().port,
    help=_help("MEDKG_PORT"),
)
@click.option(
    "--socket",
    type=click.Path(path_type=Path),
    default=lambda: Settings.from_environment().path("MEDKG_SOCKET"),
    help=_help("MEDKG_SOCKET"),
)
def command(host: str, port: int, socket: Path | None) -> None:
    """Answer SPARQL at /sparql, and everything in the graph at its own address.

    The graph is built first if there is none. A running server takes over a graph that is built, or rolled back to,
    within a second and without losing a request. Limits, tokens and the log are set by the environment. On SIGHUP the
    server reads its token files again, and tries a graph again that it refused; on SIGUSR1 it opens its log anew.
    """
    require_server_support()
    from medkg.pool.processes import ignoring_stray_signals
    from medkg.server.config import configuration  # imported here, once its requirements are known to be there
    from medkg.server.listening import listen_address
    from medkg.server.serve import serve

    settings = Settings.from_environment()
    config = replace(configuration(settings), socket=socket)
    listen_address(config, host, port)  # so that an error in it is reported before a graph is built
    with ignoring_stray_signals():
        open_graph(settings)
        serve(config, host=host, port=port, announce=lambda url: click.echo(f"medkg answers at {url}"))

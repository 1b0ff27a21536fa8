"""The servers that are compared, each started over the same N-Quads: medkg, Oxigraph's own and rdflib-endpoint.

Virtuoso has a module of its own. Each is a function of a graph and of the benchmark's cache that
gives a server which will answer soon, or says by `Unavailable` why there is none.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pyoxigraph

import medkg
from serving import tools
from serving.graphs import Graph
from serving.processes import Server, available_memory, free_port, start
from serving.tools import Unavailable

RDFLIB_BYTES = 2_000
"""What rdflib holds in memory for a quad of ours, rounded up from 1,600 as measured."""


def own(graph: Graph, cache: Path, port: int | None = None, **settings: str) -> Server:
    """`medkg serve` with its default settings, but for those given: deadline, limits and sandbox are on."""
    chosen = port or free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MEDKG_")}
    environment |= {"MEDKG_HOME": str(graph.home), "PYTHONPATH": str(Path(medkg.__file__).parents[1])}
    environment |= settings
    command = [sys.executable, "-m", "medkg.cli", "serve", "--port", str(chosen)]
    process = start(command, cache / "logs" / f"medkg-{graph.name}.log", environment)
    return Server(name="medkg", version=_own_version(), port=chosen, process=process)


def oxigraph(graph: Graph, cache: Path) -> Server:
    """Oxigraph's own server over a store it has loaded itself."""
    program = str(tools.environment(cache) / "oxigraph")
    store = cache / "oxigraph" / graph.digest
    if not (store / "loaded").exists():
        store.mkdir(parents=True, exist_ok=True)
        tools.output([program, "load", "--location", str(store / "store"), "--file", str(graph.nquads)], cache)
        tools.output([program, "optimize", "--location", str(store / "store")], cache)
        (store / "loaded").touch()
    port = free_port()
    command = [program, "serve-read-only", "--location", str(store / "store"), "--bind", f"127.0.0.1:{port}"]
    process = start(command, cache / "logs" / f"oxigraph-{graph.name}.log")
    told = tools.output([program, "--version"], cache).split()[-1]
    return Server(
        name="Oxigraph", version=f"oxigraph {told} serve-read-only", port=port, process=process, path="/query"
    )


def rdflib(graph: Graph, cache: Path) -> Server:
    """rdflib-endpoint on uvicorn, with an in-memory dataset whose default graph is not the union of all."""
    needed, free = RDFLIB_BYTES * graph.quads, available_memory()
    if needed > free:
        raise Unavailable(
            f"rdflib needs about {needed / 1e9:.0f} GB for this graph, of which {free / 1e9:.0f} are free"
        )
    programs, port = tools.environment(cache), free_port()
    command = [str(programs / "uvicorn"), "--app-dir", str(Path(__file__).parent), "rdflib_app:app"]
    command += ["--port", str(port), "--log-level", "warning", "--no-access-log"]
    environment = os.environ | {"GRAPH_FILE": str(graph.nquads), "PYTHONDONTWRITEBYTECODE": "1"}
    process = start(command, cache / "logs" / f"rdflib-{graph.name}.log", environment)
    return Server(name="rdflib-endpoint", version=_rdflib_version(programs), port=port, process=process)


def _rdflib_version(programs: Path) -> str:
    packages = ("rdflib-endpoint", "rdflib", "uvicorn")
    told = f"from importlib.metadata import version; print(*map(version, {packages}))"
    done = subprocess.run([programs / "python", "-c", told], capture_output=True, text=True, check=False)
    return ", ".join(map(" ".join, zip(packages, done.stdout.split(), strict=False)))


def _own_version() -> str:
    """The version of medkg or the commit of a checkout, and that of the engine."""
    try:
        own = version("medkg")
    except PackageNotFoundError:
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=False,
        )
        own = told.stdout.strip() or "source tree"
    return f"medkg {own}, pyoxigraph {pyoxigraph.__version__}, Python {sys.version.split()[0]}"

"""Virtuoso as a peer: a server of its own in a directory of its own, loaded by its bulk loader.

Its default graph is the union of all graphs. Quads without a graph are therefore loaded into a graph
of a name of ours, which each request names as its `default-graph-uri`; `GRAPH ?g` still ranges over all
others, so every query means what it means elsewhere.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

from serving import tools
from serving.graphs import Graph
from serving.processes import Server, free_port, pause, start
from serving.tools import Unavailable

_PACKAGES = ("virtuoso-opensource-7-bin", "libminizip1", "libldap-2.5-0", "libpcre3", "libsasl2-2")
_DEFAULT_GRAPH = "urn:benchmark:default"
_PATIENCE = 120.0  # seconds for an empty server to come up

# Buffers are those that Virtuoso's own manual advises for 2 GB of memory; limits are above every answer.
_CONFIGURATION = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
ErrorLogLevel = 7
FileExtend = 200
MaxCheckpointRemap = 2000
TempStorage = TempDatabase

[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
MaxCheckpointRemap = 2000

[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
MaxClientConnections = 20
CheckpointInterval = 0
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
MaxQueryMem = 2G
ThreadsPerQuery = 4
DirsAllowed = {data}

[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 20
MaxClientConnections = 20
MaxKeepAlives = 20
KeepAliveTimeout = 60

[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryExecutionTime = 60
"""


def virtuoso(graph: Graph, cache: Path) -> Server:
    """Virtuoso over a database it has loaded itself."""
    program = tools.debian("virtuoso-t", _PACKAGES, cache)
    folder = cache / "virtuoso" / graph.digest
    if not (folder / "loaded").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    (folder / "virtuoso.lck").unlink(missing_ok=True)  # left where the last run was killed
    http, sql = free_port(), free_port()
    configuration = _CONFIGURATION.format(folder=folder, data=graph.nquads.parent, http=http, sql=sql)
    (folder / "virtuoso.ini").write_text(configuration)
    command = [program, "+foreground", "+configfile", str(folder / "virtuoso.ini")]
    process = start(command, folder / "said.log", tools.libraries(cache))
    server = Server(
        name="Virtuoso",
        version=_version(program, cache),
        port=http,
        process=process,
        fixed=f"default-graph-uri={_DEFAULT_GRAPH}",
    )
    try:
        _load(graph, folder, sql, server, cache)
    except Unavailable:
        server.stop()
        raise
    return server


def _version(program: str, cache: Path) -> str:
    """What its help says; that ends with an exit status as if something were wrong."""
    told = subprocess.run([program, "-?"], capture_output=True, text=True, check=False, env=tools.libraries(cache))
    lines = (told.stdout + told.stderr).splitlines()
    return "Virtuoso " + next((line.split()[1] for line in lines if line.startswith("Version")), "of unknown version")


def _load(graph: Graph, folder: Path, port: int, server: Server, cache: Path) -> None:
    """Wait for the server to take statements, and let it load the graph where it has not."""
    client = [tools.debian("isql-vt", _PACKAGES, cache), f"127.0.0.1:{port}", "dba", "dba", "ERRORS=STDOUT"]
    _await(client, server, cache)
    if (folder / "loaded").exists():
        return
    file = graph.nquads
    for statement in (
        f"ld_dir('{file.parent}', '{file.name}', '{_DEFAULT_GRAPH}')",
        "rdf_loader_run()",
        "checkpoint",
    ):
        told = tools.output([*client, f"exec={statement}"], cache)
        if "*** Error" in told:
            raise Unavailable(f"Virtuoso refuses {statement}: {told.strip().splitlines()[-1]}")
    failed = tools.output([*client, "exec=select ll_error from DB.DBA.load_list where ll_error is not null"], cache)
    if "\n0 Rows." not in failed:
        raise Unavailable(f"Virtuoso cannot load the graph: {failed.strip().splitlines()[-3:]}")
    (folder / "loaded").touch()


def _await(client: list[str], server: Server, cache: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            tools.output([*client, "exec=status()"], cache)
        except Unavailable:
            if time.monotonic() > deadline or server.process.poll() is not None:
                raise
            pause(0.2)
        else:
            return

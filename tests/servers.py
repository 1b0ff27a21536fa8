"""A real server on a graph of the test's choosing, and a client for it that speaks as Flask's test client does."""

from __future__ import annotations

import hashlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from pyoxigraph import Quad, RdfFormat, serialize
from werkzeug.test import Client

from medkg.snapshots.publish import publish
from tests import tally

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TOKEN = "a token of the tests"
BEARER = {"Authorization": f"Bearer {TOKEN}"}

REPOSITORY = Path(__file__).parents[1]
PATIENCE = 60
"""Seconds that a test waits for what should take a few at most; this machine may be busy."""
SLACK = 20
"""Seconds by which a promised deadline may be missed here, where the machine may be busy; else it takes 0.02."""

_SERVE = """
import sys
from medkg.errors import MedkgError
from medkg.settings import Settings
from medkg.server.config import configuration
from medkg.server.serve import serve

try:
    config = configuration(Settings.from_environment())
    serve(config, host="127.0.0.1", port=int(sys.argv[1]), announce=lambda it: print(it, flush=True))
except MedkgError as error:
    sys.exit(str(error))
"""


@dataclass(frozen=True, kw_only=True)
class Running:
    """A server at work: its process, its address, and the directory its snapshots are in."""

    process: subprocess.Popen[str]
    address: str
    home: Path

    @property
    def port(self) -> int:
        """The port it listens on."""
        return urlsplit(self.address).port or 0

    @property
    def client(self) -> Client:
        """A client for it, which knows nothing of those before it."""
        return client_of(self.port)

    @property
    def said(self) -> str:
        """What it has written to its standard error."""
        return _errors(self.home).read_text()

    def has_said(self, words: str) -> bool:
        """Whether it has written some words to its standard error, or does so in a while, for that waits for nobody."""
        deadline = time.monotonic() + SLACK
        while words not in self.said and time.monotonic() < deadline:
            time.sleep(0.01)
        return words in self.said


def client_of(port: int) -> Client:
    """A client of what listens on a port of this machine, which knows nothing of those before it."""
    return Client(partial(_relay, port))


def published(home: Path, quads: Iterable[Quad]) -> str:
    """Make a snapshot of quads; its digest."""
    written = serialize(quads, format=RdfFormat.N_QUADS) or b""
    nquads = b"".join(sorted(set(written.splitlines(keepends=True))))
    digest = hashlib.sha256(nquads).hexdigest()
    snapshots = home / "snapshots"
    snapshots.mkdir(parents=True, exist_ok=True)
    publish(snapshots, digest, nquads)
    return digest


def started(
    home: Path, *, port: int = 0, before: str = "", stderr: int | None = None, **settings: str
) -> subprocess.Popen[str]:
    """The process of a server, in a group of its own as a terminal would start it; it prints its address.

    Code that is to run `before` is run by the same process. What it says goes to a file, or to `stderr`.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MEDKG_")}
    environment |= {"MEDKG_HOME": str(home), "MEDKG_RESOURCES": str(REPOSITORY), "PYTHONPATH": str(REPOSITORY / "src")}
    with _errors(home).open("a") as errors:
        return subprocess.Popen(
            [sys.executable, "-c", before + _SERVE, str(port)],
            env=environment | settings,
            stdout=subprocess.PIPE,
            stderr=errors if stderr is None else stderr,
            text=True,
            process_group=0,
        )


@contextmanager
def running(home: Path, *, port: int = 0, before: str = "", **settings: str) -> Iterator[Running]:
    """A server on what a directory's snapshots hold, set up by settings, until the block ends."""
    with started(home, port=port, before=before, stderr=None, **settings) as process:
        assert process.stdout is not None  # it is a pipe
        try:
            address = process.stdout.readline().strip()
            if not address:
                raise RuntimeError(f"the server did not start: {_errors(home).read_text()}")
            yield Running(process=process, address=address, home=home)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _errors(home: Path) -> Path:
    """The file that takes what a server writes to its standard error."""
    return home / "server.stderr"


def _relay(port: int, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Hand a request to the server: a WSGI application, so that a WSGI client reaches the server over HTTP."""
    headers = {name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
    if environ.get("CONTENT_TYPE"):
        headers["CONTENT-TYPE"] = environ["CONTENT_TYPE"]
    if headers.get("HOST") == "localhost":  # the client's own idea, and not the test's
        headers["HOST"] = f"127.0.0.1:{port}"
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    chunked = "TRANSFER-ENCODING" in headers
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with tally.request() as outcome:
        try:
            sent = [body[:1], body[1:]] if chunked else body or None
            connection.request(environ["REQUEST_METHOD"], _target(environ), sent, headers, encode_chunked=chunked)
            response = connection.getresponse()
            content = response.read()
            outcome.end(response.status, content)
            start_response(f"{response.status} {response.reason}", response.getheaders())
            return [content]
        finally:
            connection.close()


def _target(environ: WSGIEnvironment) -> str:
    """The path and the query string as the test wrote them; what no URL may hold is percent-encoded."""
    path, query = environ["REQUEST_URI"].partition("?")[0], environ["QUERY_STRING"]
    return quote((f"{path}?{query}" if query else path).encode("latin-1"), safe="%/:?#[]@!$&'()*+,;=")

"""An attack on a server, and what a client that only asks its question notices of it.

    python examples/attack.py    # about 25 seconds; --seconds 2 is shorter

Starts `medkg serve` on a graph of its own, then lets two clients send queries that would run for years, a third one
a query that would fill the memory, and a fourth one a query that would have the server reach another one
(SERVICE), while a fifth keeps asking for the number of datasets. In the end the process that answers is killed in
the middle of updates. Everything stays on this machine, which has to be one with Linux; each client has an address of
its own, as a proxy tells it.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
DOUBLED = " ".join(f"BIND(CONCAT(?a{n}, ?a{n}) AS ?a{n + 1})" for n in range(30))
MEMORY_BOMB = f"SELECT (STRLEN(?a30) AS ?n) {{ BIND('12345678' AS ?a0) {DOUBLED} }}"  # 8 GB
SERVICE = "SELECT * {{ SERVICE <http://127.0.0.1:{port}/secrets> {{ ?s ?p ?o }} }}"
QUESTION = "SELECT (COUNT(?d) AS ?n) { ?d a <http://www.w3.org/ns/dcat#Dataset> }"
NUMBERED = "SELECT (COUNT(?n) AS ?n) { ?update <http://example.org/number> ?n }"
BEGAN = time.monotonic()
QUERY, UPDATE = "application/sparql-query", "application/sparql-update"


@dataclass
class Client:
    """One client with an address of its own, which writes down what it gets."""

    name: str
    address: str
    server: Server
    times: list[float] = field(default_factory=list)

    def send(self, text: str, media_type: str = QUERY) -> tuple[int, float, str]:
        """The status of the answer, after how many seconds, and what it says."""
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        headers = {"Content-Type": media_type, "X-Forwarded-For": self.address}
        if media_type == UPDATE:
            headers["Authorization"] = f"Bearer {self.server.token}"
        try:
            connection.request("POST", "/sparql", text, headers)
            response = connection.getresponse()
            said = response.read().decode()
        finally:
            connection.close()
        return response.status, time.monotonic() - began, said

    def attack(self, what: str, text: str, times: int) -> None:
        """Ask something that a server should survive, some times, and tell what came of it."""
        for _ in range(times):
            status, seconds, said = self.send(text)
            told = json.loads(said)
            tell(self.name, what, f"{status} after {seconds:.2f} s: {told.get('detail', str(told)).splitlines()[0]}")

    def keep_asking(self, over: threading.Event) -> None:
        """Ask one question again and again, never the same text, so that no answer is a kept one."""
        while not over.is_set():
            status, seconds, _ = self.send(f"{QUESTION} # {time.monotonic()}")
            self.times.append(seconds if status == 200 else float("inf"))

    def number(self, query: str) -> int:
        """The number that a query finds."""
        return int(json.loads(self.send(query)[2])["results"]["bindings"][0]["n"]["value"])


@dataclass
class Server:
    """A server that we have started."""

    process: subprocess.Popen[str]
    port: int
    token: str

    def front(self) -> int:
        """The process that answers: the one child of the process that was started."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        return int(listed.split()[0])


@contextlib.contextmanager
def serving(home: str) -> Iterator[Server]:
    """A server with two seconds of patience, until the block ends."""
    token = secrets.token_hex()
    environment = os.environ | {
        "MEDKG_HOME": home,
        "MEDKG_EVALUATORS": "4",
        "MEDKG_QUERY_TIMEOUT": "2",
        "MEDKG_QUERY_MEMORY": str(64 << 20),
        "MEDKG_WRITE_TOKEN": token,
        "MEDKG_PROXIES": "1",
    }
    command = [sys.executable, "-P", "-m", "medkg.cli", "serve", "--port", "0"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            announced = next(line for line in process.stdout if "answers at" in line)
            yield Server(process, int(announced.rstrip().rstrip("/").rpartition(":")[2]), token)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def tell(client: str, what: str, got: str) -> None:
    """Write a line of the transcript."""
    print(f"{time.monotonic() - BEGAN:6.2f}  {client:<9} {what:<16} {got}", flush=True)


def asked_for(asker: Client, what: str, seconds: float) -> None:
    """Let the client that only asks its question do so for some seconds, and tell how it fared."""
    over, asker.times = threading.Event(), []
    thread = threading.Thread(target=asker.keep_asking, args=[over])
    thread.start()
    time.sleep(seconds)
    over.set()
    thread.join()
    each = sorted(asker.times)
    tell(
        asker.name,
        what,
        f"{len(each) / seconds:6.0f} answers/s, half of them within {each[len(each) // 2] * 1e3:.1f} ms",
    )
    tell(asker.name, "", f"the slowest after {each[-1] * 1e3:.0f} ms, {each.count(float('inf'))} refused")


def under_attack(server: Server, asker: Client, seconds: float) -> None:
    """Everything at once."""
    one, two, bomber, spy = (
        Client(name, f"192.0.2.{n}", server) for n, name in enumerate(["one", "two", "bomber", "spy"], start=11)
    )
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        acts = [threading.Thread(target=client.attack, args=["runaway", RUNAWAY, 2]) for client in (one, two)]
        acts.append(threading.Thread(target=bomber.attack, args=["memory bomb", MEMORY_BOMB, 3]))
        port = elsewhere.getsockname()[1]
        acts.append(threading.Thread(target=spy.attack, args=["SERVICE", SERVICE.format(port=port), 2]))
        for act in acts:
            act.start()
        asked_for(asker, "during the attack", seconds)
        for act in acts:
            act.join()
        came = select.select([elsewhere], [], [], 0)[0]
        tell("elsewhere", "who came?", "somebody!" if came else "nobody")


def killed_in_the_middle(server: Server, writer: Client) -> None:
    """Kill the process that answers while a client writes; what it was told is done must be there afterwards."""
    acknowledged = 0
    threading.Timer(0.5, lambda: os.kill(server.front(), signal.SIGKILL)).start()
    with contextlib.suppress(OSError, http.client.HTTPException):
        while (
            writer.send(f"INSERT DATA {{ <http://example.org/{acknowledged}> <http://example.org/number> 1 }}", UPDATE)[
                0
            ]
            == 204
        ):
            acknowledged += 1
    tell(writer.name, "kill -9", f"the server was killed after {acknowledged} acknowledged updates")
    began = time.monotonic()
    while True:
        with contextlib.suppress(OSError, http.client.HTTPException, KeyError):
            found = writer.number(NUMBERED)
            break
        time.sleep(0.01)
    tell(writer.name, "afterwards", f"it answers again after {time.monotonic() - began:.2f} s with {found} updates")
    assert found in (acknowledged, acknowledged + 1), "an acknowledged update is lost"


def main() -> None:
    """Start a server, attack it, tell what happens."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each part takes")
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as home, serving(home) as server:
        asker = Client("asker", "192.0.2.1", server)
        tell(asker.name, "datasets", str(asker.number(QUESTION)))
        asked_for(asker, "before", seconds)
        under_attack(server, asker, seconds)
        asked_for(asker, "after", seconds)
        killed_in_the_middle(server, Client("writer", "192.0.2.2", server))


if __name__ == "__main__":
    main()

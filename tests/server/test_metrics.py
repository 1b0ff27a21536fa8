"""What a server tells Prometheus: every metric is documented and appears, and says what happened."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from medkg.server.metrics import METRICS, REQUEST_SECONDS, REQUESTS
from medkg.snapshots.storage import Pointer, write_pointer
from tests.processes import front, keeper, on_linux, until
from tests.server.test_health import measured
from tests.servers import BEARER, REPOSITORY, TOKEN, Running, published, running
from tests.small_graph import small

DOCUMENTED = (REPOSITORY / "docs" / "reference" / "metrics.md").read_text(encoding="utf-8")
GRAPH = "/graph-store?graph=https://example.org/measured"


def test_every_metric_of_ours_is_documented_and_appears(writable: Running) -> None:
    writable.client.get("/livez")
    names = {REQUESTS[0], REQUEST_SECONDS[0], *(each.name for each in METRICS)}
    families = list(text_string_to_metric_families(writable.client.get("/metrics").text))
    samples = {it.name for family in families for it in family.samples}
    assert names - samples == {REQUEST_SECONDS[0]}  # which appears as its buckets, their sum and their number
    assert {name for name in names if f"| `{name}` |" not in DOCUMENTED} == set()
    appearing = {family.name for family in families if family.name.startswith("medkg_")}
    assert appearing == {name.removesuffix("_total") for name in names}


def test_names_say_what_is_counted_in_base_units(writable: Running) -> None:
    """As https://prometheus.io/docs/practices/naming/ has it."""
    for family in text_string_to_metric_families(writable.client.get("/metrics").text):
        assert re.fullmatch(r"[a-z][a-z0-9_]*[a-z0-9]", family.name)
        assert family.documentation.endswith(".")
        assert not re.search(r"_(ms|milliseconds|minutes|kb|mb|percent|count)$", family.name)
        is_info = family.name.endswith("_info")
        assert all(it.value == 1 for it in family.samples) or not is_info
        assert family.type == "counter" or not any(it.name.endswith("_total") for it in family.samples)


def test_updates_are_counted_by_what_came_of_them(writable: Running) -> None:
    def counted() -> list[float]:
        return [measured(writable.client)["medkg_updates_total", outcome] for outcome in ("made", "refused")]

    def put(body: str, **headers: str) -> int:
        given = {**BEARER, **{name.replace("_", "-"): it for name, it in headers.items()}}
        return writable.client.put(GRAPH, data=body, content_type="text/turtle", headers=given).status_code

    made, refused = counted()
    assert (put("<x:s> <x:p> 1 ."), put("<x:s> <x:p>"), put("<x:s> <x:p> 1 .", If_Match='"no"')) == (201, 400, 412)
    assert counted() == [made + 1, refused + 2]
    assert writable.client.put(GRAPH, data="<x:s> <x:p> 1 .", content_type="text/turtle").status_code == 401
    assert counted() == [made + 1, refused + 2]


@on_linux
def test_memory_and_descriptors_are_told_of_every_kind_of_process(writable: Running) -> None:
    found = measured(writable.client)
    for process in ("front", "keeper", "evaluator"):
        assert found["medkg_resident_memory_bytes", process] > 10 << 20
        assert found["medkg_open_fds", process] >= 3
    status = Path(f"/proc/{front(writable.process.pid)}/status").read_text(encoding="ascii")
    (resident,) = (int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("VmRSS:"))
    assert 0.5 < found["medkg_resident_memory_bytes", "front"] / resident < 2
    assert found["process_resident_memory_bytes",] > 10 << 20


@on_linux
def test_restarts_and_publications_are_counted(tmp_path: Path) -> None:
    with running(small(tmp_path), MEDKG_WRITE_TOKEN=TOKEN) as server:
        before = measured(server.client)
        assert before["medkg_front_restarts_total",] == before["medkg_keeper_restarts_total",] == 0
        assert before["medkg_last_publication_success",] == 1
        assert server.client.put(GRAPH, data="<x:s> <x:p> 1 .", content_type="text/turtle", headers=BEARER)
        os.kill(keeper(server.process.pid), signal.SIGKILL)
        until(lambda: measured(server.client)["medkg_keeper_restarts_total",] == 1)
        assert measured(server.client)["medkg_updates_total", "made"] == 1  # counted on by the one in its place
        snapshots, other = tmp_path / "snapshots", published(tmp_path, [])
        (snapshots / other / "manifest.json").write_text("{")
        write_pointer(snapshots, Pointer(snapshot=other, inputs="", shapes=""))
        until(lambda: measured(server.client)["medkg_last_publication_success",] == 0)
        refused = measured(server.client)["medkg_last_publication_timestamp_seconds",]
        assert refused >= before["medkg_last_publication_timestamp_seconds",]
        os.kill(front(server.process.pid), signal.SIGKILL)
        until(lambda: measured(server.client)["medkg_front_restarts_total",] == 1, seconds=30)

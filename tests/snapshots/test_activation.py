"""One snapshot after another: no update vanishes unasked, whatever is built, kept, forgotten, pruned or killed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from medkg.errors import SnapshotError, StaleUpdate
from medkg.settings import Settings
from medkg.snapshots.activation import UpdatePolicy
from medkg.snapshots.build import build, open_current
from medkg.snapshots.journal import Journal
from medkg.snapshots.publish import SNAPSHOTS_KEPT
from medkg.snapshots.rollback import rollback
from medkg.snapshots.snapshot import Snapshot, open_snapshot
from medkg.snapshots.storage import read_pointer
from tests.changes import stating
from tests.tiny_resources import Stages, forbid_titles, knows, let_pass, process, relabel, serving, strewn


@pytest.fixture
def updated(settings: Settings, resources: Path) -> Snapshot:
    """A snapshot that serves with two updates, while the data have changed."""
    snapshot = build(settings)
    for number in range(2):
        snapshot.journal.append(stating(number))
    relabel(resources, "ACDC of 2017")
    return snapshot


def says(snapshot: Snapshot) -> list[str]:
    """What updates have stated."""
    found = snapshot.store.query("SELECT ?it { <https://example.org/it> <https://example.org/says> ?it } ORDER BY ?it")
    return [solution["it"].value for solution in found]  # type: ignore[union-attr]


def remark(resources: Path) -> None:
    """A change of the data that changes nothing of the graph."""
    with (resources / "data" / "datasets" / "acdc.yaml").open("a", encoding="utf-8") as file:
        file.write("# a remark\n")


def test_a_build_over_updates_is_refused_with_the_ways_out(settings: Settings, updated: Snapshot) -> None:
    with pytest.raises(
        SnapshotError, match=r"^2 updates of the graph that serves would be lost: .*--keep-updates.*--d"
    ):
        build(settings)
    assert says(serving(settings)) == ["0", "1"]
    assert knows(serving(settings), "ACDC")


def test_what_is_opened_meanwhile_is_the_updated_graph_with_a_warning(
    settings: Settings, updated: Snapshot, capsys: pytest.CaptureFixture[str]
) -> None:
    stages = Stages()
    assert open_current(settings, progress=stages) == updated
    assert stages == []  # that a build is out of the question is known without one
    assert "2 updates of the graph that serves would be lost" in capsys.readouterr().err


def test_kept_updates_are_in_the_new_graph_and_still_in_the_old(settings: Settings, updated: Snapshot) -> None:
    snapshot = build(settings, updates=UpdatePolicy.KEEP)
    assert knows(snapshot, "ACDC of 2017")
    assert says(snapshot) == ["0", "1"]
    assert snapshot.journal.position == 2
    assert snapshot.revision.removeprefix(snapshot.digest) == updated.revision.removeprefix(updated.digest)
    assert says(rollback(settings)) == ["0", "1"]


def test_discarded_updates_are_gone(settings: Settings, updated: Snapshot) -> None:
    snapshot = build(settings, updates=UpdatePolicy.DISCARD)
    assert says(snapshot) == []
    assert snapshot.revision == snapshot.digest
    assert says(rollback(settings)) == []
    assert strewn(settings) == []


def test_updates_are_discarded_from_a_graph_that_is_up_to_date(settings: Settings) -> None:
    build(settings).journal.append(stating("it"))
    assert says(build(settings)) == ["it"]
    assert says(build(settings, updates=UpdatePolicy.KEEP)) == ["it"]
    assert says(build(settings, updates=UpdatePolicy.DISCARD)) == []


@pytest.mark.parametrize("again", [False, True])
def test_a_build_of_the_same_graph_leaves_its_updates_alone(settings: Settings, resources: Path, again: bool) -> None:
    build(settings).journal.append(stating("it"))
    remark(resources)
    assert says(build(settings, again=again)) == ["it"]


def test_the_graph_before_is_the_one_that_served_last(settings: Settings, updated: Snapshot, resources: Path) -> None:
    build(settings, updates=UpdatePolicy.KEEP)
    remark(resources)
    build(settings)
    pointer = read_pointer(updated.path.parent)
    assert pointer is not None
    assert pointer.before == updated.digest


def test_what_fails_leaves_the_updates_where_they_were(settings: Settings, updated: Snapshot, resources: Path) -> None:
    forbid_titles(resources)
    for updates in UpdatePolicy:
        with pytest.raises((ExceptionGroup, SnapshotError)):
            build(settings, updates=updates)
    assert says(serving(settings)) == ["0", "1"]


def test_updates_that_two_graphs_have_in_common_are_kept_once(
    settings: Settings, updated: Snapshot, resources: Path
) -> None:
    build(settings, updates=UpdatePolicy.KEEP).journal.append(stating("new only"))
    rollback(settings).journal.append(stating("old only"))
    snapshot = build(settings, updates=UpdatePolicy.KEEP)
    assert list(snapshot.journal.changes()) == [stating(each) for each in (0, 1, "new only", "old only")]


def test_a_damaged_journal_can_be_discarded_and_nothing_else(settings: Settings, updated: Snapshot) -> None:
    path = updated.journal.path
    path.write_bytes(path.read_bytes().replace(b'"0"', b'"7"'))
    for updates in (UpdatePolicy.REFUSE, UpdatePolicy.KEEP):
        with pytest.raises(SnapshotError, match="is damaged in update 1"):
            build(settings, updates=updates)
    with pytest.raises(SnapshotError, match="is damaged in update 1"):
        open_current(settings)
    assert says(build(settings, updates=UpdatePolicy.DISCARD)) == []
    assert strewn(settings) == []


def test_a_damaged_snapshot_gets_its_updates_back_with_its_rebuilding(settings: Settings) -> None:
    snapshot = build(settings)
    snapshot.journal.append(stating("it"))
    with (snapshot.path / "graph.nq").open("r+b") as file:
        file.write(b"#")
    found = open_current(settings)
    assert says(found) == ["it"]
    shutil.rmtree(found.path)
    assert says(open_current(settings)) == ["it"]


def test_updates_are_found_without_a_pointer_too(settings: Settings, updated: Snapshot) -> None:
    (updated.path.parent / "current.json").write_text("{")
    with pytest.raises(SnapshotError, match="2 updates of the graph that serves would be lost"):
        build(settings)
    assert says(build(settings, updates=UpdatePolicy.KEEP)) == ["0", "1"]


# ---- Pruning


def test_a_graph_whose_updates_were_kept_is_pruned_with_its_journal(
    settings: Settings, updated: Snapshot, resources: Path
) -> None:
    for number in range(SNAPSHOTS_KEPT):
        relabel(resources, f"ACDC {number}")
        build(settings, updates=UpdatePolicy.KEEP)
    assert not updated.path.exists()
    assert not updated.journal.path.exists()
    assert says(serving(settings)) == ["0", "1"]


def test_a_graph_with_updates_that_are_nowhere_else_is_not_pruned(
    settings: Settings, updated: Snapshot, resources: Path
) -> None:
    relabel(resources, "ACDC")
    remark(resources)
    build(settings)
    relabel(resources, "before")
    build(settings, updates=UpdatePolicy.KEEP)
    rollback(settings, updated.digest).journal.append(stating("later"))
    build(settings, updates=UpdatePolicy.DISCARD)
    lost = build_with_an_update_and_leave(settings, resources)
    for number in range(SNAPSHOTS_KEPT + 1):
        relabel(resources, f"ACDC {number}")
        build(settings)
    assert says(open_snapshot(lost.path)) == ["left"]
    assert len([path for path in lost.path.parent.iterdir() if path.is_dir()]) == SNAPSHOTS_KEPT + 1


def build_with_an_update_and_leave(settings: Settings, resources: Path) -> Snapshot:
    """A snapshot that serves no more and has an update."""
    relabel(resources, "left")
    lost = build(settings)
    lost.journal.append(stating("left"))
    rollback(settings)
    return lost


def test_a_journal_whose_snapshot_is_gone_is_kept_unless_its_updates_are_elsewhere(
    settings: Settings, updated: Snapshot, resources: Path
) -> None:
    orphan = Journal(updated.path.with_name(f"{'a' * 64}.rdfp"))
    shutil.copyfile(updated.journal.path, orphan.path)
    text = orphan.path.read_bytes().replace(updated.digest.encode(), b"a" * 64)
    orphan.path.write_bytes(text)
    other = Journal(updated.path.with_name(f"{'b' * 64}.rdfp"))
    other.path.write_bytes(text.replace(b"a" * 64, b"b" * 64))
    point_aside(updated, lambda: other.append(stating("its own")))
    build(settings, updates=UpdatePolicy.KEEP)
    assert not orphan.path.exists()
    assert other.position == 3


def point_aside(snapshot: Snapshot, act: Callable[[], object]) -> None:
    """Act while there is no pointer."""
    pointer = snapshot.path.parent / "current.json"
    text = pointer.read_bytes()
    pointer.unlink()
    act()
    pointer.write_bytes(text)


def test_discarding_takes_the_copies_along_and_no_other_update(settings: Settings, updated: Snapshot) -> None:
    build(settings, updates=UpdatePolicy.KEEP)  # the graph before has copies now
    build(settings, updates=UpdatePolicy.DISCARD)
    assert strewn(settings) == []
    assert says(open_snapshot(updated.path)) == []


# ---- At the same time, and killed

SERVER = """
from pathlib import Path
from medkg.errors import StaleUpdate
from medkg.snapshots.snapshot import open_snapshot
from medkg.snapshots.storage import read_pointer
from tests.changes import stating
snapshots, number = settings.home / "snapshots", 0
snapshot = None
while True:
    snapshot = snapshot or open_snapshot(snapshots / read_pointer(snapshots).snapshot)
    try:
        snapshot.journal.append(stating(number))
    except StaleUpdate:
        snapshot = None
        continue
    print(number, flush=True)
    number += 1
"""


def test_nothing_acknowledged_is_lost_while_graphs_change_under_a_server(settings: Settings, resources: Path) -> None:
    build(settings)
    server = process(settings, SERVER)
    assert server.stdout is not None
    acknowledged = list(islice(server.stdout, 1))
    for number in range(4):
        relabel(resources, f"ACDC {number}")
        build(settings, updates=UpdatePolicy.KEEP)
        acknowledged += islice(server.stdout, 5)
    server.kill()
    acknowledged += server.stdout
    server.communicate()
    number = len(acknowledged)
    assert acknowledged == [f"{each}\n" for each in range(number)]
    found = list(serving(settings).journal.changes())
    assert found in ([stating(each) for each in range(number)], [stating(each) for each in range(number + 1)])
    assert knows(serving(settings), "ACDC 3")


def test_an_update_that_comes_after_a_build_is_refused_by_the_graph_before(
    settings: Settings, updated: Snapshot
) -> None:
    build(settings, updates=UpdatePolicy.KEEP)
    with pytest.raises(StaleUpdate, match="is superseded"):
        updated.journal.append(stating("late"))
    assert updated.journal.position == 2


KILLED = """
import shutil
from itertools import count
from pathlib import Path
import pyshacl  # and what else a build imports, once for all children
from medkg.curation import load
from medkg import search
from medkg.rdf import lineage_register, quads, shapes
from medkg.snapshots.activation import UpdatePolicy
from tests.snapshots.killing import is_killed, touches

def act(arm):
    there = Settings(environment={**settings.environment, "MEDKG_HOME": str(home)})
    progress = lambda stage, done, total: stage == "writing the snapshot" and arm()
    build(there, updates=UpdatePolicy[sys.argv[1]], progress=progress)

for number in count(1):
    home = settings.home.with_name(f"home {number}")
    shutil.copytree(settings.home, home)
    is_there = is_killed(number, act, touches)
    print(home, flush=True)
    if not is_there:
        break
"""


@pytest.mark.parametrize("updates", [UpdatePolicy.KEEP, UpdatePolicy.DISCARD])
def test_a_build_killed_at_any_step_of_its_publishing_loses_no_update_unasked(
    settings: Settings, updated: Snapshot, resources: Path, updates: UpdatePolicy
) -> None:
    for number in range(SNAPSHOTS_KEPT):  # so that there is something to prune too, with copies of the updates
        last = build(settings, updates=UpdatePolicy.KEEP)
        relabel(resources, f"ACDC {number}")
    let_pass(resources)
    killing = process(settings, f"import sys\n{KILLED}", updates.name)
    assert killing.stdout is not None
    seen = []
    for line in killing.stdout:
        there = Settings(environment={**settings.environment, "MEDKG_HOME": line.strip()})
        snapshot = serving(there)
        seen.append((snapshot.digest == last.digest, says(snapshot)))
        assert says(build(there, updates=UpdatePolicy.KEEP)) == says(snapshot)
        assert knows(serving(there), f"ACDC {SNAPSHOTS_KEPT - 1}")
        assert [name for name in strewn(there) if not re.fullmatch(r"[0-9a-f]{64}\.rdfp", name)] == []
        shutil.rmtree(there.home)
    assert killing.communicate()[1] == ""
    assert len(seen) > 20
    assert (True, ["0", "1"]) in seen
    assert (False, ["0", "1"] if updates is UpdatePolicy.KEEP else []) in seen
    assert len({str(each) for each in seen}) == 2

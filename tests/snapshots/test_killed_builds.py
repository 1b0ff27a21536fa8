"""Builds that are killed, interrupted, out of room or not alone: whole snapshots only, and the last one serves."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from medkg.settings import Settings
from medkg.snapshots.build import STAGES, build
from tests.snapshots.rooms import in_a_room
from tests.tiny_resources import knows, process, relabel, serving, strewn

DIE_AT_STAGE = """
import os, signal, sys
def progress(stage, done, total):
    if stage == sys.argv[1]:
        os.kill(os.getpid(), signal.SIGKILL)
build(settings, progress=progress)
"""

SAY_STAGES = "build(settings, progress=lambda stage, done, total: print(stage, flush=True))"

WITHOUT_ROOM = """
import resource
from medkg.errors import SnapshotError
sys.dont_write_bytecode = True  # or modules that are imported from here on are cached in halves, for good
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
try:
    build(settings)
except SnapshotError as error:
    print(error)
"""


@pytest.fixture
def changed(settings: Settings, resources: Path) -> Settings:
    """The settings of a home where one snapshot serves and another is due."""
    build(settings)
    relabel(resources, "ACDC of 2017")
    return settings


@pytest.mark.parametrize("stage", STAGES)
def test_a_build_killed_at_any_stage_leaves_the_last_snapshot_serving(changed: Settings, stage: str) -> None:
    builder = process(changed, DIE_AT_STAGE, stage)
    builder.communicate()
    assert builder.returncode == -signal.SIGKILL
    assert knows(serving(changed), "ACDC")


def test_a_build_killed_after_its_last_stage_is_a_build(changed: Settings) -> None:
    process(changed, DIE_AT_STAGE, "done").communicate()
    assert knows(serving(changed), "ACDC of 2017")


@pytest.mark.parametrize("milliseconds", [0, 5, 10, 20, 30, 40, 60, 80])
def test_a_build_killed_while_it_writes_leaves_a_whole_snapshot_serving(changed: Settings, milliseconds: int) -> None:
    builder = process(changed, SAY_STAGES)
    assert builder.stdout is not None
    assert "writing the snapshot\n" in iter(builder.stdout.readline, "")
    time.sleep(milliseconds / 1000)
    builder.kill()
    builder.communicate()
    assert knows(serving(changed), "ACDC") or knows(serving(changed), "ACDC of 2017")


def test_what_a_killed_build_leaves_is_swept_by_the_next(changed: Settings) -> None:
    left = changed.home / "snapshots" / f"{'0' * 64}.partial-1" / "store"
    left.mkdir(parents=True)
    (left / "000012.sst").write_bytes(b"half")
    (changed.home / "snapshots" / "current.json.partial-1").write_text("{")
    assert knows(build(changed), "ACDC of 2017")
    assert strewn(changed) == []


@pytest.mark.parametrize("at", STAGES)
def test_an_interrupt_leaves_the_last_snapshot_and_nothing_beside(changed: Settings, at: str) -> None:
    def progress(stage: str, done: int, total: int) -> None:
        if stage == at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(changed, progress=progress)
    assert knows(serving(changed), "ACDC")
    assert strewn(changed) == []


@pytest.mark.parametrize("room", [0, 100, 4096, 20_000])
def test_a_build_without_room_says_so_and_leaves_the_last_snapshot_serving(changed: Settings, room: int) -> None:
    said, traceback = process(changed, WITHOUT_ROOM, str(room)).communicate()
    assert "no snapshot can be written" in said, traceback
    assert "make room" in said
    assert knows(serving(changed), "ACDC")
    assert strewn(changed) == []


def test_processes_that_build_at_once_all_get_the_snapshot(changed: Settings) -> None:
    builders = [process(changed, "print(open_current(settings).digest)") for _ in range(3)]
    printed = {builder.communicate()[0].strip() for builder in builders}
    assert printed == {serving(changed).digest}
    assert knows(serving(changed), "ACDC of 2017")
    assert strewn(changed) == []


def test_a_build_waits_for_the_one_before_it_and_takes_its_snapshot(changed: Settings) -> None:
    first = process(changed, f"import time\n{SAY_STAGES.replace('print(', 'time.sleep(0.1) or print(')}")
    assert first.stdout is not None
    first.stdout.readline()
    second, _ = process(changed, SAY_STAGES).communicate()
    first.communicate()
    assert second.splitlines() == ["waiting for another build"]


def test_a_full_disk_is_told_and_the_last_snapshot_serves_and_takes_no_update(settings: Settings) -> None:
    in_a_room(
        settings,
        """
good = build(settings)
good.journal.append(stating("in time"))
relabel(resources, "ACDC of 2017")
fill()
try:
    build(settings, updates=UpdatePolicy.KEEP)
except SnapshotError as error:
    assert "No space left on device; make room there" in str(error), error
warnings = []
assert open_current(settings, warn=warnings.append) == good
assert len(warnings) == 1, warnings
before = good.journal.path.read_bytes()
while True:  # until the last block of the file is full
    try:
        good.journal.append(stating("x" * 1000))
        before = good.journal.path.read_bytes()
    except StorageFull as error:
        assert "No space left on device; nothing of the update is kept" in str(error)
        break
assert good.journal.path.read_bytes() == before
(settings.home / "filler").unlink()
good.journal.append(stating("when there is room again"))
assert knows(build(settings, updates=UpdatePolicy.KEEP), "ACDC of 2017")
assert strewn(settings) == [f"{digest}.rdfp" for digest in sorted((good.digest, serving(settings).digest))]
""",
    )


def test_a_disk_that_nobody_may_write_to_is_told_and_read(settings: Settings) -> None:
    in_a_room(
        settings,
        """
good = build(settings)
good.journal.append(stating("in time"))
close()
assert open_current(settings) == good
assert len(good.on_disk()) == len(good.in_memory()) - 1 == good.manifest.quads
assert open_current(settings).revision == good.revision != good.digest
assert len(open_current(settings).store) == good.manifest.quads + 1
try:
    good.journal.append(stating("too late"))
    raise AssertionError
except StorageError as error:
    assert "Read-only file system; nothing of the update is kept, the file system is read-only" in str(error)
relabel(resources, "ACDC of 2017")
warnings = []
assert open_current(settings, warn=warnings.append) == good
assert "no snapshot can be written under" in warnings[0], warnings
""",
    )

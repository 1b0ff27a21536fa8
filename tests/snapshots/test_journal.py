"""Journals: what is acknowledged stays, what was interrupted never counts, what is damaged is refused."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store, parse

from medkg.errors import SnapshotError, StaleUpdate
from medkg.evaluation.changes import Change, apply
from medkg.snapshots.journal import Journal
from medkg.snapshots.patches import COMMIT
from medkg.snapshots.storage import Pointer, write_pointer
from tests.changes import changes, stating

in_its_own_time = settings(deadline=None)  # bringing something to the disk takes as long as it takes

A_FEW = st.lists(changes.filter(lambda change: not change.is_empty), max_size=4)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "a.rdfp")


@pytest.fixture
def kept(journal: Journal) -> Journal:
    """A journal of three updates, read by nobody yet."""
    for number in range(3):
        journal.append(stating(number))
    return Journal(journal.path)


def read(journal: Journal) -> list[Change]:
    return list(journal.changes())


def new(directory: str, made: list[Change]) -> Journal:
    journal = Journal(Path(directory) / "a.rdfp")
    for change in made:
        journal.append(change)
    return Journal(journal.path)


# ---- What is written


@in_its_own_time
@given(A_FEW)
def test_what_is_appended_is_read_back(made: list[Change]) -> None:
    with TemporaryDirectory() as directory:
        journal = new(directory, made)
        assert read(journal) == made
        assert journal.position == len(made)


def test_the_same_updates_make_the_same_state_and_others_another(tmp_path: Path) -> None:
    def state(directory: str, *texts: str) -> str:
        (tmp_path / directory).mkdir()
        journal = Journal(tmp_path / directory / "a.rdfp")
        for text in texts:
            journal.append(stating(text))
        return journal.revision

    states = [state("1", "x", "y"), state("2", "x", "y"), state("3", "y", "x"), state("4", "x"), state("5", "y")]
    assert states[0] == states[1]
    assert len(set(states)) == 4
    assert state("6") == "a"


def test_appending_gives_the_position(journal: Journal) -> None:
    assert journal.position == 0
    assert [journal.append(stating(number)) for number in range(3)] == [1, 2, 3]
    assert journal.position == 3


def test_changes_are_read_from_a_position_on(kept: Journal) -> None:
    assert [list(kept.changes(after=number)) for number in range(4)] == [read(kept)[number:] for number in range(4)]
    assert kept.position == 3
    Journal(kept.path).append(stating("more"))
    assert list(kept.changes(after=3)) == [stating("more")]


def test_a_change_of_nothing_is_not_written(journal: Journal) -> None:
    assert journal.append(Change()) == 0
    assert not journal.path.exists()


def test_the_file_is_an_rdf_patch_as_people_write_it(journal: Journal) -> None:
    quad = b"<x:s> <x:p> <x:o> <x:g> .\n"
    journal.append(Change(removed=quad, added=b"_:b <x:p> <x:o> .\n", dropped=("x:old",), created=("x:new",)))
    lines = journal.path.read_text().splitlines()
    assert lines[0] == 'H id "a.1" .'
    assert lines[1].startswith('H sha256 "')
    assert lines[3:] == [
        "H dropped <x:old> .",
        "H created <x:new> .",
        "TX .",
        "D <x:s> <x:p> <x:o> <x:g> .",
        "A _:b <x:p> <x:o> .",
        "TC .",
    ]


@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")  # rdflib's reader calls what rdflib gives up
def test_another_reader_of_rdf_patch_comes_to_the_same_rdf_dataset(journal: Journal) -> None:
    first = b'<x:s> <x:p> "a\\nb"@en <x:g> .\n<x:s> <x:p> <x:o> .\n'
    journal.append(Change(added=first, created=("x:empty",)))
    journal.append(Change(removed=b"<x:s> <x:p> <x:o> .\n", added=b'<x:t> <x:p> "1"^^<x:d> .\n'))
    store = Store()
    for change in journal.changes():
        apply(store, change)
    witness = rdflib.Dataset().parse(data=journal.path.read_bytes(), format="patch")
    seen = parse(witness.serialize(format="nquads", encoding="utf-8"), RdfFormat.N_QUADS)
    assert set(store) == set(seen)
    assert len(store) == 2


def test_the_line_that_commits_comes_after_all_else_is_on_the_disk(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_each: list[bytes] = []
    synchronise = os.fsync

    def watching(descriptor: int) -> None:
        synchronise(descriptor)
        at_each.append(journal.path.read_bytes())

    monkeypatch.setattr(os, "fsync", watching)
    journal.append(stating(1))
    whole = journal.path.read_bytes()
    assert at_each == [whole.removesuffix(COMMIT), whole, whole]  # the last is the directory's


# ---- What was interrupted


@in_its_own_time
@given(A_FEW, st.data())
def test_any_beginning_of_a_journal_reads_as_a_beginning_of_its_updates(
    made: list[Change], data: st.DataObject
) -> None:
    with TemporaryDirectory() as directory:
        journal = new(directory, made)
        text = journal.path.read_bytes() if made else b""
        cut = data.draw(st.integers(0, len(text)))
        journal.path.write_bytes(text[:cut])
        found = read(journal)
        assert found == made[: len(found)]
        assert len(found) == text[:cut].count(b"\n" + COMMIT)


def test_after_an_interrupted_write_the_next_goes_on_wherever_it_was(kept: Journal) -> None:
    text, (first, second, _) = kept.path.read_bytes(), read(kept)
    for cut in range(text.index(COMMIT) + len(COMMIT), text.index(COMMIT, len(text) // 2)):
        kept.path.write_bytes(text[:cut])
        journal = Journal(kept.path)
        assert journal.append(second) == 2
        assert journal.append(stating("end")) == 3
        assert read(Journal(kept.path)) == [first, second, stating("end")]


@pytest.mark.parametrize("what", [b"\0", b"\xff", b"x\n", b"H ", b"A <x:s> <x:p> <x:o> .\n"])
def test_what_a_loss_of_power_leaves_of_the_last_write_does_not_count(kept: Journal, what: bytes) -> None:
    text = kept.path.read_bytes()
    last = text.index(b'H id "a.3"')
    for kept_of_it in (0, 1, 20, 100):
        rest = (what * len(text))[: len(text) - last - len(COMMIT) - kept_of_it]
        kept.path.write_bytes(text[: last + kept_of_it] + rest)
        assert read(kept) == [stating(0), stating(1)]


@pytest.mark.parametrize("last", [b"", b"T", b"TC .", b"\0", b"\0" * 5])
def test_an_update_whose_last_line_is_not_all_there_does_not_count(kept: Journal, last: bytes) -> None:
    kept.path.write_bytes(kept.path.read_bytes().removesuffix(COMMIT) + last)
    assert kept.position == 2
    assert kept.append(stating("instead")) == 3
    assert read(kept)[2:] == [stating("instead")]


# ---- What is damaged


def test_one_byte_that_is_another_is_refused_wherever_it_is(kept: Journal) -> None:
    text = kept.path.read_bytes()
    for at in range(len(text)):
        kept.path.write_bytes(text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :])
        with pytest.raises(SnapshotError, match=r"a\.rdfp is damaged in update [123], at byte"):
            read(kept)


@in_its_own_time
@given(st.data())
def test_any_byte_of_any_value_instead_is_refused(data: st.DataObject) -> None:
    with TemporaryDirectory() as directory:
        journal = new(directory, [stating(number) for number in range(2)])
        text = bytearray(journal.path.read_bytes())
        at = data.draw(st.integers(0, len(text) - 1))
        text[at] = data.draw(st.integers(0, 255).filter(lambda value: value != text[at]))
        journal.path.write_bytes(text)
        with pytest.raises(SnapshotError, match="is damaged"):
            read(journal)
        with pytest.raises(SnapshotError, match="is damaged"):
            journal.append(stating(3))


def test_an_update_that_is_missing_twice_there_or_elsewhere_is_refused(kept: Journal) -> None:
    parts = [part + COMMIT for part in kept.path.read_bytes().split(COMMIT)[:-1]]
    for order in ((0, 2), (1, 2), (0, 0, 1, 2), (1, 0, 2), (0, 1, 1)):
        kept.path.write_bytes(b"".join(parts[each] for each in order))
        with pytest.raises(SnapshotError, match="is damaged in update"):
            read(kept)


def test_a_damaged_update_is_named_with_its_place_and_the_ways_out(kept: Journal) -> None:
    text = kept.path.read_bytes()
    kept.path.write_bytes(text.replace(b'"1"', b'"7"'))
    with pytest.raises(SnapshotError) as refused:
        _ = kept.position
    second = text.index(b'H id "a.2"')
    assert str(refused.value).startswith(f"{kept.path} is damaged in update 2, at byte {second}: put a copy")
    assert "--discard-updates" in str(refused.value)


def test_the_journal_of_another_snapshot_is_refused(kept: Journal) -> None:
    other = Journal(kept.path.rename(kept.path.with_name("b.rdfp")))
    with pytest.raises(SnapshotError, match="is damaged in update 1, at byte 0"):
        read(other)


def test_a_row_that_we_do_not_know_is_refused_though_its_digest_is_right(journal: Journal) -> None:
    from medkg.snapshots.patches import Patch, patch_text

    journal.path.write_bytes(patch_text("a", Patch(number=1, body=b"TX .\nPA <x:p> <x:ns> .\n")) + COMMIT)
    with pytest.raises(SnapshotError, match="is damaged in update 1"):
        read(journal)


def test_a_journal_that_cannot_be_read_is_no_empty_one(tmp_path: Path) -> None:
    (tmp_path / "a.rdfp").mkdir()
    with pytest.raises(SnapshotError, match="cannot be read"):
        _ = Journal(tmp_path / "a.rdfp").position


# ---- What is carried over


@in_its_own_time
@given(A_FEW, A_FEW, A_FEW)
def test_updates_carried_over_come_after_our_own_and_only_once(
    both: list[Change], ours: list[Change], theirs: list[Change]
) -> None:
    with TemporaryDirectory() as mine, TemporaryDirectory() as yours:
        own, other = new(mine, both + ours), new(yours, both + theirs)
        if ours[:1] != theirs[:1]:
            own.carry_over(other)
            assert read(Journal(own.path)) == both + ours + theirs
            assert own.contains(other)
        if not ours:
            own.carry_over(other)  # begun anew
            assert read(Journal(own.path)) == both + theirs
            assert own.append(stating("more")) == len(both + theirs) + 1
            assert own.contains(other)
            assert not other.contains(own)


# ---- What is put into a checkpoint


def told(text: str) -> Change:
    """A change that takes back what another one states."""
    return Change(removed=stating(text).added)


def test_a_checkpoint_leaves_position_and_revision_as_they_are_and_what_came_to_nothing_goes(kept: Journal) -> None:
    reader = Journal(kept.path)
    assert reader.position == 3
    kept.append(told("1"))
    before, size = kept.revision, kept.path.stat().st_size
    kept.compact()
    assert kept.path.stat().st_size < size
    assert (kept.position, kept.revision) == (4, before)
    assert (Journal(kept.path).position, Journal(kept.path).revision) == (4, before)
    assert {*b"".join(change.added for change in read(kept)).splitlines()} == {
        *(stating("0").added + stating("2").added).splitlines()
    }
    assert kept.append(stating("more")) == 5
    assert reader.position == 5  # anew, for it was in the middle of what is one update now
    assert reader.revision == kept.revision


def test_whoever_was_where_the_checkpoint_is_goes_on_and_whoever_was_in_the_middle_begins_anew(kept: Journal) -> None:
    there, behind = Journal(kept.path), Journal(kept.path)
    assert next(iter(behind.changes())) == stating(0)
    assert behind.last_read.position == 1
    assert there.position == 3
    kept.compact()
    kept.append(stating("more"))
    assert list(there.changes(after=3)) == [stating("more")]
    with pytest.raises(StaleUpdate):
        list(behind.changes(after=1))


def test_a_journal_of_nothing_is_not_put_into_a_checkpoint(journal: Journal) -> None:
    journal.compact()
    assert not journal.path.exists()
    assert not journal.is_bulky


def test_a_journal_is_bulky_once_it_has_grown_and_not_after_its_checkpoint(journal: Journal) -> None:
    for number in range(5):
        journal.append(stating(f"{number} {'x' * 900_000}"))
    assert journal.is_bulky
    journal.compact()
    assert not journal.is_bulky
    assert not Journal(journal.path).is_bulky
    for number in range(5):
        journal.append(stating(f"{number} {'y' * 900_000}"))
    assert journal.is_bulky
    assert journal.position == 10


@in_its_own_time
@given(st.lists(changes.filter(lambda change: not change.is_empty), min_size=1, max_size=4), st.data())
def test_one_byte_of_a_journal_with_a_checkpoint_that_is_another_is_refused(
    made: list[Change], data: st.DataObject
) -> None:
    with TemporaryDirectory() as directory:
        journal = new(directory, made)
        journal.compact()
        journal.append(stating("more"))
        text = bytearray(journal.path.read_bytes())
        assert text.startswith(b'H format "2" .')
        at = data.draw(st.integers(0, len(text) - 1))
        text[at] = data.draw(st.integers(0, 255).filter(lambda value: value != text[at]))
        journal.path.write_bytes(text)
        with pytest.raises(SnapshotError, match=r"is damaged|is of format"):
            read(Journal(journal.path))


@in_its_own_time
@given(A_FEW, A_FEW, st.booleans(), st.booleans())
def test_updates_in_checkpoints_are_carried_over_and_held_too(
    both: list[Change], theirs: list[Change], is_ours: bool, is_theirs: bool
) -> None:
    with TemporaryDirectory() as mine, TemporaryDirectory() as yours:
        own, other = new(mine, both), new(yours, both)
        if is_theirs:
            other.compact()
        for change in theirs:
            other.append(change)
        if is_ours:
            own.compact()
        own.carry_over(other)
        found = Journal(own.path)
        assert found.position == len(both + theirs)
        assert found.revision == other.revision
        assert found.contains(other)
        found.carry_over(other)
        assert Journal(own.path).position == len(both + theirs)


def test_updates_in_a_checkpoint_are_carried_over_to_a_journal_of_others(tmp_path: Path) -> None:
    own, other = Journal(tmp_path / "b.rdfp"), Journal(tmp_path / "a.rdfp")
    own.append(stating("ours"))
    for number in range(3):
        other.append(stating(number))
    other.compact()
    assert not own.contains(other)
    own.carry_over(other)
    first, second = Journal(own.path).changes()
    assert first == stating("ours")
    assert {*second.added.splitlines()} == {*b"".join(stating(number).added for number in range(3)).splitlines()}


# ---- Several at once


def test_an_update_to_a_graph_that_serves_no_more_is_refused(kept: Journal) -> None:
    write_pointer(kept.path.parent, Pointer(snapshot="b", inputs="", shapes=""))
    before = kept.path.read_bytes()
    with pytest.raises(StaleUpdate, match="is superseded, for b serves now"):
        kept.append(stating("late"))
    assert kept.path.read_bytes() == before
    write_pointer(kept.path.parent, Pointer(snapshot="a", inputs="", shapes=""))
    assert kept.append(stating("in time")) == 4


def test_a_refused_first_update_leaves_no_file(journal: Journal) -> None:
    write_pointer(journal.path.parent, Pointer(snapshot="b", inputs="", shapes=""))
    with pytest.raises(StaleUpdate):
        journal.append(stating("late"))
    assert not journal.path.exists()


def test_an_update_of_a_state_that_is_no_more_is_refused(kept: Journal) -> None:
    assert kept.append(stating("a"), after=3) == 4
    with pytest.raises(StaleUpdate, match="is at update 4, not 3"):
        kept.append(stating("b"), after=3)


def test_who_has_read_updates_that_are_forgotten_cannot_go_on(kept: Journal) -> None:
    assert kept.position == 3
    Journal(kept.path).remove()
    with pytest.raises(StaleUpdate, match="up to 3 are superseded"):
        kept.append(stating("late"))
    other = Journal(kept.path)
    for number in range(5):
        other.append(stating(f"other {number}"))
    with pytest.raises(StaleUpdate, match="up to 3 are superseded"):
        kept.append(stating("late"))
    with pytest.raises(StaleUpdate):
        list(kept.changes(after=3))
    assert kept.position == 5


def test_reading_waits_for_nobody(kept: Journal) -> None:
    with kept.lock():
        assert Journal(kept.path).position == 3


def test_writers_wait_for_each_other_even_where_the_file_is_gone_meanwhile(journal: Journal) -> None:
    late = threading.Thread(target=lambda: Journal(journal.path).append(stating("late")))
    with journal.lock():
        late.start()
        late.join(0.1)
        assert late.is_alive()
    late.join()
    assert read(journal) == [stating("late")]


APPEND = """
import sys
from pathlib import Path
from medkg.snapshots.journal import Journal
from tests.changes import stating
journal = Journal(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    print(journal.append(stating(f"{sys.argv[2]} {number}")), flush=True)
"""


def started(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_processes_that_append_at_once_lose_nothing_and_readers_see_whole_updates(journal: Journal) -> None:
    writers = [started(APPEND, journal.path, name, 150) for name in "abc"]
    seen = [0]
    while any(writer.poll() is None for writer in writers):
        found = read(Journal(journal.path))
        assert len(found) >= seen[-1]
        assert all(change.added.endswith(b'" .\n') for change in found)
        seen.append(journal.position)
    positions = [int(line) for writer in writers for line in writer.communicate()[0].split()]
    assert sorted(positions) == list(range(1, 451))
    for name in "abc":
        own = [change for change in read(journal) if f'"{name} '.encode() in change.added]
        assert own == [stating(f"{name} {number}") for number in range(150)]


# ---- What ends in the middle


@pytest.mark.parametrize("number", [1, 7, 40, 150])
def test_what_was_acknowledged_to_a_killed_writer_is_there(journal: Journal, number: int) -> None:
    writer = started(APPEND, journal.path, "a", 10**6)
    assert writer.stdout is not None
    acknowledged = [int(line) for line in islice(writer.stdout, number)]
    writer.kill()
    acknowledged += map(int, writer.stdout)
    writer.communicate()
    found = read(journal)
    assert acknowledged == list(range(1, len(acknowledged) + 1))
    assert len(found) in (len(acknowledged), len(acknowledged) + 1)
    assert found == [stating(f"a {each}") for each in range(len(found))]
    assert journal.append(stating("next")) == len(found) + 1


KILLED = """
import sys
from itertools import count
from pathlib import Path
from medkg.snapshots.journal import Journal
from tests.changes import stating
from tests.snapshots.killing import is_killed, lines

def act(arm):
    journal = Journal(path)
    arm()
    journal.append(stating("second"))

for number in count(1):
    path = Path(sys.argv[1]) / f"{number}.rdfp"
    Journal(path).append(stating("first"))
    was_killed = is_killed(number, act, lines)
    print(path, flush=True)
    if not was_killed:
        break
"""


def test_a_writer_killed_at_any_line_leaves_its_update_whole_or_not_at_all(tmp_path: Path) -> None:
    said, wrong = started(KILLED, tmp_path).communicate()
    assert wrong == ""
    journals = [Journal(Path(line)) for line in said.splitlines()]
    found = [read(journal) for journal in journals]
    assert len(found) > 30
    assert sorted(found, key=len) == found  # once it is there, it stays
    assert all(each in ([stating("first")], [stating("first"), stating("second")]) for each in found)
    assert [len(each) for each in (found[0], found[-1])] == [1, 2]
    for journal, each in zip(journals, found, strict=True):
        assert journal.append(stating("next")) == len(each) + 1
        assert read(Journal(journal.path)) == [*each, stating("next")]


ROOM = """
import resource, signal, sys
from pathlib import Path
from medkg.errors import StorageFull
from medkg.snapshots.journal import Journal
from tests.changes import stating
journal = Journal(Path(sys.argv[1]))
sys.dont_write_bytecode = True  # or modules that are imported from here on are cached in halves, for good
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
for room in range(int(sys.argv[2]), int(sys.argv[2]) + 400):
    before = journal.path.read_bytes() if journal.path.exists() else None
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, most))
    try:
        print(journal.append(stating("x" * 100)))
        break
    except StorageFull as error:
        assert "File too large; nothing of the update is kept, make room there" in str(error)
        assert (journal.path.read_bytes() if journal.path.exists() else None) == before
"""


@pytest.mark.parametrize("number", [0, 2])
def test_an_update_for_which_there_is_no_room_leaves_nothing_however_far_it_came(journal: Journal, number: int) -> None:
    for each in range(number):
        journal.append(stating(each))
    size = journal.path.stat().st_size if number else 0
    said, wrong = started(ROOM, journal.path, size).communicate()
    assert (said, wrong) == (f"{number + 1}\n", "")
    assert read(journal) == [*map(stating, range(number)), stating("x" * 100)]

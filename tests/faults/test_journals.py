"""Journals that are damaged under a server: nothing more is acknowledged, and nothing that was is given up silently."""

from __future__ import annotations

import gzip
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from medkg.settings import Settings
from medkg.snapshots.build import build
from tests.faults.asking import ask, get, metric, update
from tests.faults.commands import medkg
from tests.faults.conftest import impatient
from tests.processes import keeper, kill, on_linux, until
from tests.servers import Running
from tests.site import tiny
from tests.tiny_resources import relabel

LATER = 10
"""Updates that are tried after the damage."""

QUESTION = "SELECT ?number { <e:it> <e:says> ?number } ORDER BY ?number"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a small graph that is built, after another one."""
    settings = tiny.settings(tmp_path)
    build(settings)
    relabel(settings.resources, "ACDC of 2017")
    build(settings)
    return settings


@contextmanager
def serving(settings: Settings) -> Iterator[Running]:
    """A server on the graph of the settings."""
    with impatient(settings.home, seconds="20", **settings.environment) as server:
        yield server


def state(server: Running, number: int) -> int:
    """The status of an update that states a number."""
    reply = update(server, f"INSERT DATA {{ <e:it> <e:says> {number} }}")
    assert reply.status == 204 or reply.problem["title"], reply
    return reply.status


def stated(server: Running) -> list[int]:
    """The numbers that have been stated."""
    rows = ask(server, QUESTION).json["results"]["bindings"]
    return [int(row["number"]["value"]) for row in rows]


def revision(server: Running) -> str:
    """What the server says it serves."""
    return str(get(server, "/readyz").json["revision"])


def journal(settings: Settings) -> Path:
    """The one journal there is."""
    (found,) = (settings.home / "snapshots").glob("*.rdfp")
    return found


def aside(settings: Settings) -> list[Path]:
    """What was set aside."""
    return sorted((settings.home / "aside").glob("*"))


def flip(path: Path, at: int) -> None:
    """Change a bit of a file."""
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def is_refused(settings: Settings) -> str:
    """What a server says that does not start for a damaged journal."""
    with pytest.raises(RuntimeError, match="did not start") as refused, serving(settings):
        pass
    return str(refused.value)


# ---- Damage


def test_a_server_whose_journal_is_damaged_takes_no_update_and_goes_on_with_all_it_acknowledged(
    settings: Settings,
) -> None:
    with serving(settings) as server:
        assert [state(server, number) for number in range(5)] == [204] * 5
        before = revision(server)
        flip(journal(settings), 300)
        damaged = journal(settings).read_bytes()
        assert [state(server, number) for number in range(5, 5 + LATER)] == [503] * LATER
        assert journal(settings).read_bytes() == damaged
        health = get(server, "/readyz")
        assert (health.status, health.json["queries"], health.json["updates"]) == (503, "ready", "not ready")
        assert metric(server, "medkg_journal_damaged") == 1
        assert (revision(server), stated(server)) == (before, [0, 1, 2, 3, 4])
        assert server.has_said("no update is stored any more")
        assert server.said.count("no update is stored any more") == 1


def test_damage_is_known_though_nobody_writes(settings: Settings) -> None:
    with serving(settings) as server:
        assert state(server, 1) == 204
        flip(journal(settings), 20)
        until(lambda: get(server, "/readyz").status == 503)
        assert stated(server) == [1]


def test_a_server_does_not_begin_behind_what_was_acknowledged(settings: Settings) -> None:
    with serving(settings) as server:
        assert [state(server, number) for number in range(5)] == [204] * 5
    flip(journal(settings), 20)
    said = is_refused(settings)
    assert f"{journal(settings)} is damaged in update 1, at byte 0" in said
    assert "medkg journal salvage" in said
    assert medkg(settings, "query", QUESTION).status == 1


@on_linux
def test_a_server_whose_keeper_dies_then_does_not_fall_back_behind_what_was_acknowledged(settings: Settings) -> None:
    with serving(settings) as server:
        assert state(server, 1) == 204
        before, whole = revision(server), journal(settings).read_bytes()
        flip(journal(settings), 20)
        kill(keeper(server.process.pid))
        assert server.has_said("no snapshot can be served until this is repaired")
        health = get(server, "/readyz")
        assert (health.status, health.json["revision"], health.json["queries"]) == (503, before, "not ready")
        journal(settings).write_bytes(whole)
        os.kill(server.process.pid, signal.SIGHUP)
        until(lambda: get(server, "/readyz").status == 200)
        assert (revision(server), stated(server)) == (before, [1])


def test_a_journal_that_is_put_right_takes_updates_again(settings: Settings) -> None:
    with serving(settings) as server:
        assert state(server, 1) == 204
        whole = journal(settings).read_bytes()
        flip(journal(settings), 20)
        assert state(server, 2) == 503
        journal(settings).write_bytes(whole)
        assert state(server, 2) == 204
        until(lambda: get(server, "/readyz").status == 200)
    with serving(settings) as server:
        assert stated(server) == [1, 2]


def as_crlf(text: bytes) -> bytes:
    """A text as another system has it."""
    return text.replace(b"\n", b"\r\n")


FORMS = pytest.mark.parametrize("form", [as_crlf, gzip.compress, lambda _: b"\x7fELF" * 99, lambda text: b"\n" + text])
Form = Callable[[bytes], bytes]


@FORMS
def test_a_journal_in_no_form_that_is_known_is_refused_and_not_written_over(settings: Settings, form: Form) -> None:
    with serving(settings) as server:
        assert [state(server, number) for number in range(3)] == [204] * 3
        text = form(journal(settings).read_bytes())
        journal(settings).write_bytes(text)
        assert [state(server, number) for number in range(3, 6)] == [503] * 3
        assert stated(server) == [0, 1, 2]
    assert "is damaged" in is_refused(settings)
    assert journal(settings).read_bytes() == text


def test_a_journal_of_a_newer_medkg_is_left_alone(settings: Settings) -> None:
    with serving(settings) as server:
        assert state(server, 1) == 204
    text = b'H format "9" .\n' + journal(settings).read_bytes()
    journal(settings).write_bytes(text)
    assert "is of format 9" in is_refused(settings)
    ran = medkg(settings, "journal", "salvage")
    assert (ran.status, "is of format 9" in ran.err) == (1, True), ran
    assert journal(settings).read_bytes() == text


def test_what_an_interrupted_write_left_is_cut_off_and_told(settings: Settings) -> None:
    with serving(settings) as server:
        assert state(server, 1) == 204
    with journal(settings).open("ab") as file:
        file.write(b'H id "half an update')
    assert "20 bytes of an interrupted write" in medkg(settings, "journal", "check").out
    with serving(settings) as server:
        assert state(server, 2) == 204
        assert stated(server) == [1, 2]
        assert server.has_said("20 bytes of an interrupted write are cut off")


# ---- Salvage


def test_a_check_names_what_is_damaged_and_changes_nothing(settings: Settings) -> None:
    with serving(settings) as server:
        assert [state(server, number) for number in range(3)] == [204] * 3
    ran = medkg(settings, "journal", "check")
    assert (ran.status, ran.out.splitlines()[1].split("\t")[1], ran.err) == (0, "3", "")
    flip(journal(settings), journal(settings).stat().st_size // 2)
    damaged = journal(settings).read_bytes()
    ran = medkg(settings, "journal", "check")
    assert (ran.status, ran.out.splitlines()[1].split("\t")[1:]) == (1, ["1", f"{len(damaged):,}", "yes", "damaged"])
    assert "is damaged in update 2" in ran.err
    assert journal(settings).read_bytes() == damaged


def test_salvage_keeps_what_can_be_read_before_and_after_the_damage_and_names_what_is_lost(settings: Settings) -> None:
    with serving(settings) as server:
        assert [state(server, number) for number in range(5)] == [204] * 5
        before = revision(server)
    whole = journal(settings).read_bytes()
    flip(journal(settings), whole.index(b"says> 1"[:-1], whole.index(b"TC .")))
    damaged = journal(settings).read_bytes()
    ran = medkg(settings, "journal", "salvage")
    assert ran.status == 0, ran
    assert "4 updates kept" in ran.out
    assert "lost: 1 update at bytes" in ran.out
    assert [path.read_bytes() for path in aside(settings)] == [damaged]
    assert str(aside(settings)[0]) in ran.out
    assert medkg(settings, "journal", "check").status == 0
    with serving(settings) as server:
        assert stated(server) == [0, 2, 3, 4]
        assert revision(server) != before
        assert state(server, 5) == 204
    assert "no journal is damaged" in medkg(settings, "journal", "salvage").out


def test_salvage_keeps_an_update_whose_digest_fits_though_its_place_or_end_is_damaged(settings: Settings) -> None:
    with serving(settings) as server:
        assert [state(server, number) for number in range(3)] == [204] * 3
    whole = journal(settings).read_bytes()
    first, length, last = whole.index(b'.1" .') + 1, whole.index(b'bytes "') + 7, whole.rindex(b"TC .")
    for at in (first, length, last, first - 10):
        journal(settings).write_bytes(whole)
        flip(journal(settings), at)
        ran = medkg(settings, "journal", "salvage")
        assert (ran.status, "3 updates kept" in ran.out) == (0, True), (at, ran)
        assert journal(settings).read_bytes() == whole


def test_a_server_takes_over_what_was_salvaged(settings: Settings) -> None:
    with serving(settings) as server:
        assert [state(server, number) for number in range(3)] == [204] * 3
        flip(journal(settings), 20)
        until(lambda: get(server, "/readyz").status == 503)
        assert medkg(settings, "journal", "salvage").status == 0
        until(lambda: get(server, "/readyz").status == 200)
        assert len(stated(server)) >= 2
        assert state(server, 3) == 204


@FORMS
def test_salvage_of_what_is_no_journal_sets_it_aside(settings: Settings, form: Form) -> None:
    with serving(settings) as server:
        assert state(server, 1) == 204
    text = form(journal(settings).read_bytes())
    journal(settings).write_bytes(text)
    assert medkg(settings, "journal", "salvage").status == 0
    assert [path.read_bytes() for path in aside(settings)] == [text]
    with serving(settings) as server:
        assert state(server, 2) == 204


@pytest.mark.parametrize("is_damaged", [False, True])
def test_discarded_updates_are_set_aside_with_the_time(settings: Settings, is_damaged: bool) -> None:
    with serving(settings) as server:
        assert state(server, 1) == 204
    if is_damaged:
        flip(journal(settings), 20)
    text = journal(settings).read_bytes()
    ran = medkg(settings, "build", "--discard-updates")
    assert ran.status == 0, ran
    (path,) = aside(settings)
    assert path.read_bytes() == text
    assert ("damaged-2" if is_damaged else "discarded-2") in path.name
    assert str(path) in ran.err
    with serving(settings) as server:
        assert stated(server) == []

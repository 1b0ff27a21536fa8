"""A newer version of a catalogue: what it changes, and keys that stay with their entries."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from medkg.catalogs.changes import changes, keys, slug, with_lasting_keys
from medkg.model.entries import Catalog, Entry, Link
from medkg.model.fields import SLUG


def entry(name: str, line: int, url: str | None = None, **fields: object) -> Entry:
    links = (Link(role="homepage", url=url),) if url else ()
    return Entry(key="", line=line, name=name, links=links, **fields)  # type: ignore[arg-type]


def reading(*entries: Entry) -> Catalog:
    """A catalogue as it is read: keys by name and order of lines."""
    keyed = zip(entries, keys(each.name for each in entries), strict=True)
    made = (replace(each, key=key) for each, key in keyed)
    return Catalog(title="A", entries=tuple(made))


def lasting(after: Catalog, before: Catalog) -> dict[str, int]:
    """The line of each entry of the newer reading by its lasting key."""
    return {each.key: each.line for each in with_lasting_keys(after, before).entries}


def test_the_same_entries_on_other_lines_have_moved_and_not_changed() -> None:
    before, after = reading(entry("LiTS", 1), entry("ACDC", 2)), reading(entry("LiTS", 4), entry("ACDC", 2))
    found = changes(before, after)
    assert not found
    assert found.moved == 1


def test_added_changed_and_gone_entries_are_named_by_key() -> None:
    before = reading(entry("LiTS", 1), entry("ACDC", 2), entry("CHAOS", 3))
    after = reading(entry("ACDC", 1, modality=("mr",), released="2017"), entry("KiTS", 2), entry("CHAOS", 3))
    found = changes(before, after)
    assert found
    assert (found.added, found.changed, found.gone) == (("kits",), {"acdc": ("modality", "released")}, ("lits",))
    assert found.moved == 0


def test_a_further_row_of_a_name_above_leaves_the_old_row_its_key() -> None:
    before = reading(entry("COVID-19", 1, "https://a.org"))
    after = reading(entry("COVID-19", 1, "https://b.org"), entry("COVID-19", 2, "https://a.org"))
    assert lasting(after, before) == {"covid-19": 2, "covid-19-2": 1}


def test_rows_of_one_name_keep_their_keys_when_they_change_places() -> None:
    one, two = entry("COVID-19", 1, "https://a.org"), entry("COVID-19", 2, "https://b.org")
    after = reading(entry("COVID-19", 1, "https://b.org"), entry("COVID-19", 2, "https://a.org"))
    assert lasting(after, reading(one, two)) == {"covid-19": 2, "covid-19-2": 1}


def test_a_row_that_goes_takes_its_key_along() -> None:
    before = reading(entry("COVID-19", 1, "https://a.org"), entry("COVID-19", 2, "https://b.org"))
    assert lasting(reading(entry("COVID-19", 1, "https://b.org")), before) == {"covid-19-2": 1}


def test_a_key_that_was_ever_another_entrys_is_not_given_again() -> None:
    before = reading(entry("COVID-19", 1, "https://a.org"), entry("COVID-19", 2, "https://b.org"))
    three = [entry("COVID-19", line, f"https://{host}.org") for line, host in ((1, "c"), (2, "b"), (3, "a"))]
    assert lasting(reading(*three), before) == {"covid-19": 3, "covid-19-2": 2, "covid-19-3": 1}


def test_lasting_keys_last_when_the_same_file_is_read_once_more() -> None:
    before = reading(entry("COVID-19", 1, "https://a.org"))
    after = reading(entry("COVID-19", 1, "https://b.org"), entry("COVID-19", 2, "https://a.org"))
    kept = with_lasting_keys(after, before)
    assert with_lasting_keys(after, kept) == kept


NAMES = st.lists(st.sampled_from(["A", "a", "A-2", "a 2", "a-2-2", "肝", "!"]) | st.text(max_size=6), max_size=12)


@given(st.text())
def test_any_name_gives_a_slug(name: str) -> None:
    assert re.fullmatch(SLUG, slug(name))


@given(NAMES)
def test_keys_are_unique_and_keys(names: list[str]) -> None:
    found = list(keys(names))
    assert len(found) == len(set(found)) == len(names)
    assert all(re.fullmatch(SLUG, key) for key in found)


@given(NAMES)
def test_the_first_of_a_name_has_its_slug(names: list[str]) -> None:
    firsts = {slug(name): index for index, name in reversed(list(enumerate(names)))}
    found = list(keys(names))
    assert all(found[index] == name for name, index in firsts.items())


@given(NAMES, st.lists(st.sampled_from(["B", "Other", "肾"]), max_size=4), st.integers(min_value=0, max_value=12))
def test_other_entries_coming_between_change_no_key(names: list[str], others: list[str], place: int) -> None:
    if {slug(name) for name in names} & {slug(other) for other in others}:
        return
    place = min(place, len(names))
    found = list(keys([*names[:place], *others, *names[place:]]))
    assert found[:place] + found[place + len(others) :] == list(keys(names))


def test_ordinals_pass_over_names_that_end_in_one() -> None:
    assert list(keys(["A", "A", "A-2", "A"])) == ["a", "a-3", "a-2", "a-4"]

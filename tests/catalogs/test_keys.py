from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from medkg.catalogs.changes import keys, slug
from medkg.model.fields import SLUG

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

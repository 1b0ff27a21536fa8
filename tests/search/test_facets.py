"""Choosing by facet: what a dataset bears decides, counts tell what each choice would leave, and orders hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.errors import SnapshotError, UnknownName
from medkg.model.claims import Claim, Evidence
from medkg.model.collection import Records
from medkg.model.entries import Catalog, Count, Entry, Event, Licence
from medkg.model.records import Challenge, Dataset, Decision, EntryMatch
from medkg.model.vocabularies import Concept, Vocabulary
from medkg.rdf.lineage_register import register
from medkg.search import KINDS, FacetValue, completions, find, index, regions, relaxations, search, similar_labels
from medkg.search.index_writer import write_index
from medkg.search.schemes import Span, span


def vocabulary(*concepts: Concept) -> Vocabulary:
    return Vocabulary(title="T", definition="D.", concepts=concepts)


VOCABULARIES = {
    "anatomy": vocabulary(
        Concept(key="trunk", label="trunk"),
        Concept(key="abdomen", label="abdomen", broader=("trunk",)),
        Concept(key="digestive-system", label="digestive system"),
        Concept(key="liver", label="liver", label_zh="肝脏", broader=("abdomen", "digestive-system")),
        Concept(key="kidney", label="kidney", label_zh="肾脏", broader=("abdomen",)),
        Concept(key="brain", label="brain", label_zh="脑"),
    ),
    "modality": vocabulary(
        Concept(key="ct", label="Computed tomography", synonyms=("CT",)),
        Concept(key="mr", label="Magnetic resonance imaging", synonyms=("MR",)),
    ),
    "task": vocabulary(Concept(key="segmentation", label="Segmentation", label_zh="分割")),
    "venue": vocabulary(Concept(key="miccai", label="MICCAI")),
    "licence": vocabulary(
        Concept(key="free", label="Free", conditions=("commercial-use", "attribution")),
        Concept(key="unfree", label="Unfree", conditions=("non-commercial", "attribution")),
    ),
    "condition": vocabulary(
        Concept(key="commercial-use", label="Commercial use allowed", label_zh="允许商业使用"),
        Concept(key="non-commercial", label="No commercial use", synonyms=("NC",)),
        Concept(key="attribution", label="Attribution"),
    ),
}
A = (
    Entry(
        key="lits",
        line=1,
        name="LiTS",
        modality=("ct",),
        anatomy=("liver",),
        task=("segmentation",),
        counts=(Count(value=201, unit="case"),),
        licence=Licence(text="Unfree", key="unfree"),
        released="2017-03",
    ),
    Entry(
        key="kits",
        line=2,
        name="KiTS",
        modality=("ct",),
        anatomy=("kidney",),
        counts=(Count(value=300, unit="case", approximate=True),),
        licence=Licence(text="Free", key="free"),
        events=(Event(venue="miccai", year=2019), Event(venue="miccai", year=2021)),
    ),
    Entry(key="brats", line=3, name="BraTS", modality=("mr",), anatomy=("brain",), task=("segmentation",)),
)
B = (
    Entry(key="lits", line=1, name="LiTS", counts=(Count(value=131, unit="case", role="train"),)),
    Entry(
        key="chaos",
        line=2,
        name="CHAOS",
        modality=("ct", "mr"),
        anatomy=("abdomen",),
        counts=(Count(value=9, unit="case"),),
    ),
)
EVIDENCE = (Evidence(basis="catalog", catalog="a", key="lits"),)


def standing(*places: str) -> tuple[EntryMatch, ...]:
    parts = (place.split("/") for place in places)
    return tuple(EntryMatch(catalog=catalog, key=key, basis="catalog", reason="So.") for catalog, key in parts)


DATASETS = {
    "brats": Dataset(label="BraTS", kind="series", entries=standing("a/brats")),
    "chaos": Dataset(
        label="CHAOS",
        title_zh="混沌",
        entries=standing("b/chaos"),
        decisions=(Decision(field="released", value="2020", basis="literature", reason="So."),),
    ),
    "kits": Dataset(label="KiTS", entries=standing("a/kits")),
    "lits": Dataset(label="LiTS", entries=standing("a/lits", "b/lits")),
    "part": Dataset(label="Part of LiTS", claims=(Claim(relation="subsetOf", object="lits", evidence=EVIDENCE),)),
    "maybe": Dataset(
        label="Maybe LiTS",
        claims=(Claim(relation="derivedFrom", object="lits", extent="part", certainty="hedged", evidence=EVIDENCE),),
    ),
    "sourceless": Dataset(
        label="Sourceless", claims=(Claim(relation="derivedFrom", extent="part", evidence=EVIDENCE),)
    ),
    "old": Dataset(label="Old", replaced_by="lits"),
}
CHALLENGES = {
    "brats-2018": Challenge(label="BraTS 2018", year=2018, datasets=("brats",)),
    "brats-2012": Challenge(label="BraTS 2012", alternative=("Tumour challenge",), year=2012, datasets=("brats",)),
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of a few datasets that differ in everything one can choose by."""
    found = tmp_path_factory.mktemp("facets") / "search.sqlite"
    catalogs = {"a": Catalog(title="First list", entries=A), "b": Catalog(title="Second list", entries=B)}
    records = Records(catalogs=catalogs, datasets=DATASETS, challenges=CHALLENGES, vocabularies=VOCABULARIES)
    write_index(records, register(records), found)
    return found


Names = Mapping[str, Sequence[str]]


def slugs(path: Path, text: str = "", names: Names | None = None, sort: str = "best") -> list[str]:
    with find(path, text, names) as answer:
        return [card.slug for card, _ in answer.cards(sort)]


def counted(path: Path, facet: str, text: str = "", names: Names | None = None) -> dict[str, int]:
    with find(path, text, names) as answer:
        (values,) = (each.values for each in answer.counts() if each.facet.name == facet)
    return {each.key: each.count for each in flat(values)}


def flat(values: Iterable[FacetValue]) -> Iterable[FacetValue]:
    for each in values:
        yield each
        yield from flat(each.narrower)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ({"anatomy": ("liver",)}, {"lits"}),
        ({"anatomy": ("abdomen",)}, {"lits", "kits", "chaos"}),
        ({"anatomy": ("digestive system",)}, {"lits"}),
        ({"anatomy": ("肝脏", "kidney")}, {"lits", "kits"}),
        ({"anatomy": ("abdomen",), "modality": ("MR",)}, {"chaos"}),
        ({"licence": ("attribution",)}, {"lits", "kits"}),
        ({"licence": ("NC",)}, {"lits"}),
        ({"licence": ("允许商业使用",)}, {"kits"}),
        ({"licence": ("unknown",)}, {"brats", "chaos", "part", "maybe", "sourceless"}),
        ({"year": ("2017",)}, {"lits"}),
        ({"year": ("2012",)}, {"brats"}),
        ({"year": ("2019",)}, {"kits"}),
        ({"year": ("2018-2020",)}, {"kits", "chaos"}),
        ({"year": ("2019-",)}, {"kits", "chaos"}),
        ({"year": ("-2012", "2020")}, {"brats", "chaos"}),
        ({"year": ("unknown",)}, {"part", "maybe", "sourceless"}),
        ({"cases": ("100-999",)}, {"lits", "kits"}),
        ({"cases": ("250 – 300",)}, {"kits"}),
        ({"cases": ("9",)}, {"chaos"}),
        ({"cases": ("unknown",)}, {"brats", "part", "maybe", "sourceless"}),
        ({"catalog": ("b",)}, {"lits", "chaos"}),
        ({"catalog": ("First list",)}, {"lits", "kits", "brats"}),
        ({"lineage": ("any",)}, {"lits", "part", "maybe", "sourceless"}),
        ({"lineage": ("definite",)}, {"lits", "part"}),
        ({"lineage": ("possible",)}, {"lits", "maybe"}),
        ({"lineage": ("open",)}, {"sourceless"}),
        ({"lineage": ("none-known",)}, {"brats", "chaos", "kits", "sourceless"}),
        ({"lineage": ("open", "definite"), "catalog": ("a",)}, {"lits"}),
    ],
    ids=lambda value: "" if isinstance(value, set) else str(value),  # a set is written otherwise each time
)
def test_what_a_dataset_bears_decides(path: Path, names: Names, found: set[str]) -> None:
    assert set(slugs(path, names=names)) == found


def test_what_is_replaced_is_not_found(path: Path) -> None:
    assert sorted(slugs(path)) == sorted({*DATASETS} - {"old"})


def test_a_value_counts_what_is_narrower(path: Path) -> None:
    assert counted(path, "anatomy") == {
        "trunk": 3,
        "abdomen": 3,
        "liver": 1,
        "kidney": 1,
        "digestive-system": 1,
        "brain": 1,
    }


def test_a_value_stands_under_the_first_that_is_wider_or_under_all(path: Path) -> None:
    with find(path) as answer:
        once, every = (
            {
                each.key: [part.key for part in each.narrower]
                for each in flat(answer.counts(under_all=under_all)[0].values)
            }
            for under_all in (False, True)
        )
    assert (once["digestive-system"], once["abdomen"]) == ([], ["liver", "kidney"])
    assert (every["digestive-system"], every["abdomen"]) == (["liver"], ["liver", "kidney"])


def test_counts_tell_what_the_other_facets_leave(path: Path) -> None:
    assert counted(path, "modality", names={"anatomy": ("abdomen",)}) == {"ct": 3, "mr": 1}
    assert counted(path, "anatomy", names={"anatomy": ("liver",)}) == counted(path, "anatomy")
    assert counted(path, "year", text="LiTS") == {"2017": 1, "unknown": 2}


def test_a_choice_without_datasets_is_counted_all_the_same(path: Path) -> None:
    assert counted(path, "anatomy", names={"anatomy": ("brain",), "modality": ("ct",)})["brain"] == 0


def test_a_span_of_ones_own_is_counted_beside_the_others(path: Path) -> None:
    assert counted(path, "cases", names={"cases": ("200-299",)}) == {
        "200-299": 1,
        "0-9": 1,
        "100-999": 2,
        "unknown": 4,
    }


@given(
    names=st.fixed_dictionaries(
        {},
        optional={
            "anatomy": st.lists(st.sampled_from(["trunk", "liver", "kidney", "brain"]), max_size=2),
            "modality": st.lists(st.sampled_from(["ct", "mr"]), max_size=2),
            "year": st.lists(st.sampled_from(["2017", "2018-", "unknown"]), max_size=2),
            "lineage": st.lists(st.sampled_from(["any", "possible", "none-known"]), max_size=2),
        },
    ),
    text=st.sampled_from(["", "lits", "segmentation", "CT"]),
)
def test_a_count_is_what_its_choice_would_find(path: Path, names: dict[str, list[str]], text: str) -> None:
    for facet in ("anatomy", "modality", "year", "lineage", "catalog", "licence"):
        for value, count in counted(path, facet, text, names).items():
            assert len(slugs(path, text, {**names, facet: [value]})) == count


def test_an_answer_comes_in_the_order_that_is_asked_for(path: Path) -> None:
    assert slugs(path, sort="name") == ["brats", "chaos", "kits", "lits", "maybe", "part", "sourceless"]
    assert slugs(path, sort="year")[:4] == ["chaos", "kits", "lits", "brats"]
    assert slugs(path, sort="cases")[:3] == ["kits", "lits", "chaos"]
    assert slugs(path, "liver kidney brain", {"modality": ("ct",)}, sort="name") == []
    assert slugs(path, "CT", sort="cases") == ["kits", "lits", "chaos"]


def test_pages_of_an_answer_make_up_the_whole(path: Path) -> None:
    with find(path, "CT") as answer:
        whole = [card.slug for card, _ in answer.cards()]
        assert [card.slug for first in range(3) for card, _ in answer.cards(first=first, most=1)] == whole
        assert answer.total == len(whole)


def test_a_card_tells_what_is_known(path: Path) -> None:
    with find(path) as answer:
        known = {card.slug: card for card, _ in answer.cards()}
    lits, kits, chaos, brats = known["lits"], known["kits"], known["chaos"], known["brats"]
    assert (lits.year, lits.cases, lits.is_rounded, lits.is_series) == (2017, 201, False, False)
    assert (kits.year, kits.cases, kits.is_rounded) == (2019, 300, True)
    assert (chaos.label_zh, chaos.year, brats.is_series, brats.cases) == ("混沌", 2020, True, None)
    assert [each.key for each in lits.terms["anatomy"]] == ["liver"]
    assert [each.key for each in lits.terms["licence"]] == ["unfree"]
    assert [each.key for each in lits.terms["catalog"]] == ["a", "b"]


@pytest.mark.parametrize(
    ("facet", "name", "told"),
    [
        ("anatomy", "livver", "'livver' is no anatomy in the graph; did you mean liver?"),
        ("year", "soon", "'soon' is no year in the graph; write a number or a span such as 10-99 or 1000-"),
        ("cases", "99-1", "'99-1' is no number of cases in the graph; write a number or a span such as"),
        ("lineage", "perhaps", "'perhaps' is no lineage in the graph"),
    ],
)
def test_a_value_nobody_knows_is_told_with_a_way_out(path: Path, facet: str, name: str, told: str) -> None:
    with pytest.raises(UnknownName) as caught, find(path, "", {facet: (name,)}):
        pass
    assert str(caught.value).startswith(told)


def test_on_the_command_line_every_value_narrows(path: Path) -> None:
    assert {hit.slug for hit in search(path, "", modality=("ct", "mr"))} == {"chaos"}
    assert {hit.slug for hit in search(path, "", year=("2019-",), licence=("attribution",))} == {"kits"}


def test_what_finds_nothing_says_what_to_drop(path: Path) -> None:
    with find(path, "KiTS", {"anatomy": ("brain", "liver"), "modality": ("ct",)}) as answer:
        assert answer.total == 0
        assert [(each.facet, each.count) for each in relaxations(answer)] == [("anatomy", 1), (None, 1)]
    with find(path, "", {"anatomy": ("brain",), "modality": ("ct",)}) as answer:
        assert [(each.facet, each.count) for each in relaxations(answer)] == [("modality", 1), ("anatomy", 3)][::-1]


def test_a_text_that_finds_nothing_is_answered_with_what_comes_near(path: Path) -> None:
    with find(path, "srcelss") as answer:
        assert (answer.total, similar_labels(answer)) == (0, ["Sourceless"])
    with find(path, "qqqqzz") as answer:
        assert (answer.total, similar_labels(answer)) == (0, [])


def test_near_misses_are_told_from_what_is_asked(path: Path) -> None:
    with find(path, "Sourcless") as near, find(path, "Sourceless") as exact:
        assert near.match
        assert exact.match
        assert (near.total, near.match.is_respelt, exact.match.is_respelt) == (1, True, False)


def test_beginnings_are_completed(path: Path) -> None:
    def completed(text: str, kinds: Sequence[str] = KINDS) -> list[tuple[str, str]]:
        return [(each.kind, each.slug) for each in completions(path, text, kinds=kinds)]

    assert completed("li") == [("anatomy", "liver"), ("dataset", "lits")]
    assert completed("LiTS")[0] == ("dataset", "lits")
    assert {("dataset", "part"), ("dataset", "maybe")} <= {*completed("lits")}
    assert completed("肝") == [("anatomy", "liver")]
    assert completed("brats") == [("dataset", "brats"), ("challenge", "brats-2012"), ("challenge", "brats-2018")]
    assert completed("brats", kinds=("challenge",)) == [("challenge", "brats-2012"), ("challenge", "brats-2018")]
    assert completed("tumour ch") == [("challenge", "brats-2012")]
    assert completed("part of", kinds=("dataset",)) == [("dataset", "part")]
    assert completed("lits part") == [("dataset", "part")]
    assert completed("CT") == [("modality", "ct")]
    assert completed("digest") == [("anatomy", "digestive-system")]
    assert completed("%") == completed("") == completed("_") == []


@given(text=st.text(max_size=30))
def test_no_beginning_breaks_the_completion(path: Path, text: str) -> None:
    assert len(completions(path, text)) <= 10


def test_a_large_whole_of_wholes_gives_way_to_them(path: Path) -> None:
    def value(key: str, count: int, *narrower: FacetValue) -> FacetValue:
        return FacetValue(key=key, label=key, label_zh=None, count=count, is_chosen=False, narrower=narrower)

    thorax, abdomen = value("thorax", 50, value("lung", 40)), value("abdomen", 60, value("liver", 20), value("gut", 30))
    small = value("limb", 10, value("arm", 4, value("hand", 1)), value("leg", 6, value("foot", 1)))
    found = regions([small, value("trunk", 100, thorax, abdomen)], parts=1)
    assert [(each.whole.key, [part.key for part in each.parts]) for each in found] == [
        ("abdomen", ["gut"]),
        ("thorax", ["lung"]),
        ("limb", ["leg"]),
    ]


def test_an_index_of_another_version_says_the_way_out(tmp_path: Path, path: Path) -> None:
    other = tmp_path / "search.sqlite"
    content = bytearray(path.read_bytes())
    content[60:64] = (1).to_bytes(
        4, "big"
    )  # the user version, https://www.sqlite.org/fileformat.html#user_version_number
    other.write_bytes(content)
    with pytest.raises(SnapshotError, match="another version of medkg; run `medkg build --again`"), find(other):
        pass


@given(numbers=st.sets(st.integers(0, 3000)), others=st.sets(st.integers(0, 3000)))
def test_sets_as_numbers_are_sets(numbers: set[int], others: set[int]) -> None:
    one, other = index.bit_set(numbers), index.bit_set(others)
    assert [*index.numbers_in(one)] == sorted(numbers)
    assert [*index.numbers_in(one & other)] == sorted(numbers & others)
    assert index.from_bytes(index.to_bytes(one)) == one
    assert one.bit_count() == len(numbers)
    assert all(index.contains(one, each) == (each in numbers) for each in others)


@given(low=st.none() | st.integers(0, 10**6), high=st.none() | st.integers(0, 10**6))
def test_spans_are_read_as_they_are_written(low: int | None, high: int | None) -> None:
    is_none = low is None and high is None
    is_empty = low is not None and high is not None and low > high
    if not is_none:
        written = Span(low=low, high=high)
        assert span(written.key) == (None if is_empty else written)


@pytest.mark.parametrize("text", ["", "-", "–", "a", "1-2-3", "2015-abc", "1" * 13, "-5-"])
def test_what_is_no_span_is_none(text: str) -> None:
    assert span(text) is None

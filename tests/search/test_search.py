"""Searching: what people type finds what they mean, and no name is guessed between two."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medkg.errors import SnapshotError, UnknownName
from medkg.model.collection import Records
from medkg.model.entries import Catalog, Entry
from medkg.model.records import Correction, Dataset, EntryMatch
from medkg.model.vocabularies import Concept, Vocabulary
from medkg.rdf.lineage_register import register
from medkg.search import find, resolve, search
from medkg.search.index_writer import write_index

MODALITY = Vocabulary(
    title="Modality",
    definition="How.",
    concepts=(
        Concept(key="ct", label="Computed tomography", label_zh="计算机断层扫描", synonyms=("CT", "CAT scan")),
        Concept(key="cta", label="CT angiography", broader=("ct",)),
        Concept(key="mr", label="Magnetic resonance imaging", synonyms=("MR", "MRI")),
        Concept(key="us", label="Ultrasound", label_zh="超声", synonyms=("US",), hidden=("Ultrasoud",)),
        Concept(key="xr", label="Radiography", synonyms=("X-ray",), hidden=("chest X-ray",)),
    ),
)
ANATOMY = Vocabulary(
    title="Anatomy",
    definition="Where.",
    concepts=(
        Concept(key="abdomen", label="abdomen", label_zh="腹部"),
        Concept(key="liver", label="liver", label_zh="肝脏", synonyms=("hepar",), hidden=("肝",), broader=("abdomen",)),
        Concept(key="thorax", label="thorax", synonyms=("chest",)),
        Concept(key="heart", label="heart", label_zh="心脏", broader=("thorax",)),
        Concept(key="optic-disc", label="optic disc", label_zh="视盘"),
    ),
)
TASK = Vocabulary(
    title="Task",
    definition="What for.",
    concepts=(
        Concept(key="segmentation", label="Segmentation", label_zh="分割", hidden=("Segmenttion",)),
        Concept(key="classification", label="Classification", label_zh="分类"),
    ),
)
ENTRIES = (
    Entry(key="lits", line=1, name="LITS", modality=("ct",), label_target=("liver",), task=("segmentation",)),
    Entry(key="lits-17", line=2, name="LiTS17", modality=("ct",)),
    Entry(key="chaos", line=3, name="CHAOS", modality=("mr",), anatomy=("liver",), task=("segmentation",)),
    Entry(key="acdc", line=4, name="ACDC", modality=("mr",), anatomy=("heart",), task=("segmentation",)),
    Entry(key="busi", line=5, name="BUSI", modality=("us",), task=("classification",)),
    Entry(key="drishti", line=6, name="Drishti-GS", anatomy=("optic-disc",), task=("segmentation",)),
    Entry(key="asoca", line=7, name="ASOCA", modality=("cta",), anatomy=("heart",)),
    Entry(key="cxr", line=8, name="Shenzhen", modality=("xr",), anatomy=("thorax",)),
    Entry(key="misnamed", line=9, name="Kidney Challenge", modality=("ct",)),
)
DATASETS = {
    "acdc": Dataset(label="ACDC", expansion="Automated Cardiac Diagnosis Challenge"),
    "acdc-lunghp": Dataset(label="ACDC-LungHP", alternative=("ACDC",)),
    "asoca": Dataset(label="ASOCA"),
    "atlas-liver": Dataset(label="ATLAS (liver)", alternative=("ATLAS",)),
    "atlas-stroke": Dataset(label="ATLAS (stroke)", alternative=("ATLAS",)),
    "brats": Dataset(label="BraTS", kind="series"),
    "brats2021": Dataset(label="BraTS 2021", alternative=("BraTS",), series="brats"),
    "busi": Dataset(label="BUSI", expansion="Breast Ultrasound Images"),
    "chaos": Dataset(label="CHAOS"),
    "chestx-ray14": Dataset(label="ChestX-ray14", alternative=("NIH Chest X-rays",)),
    "covid-ct-a": Dataset(label="COVID-CT", alternative=("UCSD",)),
    "covid-ct-b": Dataset(label="COVID-CT", alternative=("Harvard",)),
    "drishti-gs": Dataset(label="Drishti-GS"),
    "kits19": Dataset(label="KiTS19"),
    "lits": Dataset(label="LiTS", expansion="Liver Tumor Segmentation", alternative_zh=("肝脏肿瘤分割挑战赛",)),
    "lits-old": Dataset(label="LiTS-beta", replaced_by="lits"),
    "ph2": Dataset(label="PH²"),
    "shenzhen-cxr": Dataset(label="Shenzhen"),
    "totalsegmentator": Dataset(label="TotalSegmentator"),
    "unnamed": Dataset(label="Somewhere else"),
}
HELD = {
    "lits": ("lits", "lits-17"),
    "chaos": ("chaos",),
    "acdc": ("acdc",),
    "busi": ("busi",),
    "drishti-gs": ("drishti",),
    "asoca": ("asoca",),
    "shenzhen-cxr": ("cxr",),
    "unnamed": ("misnamed",),
}


def dataset(slug: str) -> Dataset:
    held = tuple(EntryMatch(catalog="a", key=key, basis="catalog", reason="So.") for key in HELD.get(slug, ()))
    wrong = Correction(catalog="a", key="misnamed", defect="wrong-name", field="name", basis="catalog", reason="So.")
    return replace(DATASETS[slug], entries=held, corrections=(wrong,) if slug == "unnamed" else ())


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of a small set of records."""
    records = Records(
        catalogs={"a": Catalog(title="A", entries=ENTRIES)},
        datasets={slug: dataset(slug) for slug in DATASETS},
        vocabularies={"modality": MODALITY, "anatomy": ANATOMY, "task": TASK},
    )
    found = tmp_path_factory.mktemp("search") / "search.sqlite"
    write_index(records, register(records), found)
    return found


def slugs(path: Path, text: str, **options: tuple[str, ...]) -> list[str]:
    return [
        hit.slug
        for hit in search(
            path,
            text,
            modality=options.get("modality", ()),
            anatomy=options.get("anatomy", ()),
            task=options.get("task", ()),
        )
    ]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("LiTS", "lits"),
        ("lits", "lits"),
        ("liver tumor segmentation", "lits"),
        ("LiTS17", "lits"),
        ("lits-beta", "lits"),
        ("肝脏肿瘤分割挑战赛", "lits"),
        ("肿瘤分割", "lits"),
        ("chestxray14", "chestx-ray14"),
        ("ChestX ray-14", "chestx-ray14"),
        ("KiTS 2019", "kits19"),
        ("BraTS'21", "brats2021"),
        ("PH2", "ph2"),
        ("ＢＵＳＩ", "busi"),
        ("total segmentator", "totalsegmentator"),
    ],
)
def test_a_name_is_found_however_it_is_written(path: Path, text: str, slug: str) -> None:
    assert slugs(path, text)[0] == slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [("LTIS", "lits"), ("Totalsegmentor", "totalsegmentator"), ("brast 2021", "brats2021"), ("Drishty", "drishti-gs")],
)
def test_typing_errors_are_forgiven(path: Path, text: str, slug: str) -> None:
    assert slugs(path, text)[0] == slug


def test_a_year_is_never_taken_for_a_typing_error(path: Path) -> None:
    assert "brats2021" not in slugs(path, "BraTS2031")[:1]


@pytest.mark.parametrize(
    ("text", "slug"), [("US", "busi"), ("CT", "asoca"), ("MR", "chaos"), ("心脏", "acdc"), ("肝", "chaos")]
)
def test_short_words_name_concepts(path: Path, text: str, slug: str) -> None:
    assert slug in slugs(path, text)


def test_words_are_answered_by_concepts_where_no_name_has_them(path: Path) -> None:
    assert slugs(path, "MR liver segmentation") == ["chaos"]
    assert slugs(path, "肝脏MRI分割") == ["chaos"]
    assert slugs(path, "liver segmentations in MRI") == ["chaos"]


def test_words_together_name_one_concept(path: Path) -> None:
    assert slugs(path, "optic disc") == ["drishti-gs"]


def test_a_catalogues_phrase_is_read_by_its_words(path: Path) -> None:
    assert set(slugs(path, "chest X-ray")) == {"chestx-ray14", "shenzhen-cxr"}


def test_an_unknown_word_does_not_hide_what_the_others_find(path: Path) -> None:
    with find(path, "xyzzy liver") as results:
        assert {"lits", "chaos"} <= {hit.slug for hit in results.hits(20)}
        assert results.match
        assert results.match.is_respelt


def test_a_number_alone_is_no_answer_to_a_name(path: Path) -> None:
    assert slugs(path, "xyzzy 2021") == []
    assert slugs(path, "2021")[0] == "brats2021"


@pytest.mark.parametrize("text", ["xyzzy", "😀", "刘", "-", '"', "***", "NEAR(", "xyzzy OR"])
def test_nothing_is_found_for_what_nothing_answers(path: Path, text: str) -> None:
    assert slugs(path, text) == []


def test_hits_say_why_and_come_best_first(path: Path) -> None:
    hits = search(path, "liver")
    is_by_concept = [hit.why == "liver (anatomy)" for hit in hits]
    assert is_by_concept == sorted(is_by_concept)
    assert {hit.slug: hit.why for hit in hits}["chaos"] == "liver (anatomy)"
    assert search(path, "LiTS")[0].why == "its name"
    assert search(path, "Harvard")[0].why == "also Harvard"
    assert search(path, "LiTS17")[0].why == "listed as LiTS17"


def test_a_facet_takes_keys_labels_and_synonyms_in_both_languages(path: Path) -> None:
    for name in ("ct", "CT", "Computed tomography", "CAT scans", "计算机断层扫描"):
        assert slugs(path, "", modality=(name,)) == ["lits", "asoca", "unnamed"]


def test_facets_respect_the_hierarchy(path: Path) -> None:
    assert slugs(path, "", anatomy=("abdomen",)) == ["lits", "chaos"]
    assert slugs(path, "", anatomy=("腹部",), modality=("MR",)) == ["chaos"]


def test_facets_narrow_what_a_text_finds(path: Path) -> None:
    assert slugs(path, "ACDC", modality=("MR",)) == ["acdc"]
    assert slugs(path, "segmentation", anatomy=("heart",), modality=("mr",)) == ["acdc"]
    assert slugs(path, "LiTS", anatomy=("heart",)) == []


def test_a_facet_nobody_knows_is_answered_with_the_nearest(path: Path) -> None:
    with pytest.raises(UnknownName, match=r"'livver' is no anatomy in the graph; did you mean liver\?"):
        search(path, "", anatomy=("livver",))


def test_a_text_without_facets_may_be_empty(path: Path) -> None:
    assert len(search(path, "", limit=5)) == 5


def test_no_more_is_given_than_asked_for(path: Path) -> None:
    assert len(search(path, "segmentation", limit=2)) == 2


def test_a_wrong_name_finds_nothing(path: Path) -> None:
    assert slugs(path, "Kidney Challenge") == []


def test_a_missing_index_says_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="medkg build"):
        search(tmp_path / "search.sqlite", "x")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("lits", "lits"),
        ("LITS", "lits"),
        ("LiTS 2017", "lits"),
        ("lits-old", "lits"),
        ("dataset:kits19", "kits19"),
        ("https://w3id.org/medkg/dataset/kits19", "kits19"),
        ("kits 19", "kits19"),
        ("ACDC", "acdc"),
        ("ACDC LungHP", "acdc-lunghp"),
        ("BRATS", "brats"),
        ("brats21", "brats2021"),
        ("covid-ct-b", "covid-ct-b"),
    ],
)
def test_a_name_is_resolved_however_it_is_written(path: Path, name: str, slug: str) -> None:
    assert resolve(path, name) == slug


@pytest.mark.parametrize(
    ("name", "one", "other"), [("ATLAS", "atlas-liver", "atlas-stroke"), ("COVID-CT", "covid-ct-a", "covid-ct-b")]
)
def test_an_ambiguous_name_is_not_guessed(path: Path, name: str, one: str, other: str) -> None:
    with pytest.raises(UnknownName, match=rf"may be any of 2 datasets.*{one} \(.*{other} \("):
        resolve(path, name)


def test_an_unknown_name_is_answered_with_the_nearest(path: Path) -> None:
    with pytest.raises(UnknownName, match=r"no dataset is called 'liits'; did you mean lits \(LiTS\)"):
        resolve(path, "liits")
    with pytest.raises(UnknownName, match=r"^no dataset is called '—'$"):
        resolve(path, "—")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(max_size=80), st.text(alphabet="litsbratsv0129. '(I年", max_size=20)))
def test_no_text_breaks_the_search(path: Path, text: str) -> None:
    for hit in search(path, text):
        assert hit.slug in DATASETS
        assert bool(hit.why) == bool(text.strip())
    with suppress(UnknownName):
        assert resolve(path, text) in DATASETS


def test_two_indexes_of_the_same_records_answer_alike(path: Path, tmp_path: Path) -> None:
    names = list(DATASETS)
    records = Records(
        catalogs={"a": Catalog(title="A", entries=ENTRIES)},
        datasets={slug: dataset(slug) for slug in reversed(names)},
        vocabularies={"task": TASK, "anatomy": ANATOMY, "modality": MODALITY},
    )
    write_index(records, register(records), tmp_path / "search.sqlite")
    for text in ("CT", "liver", "segmentation", "ACDC"):
        assert search(tmp_path / "search.sqlite", text) == search(path, text)


def test_a_damaged_index_says_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "search.sqlite").write_bytes(b"no database " * 200)
    with pytest.raises(SnapshotError, match="medkg build --again"):
        search(tmp_path / "search.sqlite", "liver")

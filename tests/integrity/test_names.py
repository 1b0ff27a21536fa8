"""Names as papers, code and folders write them find the dataset that is meant, or say that its edition is missing.

Each line of a table is a name and the slug of the dataset that comes first. A name of `KNOWN` means that dataset; one
of `MISSING` asks for an edition that the graph does not have, of the series or the dataset of that slug; one of
`FOUND` is a text to search for, which names no dataset as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from medkg import search
from medkg.cli import main
from medkg.errors import UnknownName
from medkg.model import prefixes as iris
from medkg.queries import Names
from medkg.queries.names import CLASSES
from medkg.search.resolver import NameProblem, resolve_strictly
from tests import real

KNOWN = """
LiTS 2017                                                   lits
LiTS17                                                      lits
LiTS'17                                                     lits
LITS-2017                                                   lits
LiTS (2017)                                                 lits
2017 LiTS                                                   lits
2017 LiTS challenge                                         lits
MICCAI 2017 LiTS                                            lits
LiTS challenge                                              lits
the LiTS dataset                                            lits
LiTS数据集                                                  lits
LiTS挑战赛                                                  lits
Liver Tumor Segmentation Benchmark                          lits
Liver Tumor Segmentation Benchmark (LiTS)                   lits
LiTS (Liver Tumor Segmentation)                             lits
Task029_LITS                                                lits
VerSe 2019                                                  verse
VerSe'20                                                    verse
VerSe2020                                                   verse
ACDC2017                                                    acdc
ACDC 2017                                                   acdc
ACDC challenge                                              acdc
ACDC-Challenge                                              acdc
Automated Cardiac Diagnosis Challenge                       acdc
Automated Cardiac Diagnosis Challenge (ACDC)                acdc
Dataset027_ACDC                                             acdc
BraTS'21                                                    brats2021
BraTS-2021                                                  brats2021
brats_2021                                                  brats2021
BRATS2013                                                   brats2013
BraTS 13                                                    brats2013
BraTS17                                                     brats2017
MICCAI BraTS 2017                                           brats2017
BraTS 2016                                                  brats2016
BraTS 2021 dataset                                          brats2021
BraTS2021数据集                                             brats2021
RSNA-ASNR-MICCAI BraTS 2021                                 brats2021
RSNA-ASNR-MICCAI BraTS 2021 Challenge                       brats2021
Dataset137_BraTS2021                                        brats2021
BraTS Challenge 2023                                        brats2023
BraTS-MEN 2023                                              brats2023-men
BraTS2023-MEN                                               brats2023-men
BraTS2023MEN                                                brats2023-men
BraTS-Africa                                                brats2023-ssa
KiTS 19                                                     kits19
KiTS2019                                                    kits19
KiTS'19                                                     kits19
KiTS 2019 Challenge                                         kits19
KiTS_21                                                     kits21
Dataset220_KiTS2023                                         kits23
Kidney Tumor Segmentation Challenge 2019                    kits19
FLARE 22                                                    flare22
FLARE'21                                                    flare21
MICCAI FLARE 2022                                           flare22
FLARE 2022 Challenge                                        flare22
ISIC-2019                                                   isic2019
ISIC 2019 Challenge                                         isic2019
isic18                                                      isic2018
ISIC Challenge 2017                                         isic2017
ISIC 2017 challenge dataset                                 isic2017
SIIM-ISIC 2020                                              isic2020
TotalSegmentator v2                                         totalsegmentator-v2
TotalSegmentatorV2                                          totalsegmentator-v2
TotalSegmentator 2                                          totalsegmentator-v2
TotalSegmentator v2.0                                       totalsegmentator-v2
TotalSegmentator version 2                                  totalsegmentator-v2
TotalSegmentator 1.0                                        totalsegmentator
TotalSegmentator v1                                         totalsegmentator
Total Segmentator v2                                        totalsegmentator-v2
PROMISE 12                                                  promise12
Promise2012                                                 promise12
PROMISE-12 challenge                                        promise12
AMOS22                                                      amos
AMOS                                                        amos
AMOS 2022 challenge                                         amos
CAMELYON 16                                                 camelyon16
Camelyon2017                                                camelyon17
CAMELYON-17 challenge                                       camelyon17
REFUGE 2                                                    refuge2
REFUGE-2                                                    refuge2
REFUGE v2                                                   refuge2
REFUGE 2018                                                 refuge
REFUGE 2020                                                 refuge2
Messidor 2                                                  messidor-2
MESSIDOR-II                                                 messidor-2
RFMiD 2                                                     rfmid-2
RFMiD v1                                                    rfmid
MURA 1.1                                                    mura
MURA-v1.1                                                   mura
ATLAS v2                                                    atlas-v2
ATLAS R2.0                                                  atlas-v2
ATLAS 2023                                                  atlas-liver-2023
HECKTOR'22                                                  hecktor2022
HECKTOR 2021                                                hecktor2021
ISLES'22                                                    isles22
cMedQA 2                                                    cmedqa-v2
ROCO v2                                                     rocov2
SICAP v2                                                    sicapv2
Task01_BrainTumour                                          msd-brain-tumour
Task1_BrainTumour                                           msd-brain-tumour
Task02_Heart                                                msd-cardiac
Task03_Liver                                                msd-liver
Task 3 Liver                                                msd-liver
Task003_Liver                                               msd-liver
Dataset003_Liver                                            msd-liver
MSD Task03                                                  msd-liver
MSD Task 3                                                  msd-liver
Task04_Hippocampus                                          msd-hippocampus
Dataset004_Hippocampus                                      msd-hippocampus
Task005_Prostate                                            msd-prostate
Dataset005_Prostate                                         msd-prostate
Task 06 Lung                                                msd-lung
MSD Task07                                                  msd-pancreas
MSD-Task07                                                  msd-pancreas
Task07_Pancreas                                             msd-pancreas
Task08_HepaticVessel                                        msd-hepatic-vessel
Dataset008_HepaticVessel                                    msd-hepatic-vessel
MSD Task 9                                                  msd-spleen
Dataset009_Spleen                                           msd-spleen
Task10_Colon                                                msd-colon
MSD Task10                                                  msd-colon
MSD Task 10                                                 msd-colon
Medical Segmentation Decathlon Challenge                    msd
Synapse                                                     btcv
Synapse dataset                                             btcv
Beyond the Cranial Vault                                    btcv
Multi-Atlas Labeling Beyond the Cranial Vault               btcv
Beyond The Cranial Vault (BTCV)                             btcv
BTCV Challenge                                              btcv
BTCV 2015                                                   btcv
Synapse multi-organ                                         btcv-abdomen
LUNA 16                                                     luna16
LUNA2016                                                    luna16
LUNA-16 Challenge                                           luna16
ChestX-ray 14                                               chestx-ray14
ChestXRay-14                                                chestx-ray14
NIH Chest X-ray 14                                          chestx-ray14
NIH ChestX-ray14 dataset                                    chestx-ray14
HAM-10000                                                   ham10000
HAM10K                                                      ham10000
Cholec-80                                                   cholec80
OCTA 500                                                    octa-500
ADHD 200                                                    adhd200
CC 359                                                      calgary-campinas
CHASEDB1                                                    chase-db1
3DIRCADb 1                                                  3d-ircadb-01
IRCADb-01                                                   3d-ircadb-01
3D-IRCADb-1                                                 3d-ircadb-01
iSeg 2019                                                   iseg
MM-WHS 2017                                                 mm-whs
MMWHS2017                                                   mm-whs
M&Ms 2020                                                   mnms
CHAOS 2019                                                  chaos
SegTHOR 2019                                                segthor
StructSeg 19                                                structseg2019
PALM 2019                                                   palm
ADAM 2020                                                   adam
GAMMA 2021                                                  gamma
MoNuSeg 2018                                                monuseg
MoNuSeg18                                                   monuseg
PANDA 2020                                                  panda
crossMoDA 23                                                crossmoda2023
MyoPS'20                                                    myops2020
ATM'22                                                      atm22
ATM 2022                                                    atm22
Parse22                                                     parse2022
KiPA 2022                                                   kipa22
EAD 19                                                      ead2019
WMH 2017                                                    wmh-2017
WMH17                                                       wmh-2017
RSNA 2018 Pneumonia Detection Challenge                     rsna-pneumonia
RSNA Pneumonia Detection 2018                               rsna-pneumonia
RSNA Bone Age 2017                                          rsna-bone-age
2018 Data Science Bowl                                      dsb2018-bbbc038
2017 Data Science Bowl                                      dsb2017
VESSEL 2012                                                 vessel12
EXACT 09                                                    exact09
ANODE 2009                                                  anode09
SLIVER 07                                                   sliver07
Colon Nuclei Identification and Counting Challenge          conic2022
autoPET II                                                  autopet
autoPET 2022                                                autopet
QUBIQ 21                                                    qubiq
FeTA 22                                                     feta
BBBC 039                                                    bbbc039
MSD心脏分割                                                 msd-cardiac
2017年LiTS                                                  lits
"""

MISSING = """
BraTS 2020                                                  brats
BraTS2019                                                   brats
BraTS2018                                                   brats
BraTS'18                                                    brats
2020 BraTS                                                  brats
MICCAI BraTS 2020                                           brats
BraTS 2020 dataset                                          brats
Task043_BraTS2019                                           brats
BraTS2020数据集                                             brats
AbdomenAtlas 1                                              abdomenatlas
AbdomenAtlas 1.1                                            abdomenatlas
AbdomenAtlas1.0                                             abdomenatlas
AbdomenAtlas-2.0                                            abdomenatlas
OASIS 3                                                     oasis
OASIS-3                                                     oasis
OASIS1                                                      oasis
MIMIC-CXR 2.0.0                                             mimic-cxr
MIMIC-CXR v2.1.0                                            mimic-cxr
MIMIC-CXR-JPG 2.0.0                                         mimic-cxr-jpg
VinDr-CXR 1.0.0                                             vindr-cxr
CheXpert v1.0                                               chexpert
CheXpert-v1.0                                               chexpert
KiTS 2020                                                   kits
KiTS22                                                      kits
FLARE24                                                     flare
HECKTOR 2025                                                hecktor
ISIC 2016                                                   isic
CAMELYON18                                                  camelyon
ISLES 2018                                                  isles
ISLES'15                                                    isles
PAIP 2021                                                   paip
M&Ms-2                                                      mnms
MnMs2                                                       mnms
ATLAS v1.2                                                  atlas-stroke
AMOS 2023                                                   amos
crossMoDA 2021                                              crossmoda2023
autoPET III                                                 autopet
LUNA25                                                      luna16
PROMISE13                                                   promise12
TotalSegmentator v3                                         totalsegmentator
TotalSegmentator 2.0.1                                      totalsegmentator
ToothFairy2                                                 toothfairy
SegRap2025                                                  segrap2023
REFUGE3                                                     refuge
iSeg-2017                                                   iseg
ADNI-3                                                      adni
ABIDE II                                                    abide
"""

FOUND = """
MSD Task03_Liver                                            msd-liver
LiTS 2017 training set                                      lits
LiTS liver tumour CT 2017                                   lits
BraTS 2020 training data                                    brats
BraTS 2019 glioma segmentation                              brats
brast 2020                                                  brats
brast 2021                                                  brats2021
BraTS 2023 Task                                             brats2023
FLARE 2022 unlabelled CT                                    flare22
KiTS19 kidney tumour CT                                     kits19
AbdomenAtlas 1.0 Mini                                       abdomenatlas
CheXpert v1.0 small                                         chexpert
AbdomenAtlas1.0Mini                                         abdomenatlas
COVIDx CXR-3                                                covidx
BraTS2021TrainingData                                       brats2021
CheXpert Plus                                               chexpert
Task 9                                                      msd-spleen
Task09                                                      msd-spleen
Medical Segmentation Decathlon Task 5                       msd-prostate
Synapse multi-organ CT                                      btcv-abdomen
Totalsegmentor v2                                           totalsegmentator-v2
CTPelvic1K fractured hips 2018                              ctpelvic1k
PadChest Spanish 2019                                       padchest
VinDr-CXR from Vietnam 2019                                 vindr-cxr
ISIC 2018 Task 3                                            isic2018
COVID-19 CT Harvard                                         covid-ct-harvard
"""


INDEX = real.context().index
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
TITLE = NamedNode("http://purl.org/dc/terms/title")


def cases(table: str) -> Iterator[tuple[str, str]]:
    """The names of a table, each with its slug."""
    for line in table.strip().splitlines():
        name, slug = line.rsplit(maxsplit=1)
        yield name.strip(), slug


def first(name: str) -> str | None:
    """The slug of the first hit of a search."""
    return next((hit.slug for hit in search.search(INDEX, name, limit=1)), None)


def resolved(name: str) -> str:
    """The slug that a name means, or what is wrong with it."""
    try:
        return search.resolve(INDEX, name)
    except UnknownName as mistake:
        return str(mistake)


def differences(found: Iterable[tuple[str, object, object]]) -> list[str]:
    """What was found instead of what was expected."""
    return [f"{name}: {expected} is {actual}" for name, expected, actual in found if expected != actual]


@pytest.mark.parametrize("table", [KNOWN, MISSING, FOUND], ids=["known", "missing", "found"])
def test_the_dataset_that_is_meant_comes_first_in_a_search(table: str) -> None:
    assert differences((name, slug, first(name)) for name, slug in cases(table)) == []


def test_a_name_means_its_dataset_however_it_is_written() -> None:
    assert differences((name, slug, resolved(name)) for name, slug in cases(KNOWN)) == []


def test_an_edition_that_is_missing_is_never_taken_for_another() -> None:
    for name, slug in cases(MISSING):
        said = resolved(name)
        assert said.startswith("the graph has no edition '"), name
        assert f"; it has {slug} (" in said, name


def test_a_search_says_that_an_edition_is_missing_and_lists_the_others() -> None:
    for name, slug in cases(MISSING):
        with search.find(INDEX, name) as answer:
            assert answer.absence.startswith("the graph has no edition"), name
            assert answer.hits(1)[0].slug == slug
    for name, _ in cases(KNOWN):
        with search.find(INDEX, name) as answer:
            assert answer.absence == "", name


def test_all_editions_of_a_series_come_with_one_that_is_missing() -> None:
    editions = real.context().register.editions["kits"]
    known = {hit.slug for hit in search.search(INDEX, "KiTS 2020")}
    assert known >= {"kits", *editions}
    assert {slug for slug, _ in search.similar_datasets(INDEX, "KiTS 2020", limit=1)} == {"kits", *editions}
    assert all(f"{slug} (" in resolved("KiTS 2020") for slug in editions)


@pytest.mark.parametrize(
    "write",
    [
        str.lower,
        str.upper,
        "the {} dataset".format,
        "{} Challenge".format,
        "{}数据集".format,
        "Dataset123_{}".format,
        lambda label: label.replace(" ", "_"),
    ],
    ids=["lower", "upper", "dataset", "challenge", "chinese", "folder", "underscores"],
)
def test_every_label_is_resolved_in_any_dress(write: Callable[[str], str]) -> None:
    alike = ("qin-breast", "qin-breast-01")  # `QIN Breast` and `QIN-Breast` differ by a hyphen alone
    with search.find(INDEX) as answer:
        labels = {card.slug: card.label for card, _ in answer.cards() if card.slug not in alike}
    texts = {slug: text for slug, label in labels.items() if (text := write(label)) not in labels or text == slug}
    assert differences((text, slug, resolved(text)) for slug, text in texts.items()) == []


@pytest.mark.parametrize(
    "command",
    [
        ["show", "{}"],
        ["export", "--format", "turtle", "--dataset", "{}"],
        ["overlap", "{}"],
        ["explain", "{}", "lits"],
        ["lineage", "{}"],
        ["leak", "--train", "{}", "--test", "lits"],
        ["safe", "--test-for", "{}"],
        ["query", "claims-and-their-evidence", "-p", "dataset={}"],
    ],
    ids=lambda command: command[0],
)
def test_every_command_resolves_alike(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MEDKG_HOME", str(real.snapshot().path.parents[1]))
    monkeypatch.setenv("MEDKG_RESOURCES", str(real.ROOT))

    def run(name: str) -> tuple[object, str]:
        with pytest.raises(SystemExit) as ended:
            main([each.format(name) for each in command])
        return ended.value.code, "".join(capsys.readouterr())

    assert run("VerSe'19") == run("verse")
    status, said = run("KiTS 2020")
    assert status
    assert "no edition '2020' of KiTS" in said
    assert "kits19 (KiTS19)" in said
    assert "did you mean totalsegmentator (TotalSegmentator)" in run("TotalSegmentr")[1]


def test_a_name_with_a_plus_is_another_name() -> None:
    assert resolved("fastMRI+").startswith("no dataset is called 'fastMRI+'; did you mean fastmri (fastMRI)")


def test_words_that_name_nothing_make_no_ambiguous_name_certain() -> None:
    register = real.context().register
    for name in ("ACDC", "ACDC dataset", "the ACDC challenge", "ACDC数据集", "Dataset027_ACDC"):
        assert isinstance(resolve_strictly(INDEX, register, name), NameProblem), name
    for name in ("ACDC 2017", "ACDC (Automated Cardiac Diagnosis Challenge)", "acdc"):
        assert resolve_strictly(INDEX, register, name) == "acdc", name


def test_a_query_takes_what_an_update_added_by_the_graph_alone() -> None:
    new = iris.dataset("brand-new")
    store = Store()
    store.add(Quad(new, RDF_TYPE, CLASSES["dataset"]))
    store.add(Quad(new, TITLE, Literal("Brand New Set", language="en")))
    names = Names(store, INDEX)
    assert names.thing("dataset", "brand new set") == new
    assert names.thing("dataset", "LiTS17") == iris.dataset("lits")
    with pytest.raises(UnknownName, match="no edition '2020' of KiTS"):
        names.thing("dataset", "KiTS 2020")

"""Values side by side with what decided on them."""

from __future__ import annotations

from medkg.model import prefixes as iris
from medkg.views.dataset_profile import profile
from medkg.views.differences import Disagreement, disagreements
from medkg.views.graph_reader import GraphReader
from tests import real

WORDS = GraphReader(store=real.store(), prefixes=real.context().prefixes)


def differing(slug: str) -> dict[str, Disagreement]:
    known = profile(real.store(), slug, real.context().prefixes)
    return {each.fact.name: each for each in disagreements(known)}


def test_where_all_agree_nothing_differs() -> None:
    assert differing("lits") == {}


def test_a_decision_stands_beside_the_value_it_chose_and_the_one_it_did_not() -> None:
    counts = differing("chestx-ray8")["counts"]
    assert [(each.value.text, each.value.is_believed, len(each.judgements)) for each in counts.values] == [
        ("108,948 images", True, 1),
        ("100,000 images", False, 1),
    ]


def test_a_correction_stands_beside_the_wrong_value_and_the_right_one_alone() -> None:
    links = differing("ps-fh-aop-2023")["homepage"]
    reasons = {each.value.text: [judgement.defect for judgement in each.judgements] for each in links.values}
    assert reasons == {
        "https://ps-fh-aop-2023.grand-challenge.org": ["Foreign link"],
        "https://hc18.grand-challenge.org": ["Foreign link"],
    }


def test_a_dispute_has_no_reasons_yet() -> None:
    (found,) = differing("segrap2023").values()
    assert found.fact.is_disputed
    assert [each.judgements for each in found.values] == [(), ()]


def test_a_rounded_number_is_less_exact_and_not_wrong() -> None:
    counts = differing("chestx-ray14")["counts"]
    assert {each.value.text: each.is_rounded for each in counts.values} == {
        "112,120 images": False,
        "~112,000 images": True,
    }


def test_spellings_of_a_name_are_no_disagreement() -> None:
    assert "name" not in differing("wmh-2017")


def test_every_judgement_on_a_value_is_shown_beside_one() -> None:
    of_records = {"section", "links", "file_format", "label_format", "modality"}  # those that change no value
    for slug in real.context().register.labels:
        if next(WORDS.objects(iris.dataset(slug), "dcterms:title"), None) is None:
            continue  # a challenge edition
        known = profile(real.store(), slug, real.context().prefixes)
        shown = [
            judgement for each in disagreements(known) for weighed in each.values for judgement in weighed.judgements
        ]
        for judgement in (*known.corrections, *known.decisions):
            assert judgement in shown or judgement.field in of_records, (slug, judgement)

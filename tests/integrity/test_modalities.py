"""Modalities of the datasets that claims name: without one, the exclusion by modality cannot tell a CT from an MR."""

from __future__ import annotations

from pathlib import Path

from medkg.lineage.register import source_families
from medkg.model.collection import Records
from medkg.model.entries import Entry
from medkg.model.fields import declarations
from medkg.model.records import Decision
from medkg.rdf.lineage_register import NOT_OF_A_KIND, register

ROOT = Path(__file__).parents[2]

OF_EVERY_KIND = {
    "liverhccseg": "Which of TCGA-LIHC's modalities it took, nobody cited says.",
    "medpix": "Teaching cases of every modality.",
    "peir": "A pathology library of slides, photographs and radiographs.",
    "pmc-open-access": "Figures of articles.",
    "radiopaedia": "Teaching cases of every modality.",
    "roco": "Radiological figures of articles.",
    "rp3d": "Three-dimensional scans of Radiopaedia, of every modality.",
    "sirm-covid-19": "Cases with radiographs and CTs; its site was not read.",
}
"""Datasets without a modality, with the reason."""


def test_every_dataset_that_a_claim_names_has_a_modality_or_a_reason_for_none(records: Records) -> None:
    known = register(records)
    view = known.view("all")
    families = source_families(view.images, known.families)
    named = {slug for each in known.claims for slug in (each.subject, each.claim.object or "")} & set(records.datasets)
    without = {slug for slug in named if not families.get(view.images.class_of(slug)) and not is_text(slug, records)}
    assert without == set(OF_EVERY_KIND)


def is_text(slug: str, records: Records) -> bool:
    """Whether all that is believed of a dataset's modality is that it is text, or images with text."""
    found = set(records.beliefs[slug].facts.get("modality", ()))
    return bool(found) and found <= NOT_OF_A_KIND


def test_a_modality_that_we_decide_has_a_source_or_an_entry_that_shows_it(records: Records) -> None:
    decided = [
        (slug, each)
        for slug, dataset in records.datasets.items()
        for each in dataset.decisions
        if each.field == "modality"
    ]
    assert len(decided) > 50
    assert [slug for slug, each in decided if (each.basis == "literature") != (each.source is not None)] == []
    assert [slug for slug, each in decided if each.basis == "knowledge"] == []


def test_a_decision_may_name_every_field_of_concepts() -> None:
    pattern = next(declaration.pattern for field, declaration in declarations(Decision) if field.name == "field")
    concepts = {field.name for field, declaration in declarations(Entry) if declaration.vocabulary}
    shape = (ROOT / "ontology" / "shapes.ttl").read_text(encoding="utf-8")
    assert concepts <= set((pattern or "").split("|"))
    assert f'"^({"|".join(("counts", "released", "licence", "label_categories"))}|' in shape
    assert [name for name in concepts if f"|{name}" not in shape] == []

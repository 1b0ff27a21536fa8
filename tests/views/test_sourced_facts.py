"""What `medkg show` shows: everything that an entry can state has its place there."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import NamedNode

from medkg.model import prefixes
from medkg.model.entries import Licence, Link
from medkg.model.fact_properties import FACTS
from medkg.model.facts import FIELDS
from medkg.model.fields import declarations
from medkg.model.records import Dataset
from medkg.model.vocabularies import Vocabulary
from medkg.rdf.statements import statements
from medkg.settings import Settings
from medkg.snapshots.build import build
from medkg.views.dataset_profile import profile

SPACES = prefixes.load(Path(__file__).parents[2] / "ontology")
ROLES = ("homepage", "download", "paper", "leaderboard", "code", "datasheet", "related-project", "licence", "mirror")


def properties(**facts: tuple[object, ...]) -> set[str]:
    """The properties by which facts are stated of their dataset."""
    node = NamedNode("https://w3id.org/medkg/dataset/any")
    units = {"unit": Vocabulary(title="Unit", definition="Units.")}
    stated = statements(node, facts, SPACES, units, node)  # type: ignore[arg-type]
    return {SPACES.compact(predicate.value) for subject, predicate, _ in stated if subject == node}


def test_every_field_of_an_entry_has_its_place() -> None:
    assert {each.property for each in FIELDS.values() if each.property} <= set(FACTS)


def test_every_role_of_a_link_and_all_of_a_licence_have_their_place() -> None:
    links = tuple(Link(role=role, url="https://example.org/") for role in ROLES)
    licence = Licence(text="CC BY", key="cc-by-4-0", url="https://example.org/")
    assert properties(links=links, licence=(licence,)) <= set(FACTS)


def test_what_a_dataset_belongs_to_has_its_place() -> None:
    elsewhere = {"foaf:topic", "medkg:basis", "rdfs:comment"}
    declared = {each.property for _, each in declarations(Dataset) if each.property}
    assert declared - elsewhere <= set(FACTS)


def test_what_a_decision_overruled_is_told_from_what_it_chose(settings: Settings, resources: Path) -> None:
    decisions = ("field: counts, value: '130', unit: case, role: train", "field: released, value: '2018'")
    with (resources / "data" / "datasets" / "lits.yaml").open("a", encoding="utf-8") as file:
        file.write("decisions:\n")
        for decided in decisions:
            file.write(f"- {{{decided}, basis: knowledge, reason: The paper says so.}}\n")
    facts = {fact.property: fact for fact in profile(build(settings).store, "lits", SPACES).facts}
    said = {value.text: (value.is_believed, value.is_overruled) for value in facts["medkg:count"].values}
    assert said["130 cases, training"] == (True, False)
    assert said["131 cases, training"] == (False, True)
    assert said["70 cases, test"] == (True, False)
    assert {value.text: value.is_overruled for value in facts["dcterms:issued"].values} == {"2018": False, "2017": True}

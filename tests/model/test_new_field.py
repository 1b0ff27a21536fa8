"""A field takes one line of declaration and its term of the ontology: nothing else has to know it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
DECLARATION = """
    image_height: int | None = declare(
        "lines of one image", property="medkg:imageHeight", label="image height", maximum=LARGEST_COUNT, default=None
    )
"""
TERM = """
medkg:imageHeight a owl:DatatypeProperty ;
    rdfs:label "image height"@en ;
    skos:definition "How many lines one image has."@en ;
    rdfs:domain dcat:Dataset ;
    rdfs:range xsd:integer ;
    rdfs:isDefinedBy <https://w3id.org/medkg/ontology> .
"""
PAGE = """
import os, sys
from pathlib import Path
from medkg.model import prefixes
from medkg.settings import Settings
from medkg.site import create_app
from medkg.site.context import SiteContext
from medkg.snapshots.build import open_current
settings = Settings.from_environment()
snapshot = open_current(settings)
names = prefixes.load(settings.resources / "ontology")
now = SiteContext(
    store=snapshot.in_memory(), revision=snapshot.revision, prefixes=names,
    directory=snapshot.path, resources=settings.resources,
)
response = create_app(now).test_client().get(sys.argv[1], headers={"Accept": "text/html"})
print(response.text)
"""
FIELD_TABLE = """
from medkg.curation.reference import fields_table
from medkg.model.entries import Entry
print(fields_table(Entry))
"""


class Copy:
    """A copy of medkg, of its ontology and of the tiny data, to be changed at will."""

    def __init__(self, home: Path) -> None:
        self.home = home
        shutil.copytree(ROOT / "src" / "medkg", home / "src" / "medkg")
        shutil.copytree(ROOT / "ontology", home / "ontology")
        shutil.copytree(ROOT / "tests" / "tiny" / "data", home / "data")
        (home / "queries").mkdir()

    def replace(self, path: str, text: str, by: str) -> None:
        """Change a text that stands once in a file."""
        content = (self.home / path).read_text(encoding="utf-8")
        assert content.count(text) == 1, (path, text)
        (self.home / path).write_text(content.replace(text, by), encoding="utf-8")

    def run(self, *arguments: str, status: int = 0) -> str:
        """What Python prints when it runs the copy with some arguments."""
        paths = {"PYTHONPATH": str(self.home / "src"), "MEDKG_RESOURCES": str(self.home)}
        environment = {**os.environ, **paths, "MEDKG_HOME": str(self.home / "home")}
        command = [sys.executable, *arguments]
        ran = subprocess.run(
            command, cwd=self.home, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
        )
        assert ran.returncode == status, ran.stderr
        return ran.stdout + ran.stderr

    def medkg(self, *arguments: str, status: int = 0) -> str:
        """What a verb of the copy prints."""
        return self.run("-m", "medkg.cli", *arguments, status=status)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy with one field more, which lits states as 512 and two catalogues state differently of acdc."""
    copy = Copy(tmp_path_factory.mktemp("copy"))
    last_field = '    links: tuple[Link, ...] = declare("every address the entry gives", default=())\n'
    copy.replace("src/medkg/model/entries.py", last_field, last_field + DECLARATION)
    with (copy.home / "ontology" / "medkg.ttl").open("a", encoding="utf-8") as ontology:
        ontology.write(TERM)
    download = "  - {role: download, url: 'https://example.org/lits.zip'}\n"
    copy.replace("data/catalogs/north.yaml", download, f"{download}  image_height: 512\n")
    copy.replace("data/catalogs/north.yaml", "    key: cc-by-4\n", "    key: cc-by-4\n  image_height: 256\n")
    homepage = "  - {role: homepage, url: 'https://example.org/lits'}\n"
    copy.replace("data/catalogs/south.yaml", homepage, f"{homepage}  image_height: 300\n")
    return copy


def test_a_new_field_is_read_checked_and_written_in_its_place(copy: Copy) -> None:
    copy.medkg("fmt", "data")
    written = (copy.home / "data" / "catalogs" / "north.yaml").read_text(encoding="utf-8")
    assert "url: 'https://example.org/lits.zip'}\n  image_height: 512\n" in written
    copy.replace("data/catalogs/south.yaml", "image_height: 300", "image_height: tall")
    refused = copy.medkg("check", status=1)
    copy.replace("data/catalogs/south.yaml", "image_height: tall", "image_height: 300")
    assert "south.yaml:9:entries[0].image_height: must be a whole number" in refused


def test_a_new_field_is_stated_and_believed_in_the_graph_or_disputed(copy: Copy) -> None:
    lines = copy.medkg("export", "--format", "nquads").splitlines()
    dataset, property_ = "<https://w3id.org/medkg/dataset/{}>", "<https://w3id.org/medkg/ontology#imageHeight>"
    number = '"{}"^^<http://www.w3.org/2001/XMLSchema#integer>'
    record = "<https://w3id.org/medkg/catalog/north/record/lits>"
    statement = f"{dataset.format('lits')} {property_} {number.format(512)}"
    assert {f"{statement} .", f"{statement} {record} ."} <= {*lines}
    disputed = "<https://w3id.org/medkg/ontology#disputedProperty>"
    assert f"{dataset.format('acdc')} {disputed} {property_} ." in lines


def test_a_new_field_is_in_the_json_ld_context_by_its_name(copy: Copy) -> None:
    document: Any = json.loads(copy.medkg("export", "--format", "jsonld"))
    assert document["@context"]["imageHeight"] == {"@id": "medkg:imageHeight", "@type": "xsd:integer"}
    assert 512 in [node.get("imageHeight") for node in document["@graph"]]


def test_a_new_field_is_shown_by_its_label_with_who_states_it(copy: Copy) -> None:
    assert "image height          512  [north:7]" in copy.medkg("show", "lits").splitlines()
    facts = {fact["name"]: fact for fact in json.loads(copy.medkg("show", "acdc", "--json"))["facts"]}
    assert facts["image height"]["is_disputed"]
    assert {value["text"]: value["stated_by"] for value in facts["image height"]["values"]} == {
        "256": ["north:9"],
        "300": ["south:3"],
    }


def test_a_new_field_is_on_the_pages_of_a_dataset_a_catalogue_and_a_comparison(copy: Copy) -> None:
    for path in ("/dataset/lits", "/dataset/acdc", "/catalog/north/record/lits", "/compare?d=lits&d=acdc"):
        assert "image height" in copy.run("-c", PAGE, path), path
    assert "image height" in copy.run("-c", PAGE, "/catalog/north/differences")


def test_a_new_field_is_in_the_table_of_fields(copy: Copy) -> None:
    row = "| `image_height` | lines of one image | number to 1000000000000 | `medkg:imageHeight` |  |"
    assert row in copy.run("-c", FIELD_TABLE).splitlines()

"""Whatever `check` passes is built, past the gate, and written in every format; the rest is named where it is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from hypothesis import HealthCheck, given, settings
from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store, Triple, parse

from medkg import search
from medkg.curation import dump, read
from medkg.errors import Fault
from medkg.export import FORMATS, citation, export, listing, schema_org
from medkg.model import prefixes
from medkg.model.collection import Records
from medkg.settings import Settings
from medkg.snapshots.build import build
from medkg.snapshots.manifest import INDEX
from medkg.snapshots.products import check
from medkg.snapshots.snapshot import Snapshot
from medkg.views.void import graph_contents
from tests.property.hostile_records import made_up_records
from tests.property.pruning import without

ROOT = Path(__file__).parents[2]
PREFIXES = prefixes.load(ROOT / "ontology")
VOCABULARIES = read(ROOT / "tests" / "tiny" / "data").vocabularies
_KINDS = ("catalogs", "datasets", "challenges", "vocabularies")


def written(records: Records, resources: Path) -> None:
    """Put records into files, as the only ones there are."""
    shutil.rmtree(resources / "data", ignore_errors=True)
    for kind in _KINDS:
        (resources / "data" / kind).mkdir(parents=True)
        for name, record in getattr(records, kind).items():
            (resources / "data" / kind / f"{name}.yaml").write_text(dump(record), encoding="utf-8", newline="\n")


def passing(records: Records, resources: Path) -> Records:
    """What is left of records once all that `medkg check` names is left out, written into files."""
    while True:
        written(records, resources)
        faults = check(resources).faults
        if not faults:
            return records
        for fault in faults:
            assert isinstance(fault, Fault)
            assert fault.line, f"{fault} names no line"
        fewer = without(records, (each for each in faults if isinstance(each, Fault)))
        assert fewer != records, [str(each) for each in faults]
        records = fewer


@given(made_up_records(VOCABULARIES))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_check_passes_is_built_and_exported_in_every_format(records: Records) -> None:
    with TemporaryDirectory() as directory:
        resources = Path(directory, "resources")
        shutil.copytree(ROOT / "ontology", resources / "ontology")
        (resources / "queries").mkdir()
        left = passing(records, resources)
        environment = {"MEDKG_HOME": str(Path(directory, "home")), "MEDKG_RESOURCES": str(resources)}
        snapshot = build(Settings(environment=environment))
        is_written_in_every_format(snapshot.in_memory())
        describes_every_dataset(snapshot, left)


def is_written_in_every_format(store: Store) -> None:
    """Each document reads back as what was written, and XML is XML to others too."""
    quads = set(store)
    believed = {quad.triple for quad in quads if isinstance(quad.graph_name, DefaultGraph)}
    for form in FORMATS:
        document = b"".join(export(store, form.name, PREFIXES))
        engine = form.engine if isinstance(form.engine, RdfFormat) else RdfFormat.JSON_LD
        found = set(parse(document, engine))
        if engine.supports_datasets:
            assert {_quad(each) for each in found} == quads, form.name
        else:
            assert {each.triple if isinstance(each, Quad) else each for each in found} == believed, form.name
        if engine == RdfFormat.RDF_XML:
            ElementTree.fromstring(document)
    assert graph_contents(store, PREFIXES).triples == len(believed)


def _quad(statement: Quad | Triple) -> Quad:
    return statement if isinstance(statement, Quad) else Quad(*statement)


def describes_every_dataset(snapshot: Snapshot, records: Records) -> None:
    """Each dataset can be cited, described to search engines and listed."""
    store = snapshot.in_memory()
    for slug in records.datasets:
        assert json.loads(json.dumps(schema_org.dataset(store, PREFIXES, slug)))["name"]
        assert citation.bibtex(store, PREFIXES, [slug]).encode()
    with search.find(snapshot.path / INDEX) as answer:
        cards = [card for card, _ in answer.cards()]
    assert {card.slug for card in cards} == {slug for slug, each in records.datasets.items() if not each.replaced_by}
    assert listing.csv(cards)
    assert listing.json(cards, {})

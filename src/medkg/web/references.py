"""What to put into a bibliography for medkg and for the catalogues it reads, as of the graph that is served."""

from __future__ import annotations

from pyoxigraph import NamedNode

from medkg.export.citation import Reference
from medkg.graph.listings import Catalog
from medkg.graph.ontology import TERMS
from medkg.graph.revision import short
from medkg.graph.snapshot import Manifest, open_snapshot
from medkg.graph.wording import Wording
from medkg.model.prefixes import BASE
from medkg.web.remembered import read_once
from medkg.web.served import Served

TITLE = "medkg: the knowledge graph of public medical-imaging datasets"

_DIGITS = 12  # of a digest: enough to tell one from all others there are


@read_once
def manifest(now: Served) -> Manifest:
    """What the snapshot that is served says of itself."""
    return open_snapshot(now.directory).manifest


def own(now: Served) -> Reference:
    """The entry of medkg."""
    built = manifest(now).built
    return _reference(
        "medkg",
        title=TITLE,
        organization=maintainers(now) or "",
        year=built[:4],
        version=short(now.revision),
        note=f"graph of {built[:10]}",
        url=BASE,
    )


def maintainers(now: Served) -> str | None:
    """Those who keep the ontology, and with it the graph."""
    words = Wording(store=now.store, prefixes=now.prefixes)
    creator = words.address(NamedNode(TERMS.removesuffix("#")), "dcterms:creator")
    return words.literal(NamedNode(creator), "foaf:name") if creator else None


def of_catalog(found: Catalog) -> Reference:
    """The entry of a catalogue."""
    return _reference(
        found.id,
        title=found.title,
        organization=found.maintainer or "",
        note=f"the file with the SHA-256 {found.digest[:_DIGITS]}…" if found.digest else "",
        url=found.repository or found.iri,
    )


def _reference(key: str, **fields: str) -> Reference:
    return Reference(key=key, fields={name: value for name, value in fields.items() if value})

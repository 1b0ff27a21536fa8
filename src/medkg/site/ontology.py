"""The page of the ontology: every term with its meaning, its place among others' terms and an example, by anchors.

The ontology's IRI without `#Term` is asked for by whoever follows a term, and this is what a browser gets there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import render_template
from pyoxigraph import NamedNode

from medkg.evaluation import GRAPHS, Description
from medkg.rdf.ontology import TERMS
from medkg.site.context import SiteContext, cached_per_revision
from medkg.site.pages import addresses
from medkg.views.ontology import KINDS, Instance, Instances, Ontology, OntologyTerm
from medkg.views.ontology import ontology as glossary

_IRI = TERMS.removesuffix("#")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A term with an example of its use, where the graph has one."""

    term: OntologyTerm
    example: Instance | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Terms that are used of the same kind of thing: the classes, or the properties of one."""

    name: str
    heading: str
    entries: tuple[Entry, ...]


def page_of(now: SiteContext, description: Description) -> str:
    """The page of an ontology; one that is not ours has no terms here, and tells of itself."""
    found, groups = documented(now) if description.iri.value == _IRI else (_read(now, description.iri), ())
    return render_template(
        "ontology/page.html",
        ontology=found,
        groups=groups,
        kinds=KINDS,
        curie=now.prefixes.compact,
        address=_address,
        prefixes=now.prefixes,
        formats=GRAPHS,
    )


@cached_per_revision
def documented(now: SiteContext) -> tuple[Ontology, tuple[Group, ...]]:
    """Our ontology, and its terms in groups with their examples."""
    found = _read(now, NamedNode(_IRI))
    instances = Instances(now.store, now.prefixes)
    return found, tuple(_groups(found.terms, instances, now))


def _read(now: SiteContext, node: NamedNode) -> Ontology:
    return glossary(now.store, now.prefixes, node)


def _groups(terms: Sequence[OntologyTerm], instances: Instances, now: SiteContext) -> Iterator[Group]:
    """The classes, then the properties of one kind of thing after another, that with most of them first."""
    classes = [each for each in terms if each.is_class]
    if classes:
        entries = tuple(Entry(term=each, example=instances.of_class(each.iri)) for each in classes)
        yield Group(name="classes", heading="Classes", entries=entries)
    by_domain: dict[str, list[OntologyTerm]] = {}
    for each in (each for each in terms if not each.is_class):
        by_domain.setdefault(each.domains[0] if len(each.domains) == 1 else "", []).append(each)
    for domain, found in sorted(by_domain.items(), key=lambda pair: (not pair[0], -len(pair[1]), pair[0])):
        curie = now.prefixes.compact(domain)
        yield Group(
            name=f"of-{curie.replace(':', '-')}" if domain else "of-several",
            heading=f"Properties of {curie}" if domain else "Properties of several kinds of thing",
            entries=tuple(Entry(term=each, example=instances.of_property(each.iri)) for each in found),
        )


def _address(iri: str) -> str | None:
    """Where an IRI leads from this page: a term of ours to its place on it."""
    return f"#{iri.removeprefix(TERMS)}" if iri.startswith(TERMS) else addresses().of(iri)

"""A search as a SPARQL query: the values chosen of each facet in the terms of the graph.

The text of a search has no such form, for only the index finds similar names and words in two languages. The datasets
that the text finds are written as a list where it is short enough; else it is left out and a comment says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from medkg.model import prefixes as iris
from medkg.search.schemes import CONDITION, UNKNOWN, span

MOST_LISTED = 150
"""Datasets found by a text that a query lists."""

Keys = Mapping[str, Sequence[str]]
"""By facet, the keys of the values chosen."""

_YEAR = """\
{
    SELECT ?dataset (MIN(xsd:integer(SUBSTR(STR(?date), 1, 4))) AS ?year) WHERE {
      { ?dataset dcterms:issued ?date }
      UNION
      {
        ?dataset medkg:event/medkg:year|^medkg:usesDataset/medkg:year ?date
        FILTER NOT EXISTS { ?dataset dcterms:issued ?issued }
      }
    }
    GROUP BY ?dataset
  }"""
_LINEAGE: Mapping[str, str] = MappingProxyType(
    {
        "any": "?claim a medkg:LineageClaim ; rdf:subject|rdf:object ?dataset",
        "definite": "?dataset medkg:sharesImagesWith ?other",
        "possible": "?dataset medkg:mayShareImagesWith ?other",
        "open": "?dataset medkg:openProvenance|medkg:inheritsOpenProvenanceFrom ?source",
        "none-known": "FILTER NOT EXISTS { ?dataset medkg:sharesImagesWith|medkg:mayShareImagesWith ?other }",
    }
)


def sparql(text: str, chosen: Keys, slugs: Sequence[str] | None, prefixes: Mapping[str, str]) -> str:
    """The query for a search, with its prefixes; `slugs` are those that the text finds, None for too many."""
    lines = ["?dataset a dcat:Dataset ; dcterms:title ?title .", 'FILTER(LANG(?title) = "en")']
    lines.append("FILTER NOT EXISTS { ?dataset dcterms:isReplacedBy ?newer }")
    if text:
        lines += _of_text(text, slugs)
    for facet, keys in chosen.items():
        lines += _FORMS[facet](facet, keys)
    body = "\n".join(f"  {line}" for line in lines)
    query = f"SELECT DISTINCT ?dataset ?title WHERE {{\n{body}\n}}\nORDER BY LCASE(?title)\n"
    used = [prefix for prefix in prefixes if re.search(rf"(?<![\w-]){re.escape(prefix)}:", query)]
    return "".join(f"PREFIX {prefix}: <{prefixes[prefix]}>\n" for prefix in used) + query


def _of_text(text: str, slugs: Sequence[str] | None) -> Iterator[str]:
    """The list of the datasets that the text finds, or a comment."""
    plain = " ".join(text.split())
    if slugs is None:
        yield f"# left out: the words “{plain}”, which find more than {MOST_LISTED} datasets. SPARQL does not search as"
        yield "# medkg's index does: names and synonyms in two languages, however they are written."
        return
    yield f"# what medkg's index finds for “{plain}”; SPARQL itself does not search as it does"
    yield f"VALUES ?dataset {{ {' '.join(f'dataset:{slug}' for slug in slugs)} }}"


def _concepts(facet: str, keys: Sequence[str]) -> Iterator[str]:
    """One of some concepts, or a narrower one."""
    yield f"VALUES ?{facet} {{ {' '.join(f'{facet}:{key}' for key in keys)} }}"
    yield f"?dataset medkg:{facet}/skos:broader* ?{facet} ."


def _licence(_: str, keys: Sequence[str]) -> Iterator[str]:
    """Something that the licence allows, asks for or forbids."""
    known = [iris.concept(CONDITION, key) for key in keys if key != UNKNOWN]
    ways = []
    if known:
        values = f"VALUES ?condition {{ {' '.join(map(str, known))} }}"
        ways.append(f"{values} ?dataset dcterms:license/medkg:licenceCondition ?condition")
    if UNKNOWN in keys:
        ways.append("FILTER NOT EXISTS { ?dataset dcterms:license ?licence }")
    yield from _any(ways)


def _year(_: str, keys: Sequence[str]) -> Iterator[str]:
    """The year of release or, where none is known, of the first meeting or challenge."""
    yield f"{'OPTIONAL ' if UNKNOWN in keys else ''}{_YEAR}"
    yield f"FILTER({_between('?year', keys)})"


def _cases(_: str, keys: Sequence[str]) -> Iterator[str]:
    """The number of cases in all."""
    pattern = "?dataset medkg:caseCount ?cases"
    yield f"OPTIONAL {{ {pattern} }}" if UNKNOWN in keys else f"{pattern} ."
    yield f"FILTER({_between('?cases', keys)})"


def _catalog(_: str, keys: Sequence[str]) -> Iterator[str]:
    """A catalogue that lists it."""
    yield f"VALUES ?catalog {{ {' '.join(f'catalog:{key}' for key in keys)} }}"
    yield "?dataset foaf:isPrimaryTopicOf/dcterms:isPartOf ?catalog ."


def _lineage(_: str, keys: Sequence[str]) -> Iterator[str]:
    """One of some kinds of lineage."""
    yield from _any([_LINEAGE[key] for key in keys])


def _any(ways: Sequence[str]) -> Iterator[str]:
    """One of several patterns; a filter among several stands by the datasets it is of."""
    if len(ways) == 1:
        yield ways[0] if ways[0].startswith("FILTER") else f"{ways[0]} ."
        return
    whole = (f"?dataset a dcat:Dataset {pattern}" if pattern.startswith("FILTER") else pattern for pattern in ways)
    yield " UNION ".join(f"{{ {pattern} }}" for pattern in whole)


def _between(variable: str, keys: Sequence[str]) -> str:
    """The condition that a number is in one of some spans, or not known."""
    parts = [f"!BOUND({variable})"] if UNKNOWN in keys else []
    for part in (number_span for key in keys if (number_span := span(key))):
        if part.low == part.high:
            parts.append(f"{variable} = {part.low}")
        else:
            ends = ((">=", part.low), ("<=", part.high))
            parts.append(" && ".join(f"{variable} {sign} {end}" for sign, end in ends if end is not None))
    return " || ".join(f"({part})" if "&&" in part and len(parts) > 1 else part for part in parts)


_FORMS: Mapping[str, Callable[[str, Sequence[str]], Iterator[str]]] = MappingProxyType(
    {
        "anatomy": _concepts,
        "modality": _concepts,
        "task": _concepts,
        "licence": _licence,
        "year": _year,
        "cases": _cases,
        "catalog": _catalog,
        "lineage": _lineage,
    }
)

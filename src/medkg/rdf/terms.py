"""RDF terms of values: literals with the datatype or language of their form."""

from __future__ import annotations

import re

from pyoxigraph import Literal, NamedNode

from medkg.model.prefixes import Prefixes

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def integer(value: int) -> Literal:
    """An xsd:integer."""
    return Literal(str(value), datatype=NamedNode(f"{XSD}integer"))


def boolean(value: bool) -> Literal:
    """An xsd:boolean."""
    return Literal(str(value).lower(), datatype=NamedNode(f"{XSD}boolean"))


def date(value: str) -> Literal:
    """An xsd:gYear, gYearMonth or date, by how much of the date is known.

    >>> date("2022-04").datatype.value
    'http://www.w3.org/2001/XMLSchema#gYearMonth'
    """
    return Literal(value, datatype=NamedNode(XSD + {4: "gYear", 7: "gYearMonth", 10: "date"}[len(value)]))


def english(value: str) -> Literal:
    """A text in English."""
    return Literal(value, language="en")


def chinese(value: str) -> Literal:
    """A text in Chinese."""
    return Literal(value, language="zh")


def text_literal(value: str) -> Literal:
    """A text in the language its writing shows: Chinese characters or none."""
    return chinese(value) if re.search("[\u3400-\u9fff]", value) else english(value)


def classes(prefixes: Prefixes, *curies: str) -> list[tuple[NamedNode, NamedNode]]:
    """Type statements' predicates and objects for the given classes."""
    return [(RDF_TYPE, prefixes.expand(curie)) for curie in curies]

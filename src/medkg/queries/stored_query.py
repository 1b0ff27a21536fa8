"""A stored query: its question, its parameters, its expectations and its SPARQL text, and its description in RDF.

Values of parameters come as text and become RDF terms, never pieces of a query.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from medkg.choices import did_you_mean
from medkg.errors import ParameterError, UnknownName
from medkg.evaluation.language import query_form
from medkg.evaluation.lexer import Kind, code
from medkg.model.fields import DATE, Declaration, declare
from medkg.model.prefixes import BASE, Prefixes
from medkg.queries.names import CLASSES, Names
from medkg.rdf import terms

HEADER_SIGN = "#+"
"""The characters that each line of a header begins with."""

_ANY_TEXT = r"(?s).*"

Term = NamedNode | Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class _LiteralType:
    """A type of parameters whose values are literals: their form, the message on other texts, and the literal."""

    pattern: str
    message: str
    literal: Callable[[str], Literal]


_LITERAL_TYPES: Mapping[str, _LiteralType] = {
    "integer": _LiteralType(
        pattern=r"[-+]?\d{1,18}",
        message="no whole number, such as 100",
        literal=lambda text: terms.integer(int(text)),
    ),
    "date": _LiteralType(
        pattern=DATE, message="no year, month or day, such as 2022, 2022-07 or 2022-07-15", literal=terms.date
    ),
    "language": _LiteralType(
        pattern=r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*",
        message="no language tag, such as en or zh",
        literal=lambda text: Literal(text.lower()),
    ),
    "string": _LiteralType(pattern=r"(?s).+", message="no text", literal=Literal),
}


def _mapping(help: str) -> Any:
    """A field of values by name, of any text; empty where it is not there."""
    return field(default_factory=dict, metadata={"declaration": Declaration(help=help, pattern=_ANY_TEXT)})


TYPES = ("concept", *CLASSES, *_LITERAL_TYPES)
"""The types of parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A variable of a query that is given a value, or else its default; without one an optional variable stays free."""

    type: str = declare("The type of its values.", example="concept")
    help: str = declare("The meaning of its values.", example="the body part")
    vocabulary: str | None = declare("The vocabulary of a concept.", example="anatomy", default=None)
    default: str | None = declare("The value where none is given.", pattern=_ANY_TEXT, example="liver", default=None)
    optional: bool = declare("Whether it may stay free.", default=False)

    @property
    def is_required(self) -> bool:
        """Whether the query cannot be evaluated without a value for it."""
        return self.default is None and not self.optional

    @property
    def description(self) -> str:
        """Its type, default and meaning, as lists of parameters show them behind its name."""
        kind = f"{self.vocabulary} {self.type}" if self.vocabulary else self.type
        otherwise = f", default {self.default}" if self.default is not None else ", optional" if self.optional else ""
        return f"({kind}{otherwise}): {self.help}"

    def problem(self, text: str) -> str | None:
        """Why a text cannot be a value of it, on any graph; None where it can."""
        literal_type = _LITERAL_TYPES.get(self.type)
        if literal_type is None or re.fullmatch(literal_type.pattern, text.strip(), re.ASCII):
            return None
        return f"{text!r} is {literal_type.message}"

    def term(self, text: str, names: Names) -> Term:
        """The term of a value; a `ParameterError` or `UnknownName` where it has none."""
        if problem := self.problem(text):
            raise ParameterError(problem)
        if self.vocabulary:
            return names.concept(self.vocabulary, text)
        if self.type in CLASSES:
            return names.thing(self.type, text)
        return _LITERAL_TYPES[self.type].literal(text.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """The promise of a query asked with the given values: its columns, and rows that it must hold.

    Rows are partial, column to value; IRIs are written as CURIEs.
    """

    columns: tuple[str, ...] = declare("The variables of the answer, in order.", default=())
    min_rows: int = declare("The fewest rows.", default=0)
    contains: tuple[Mapping[str, str], ...] = declare("Rows that are there.", pattern=_ANY_TEXT, default=())
    given: Mapping[str, str] = _mapping("The values it is evaluated with.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The lines `#+` at the top of a stored query, as YAML."""

    question: str = declare("One plain sentence.")
    explanation: str = declare("One line: what counts, what is left out.")
    parameters: Mapping[str, Parameter] = _mapping("The parameters, by variable.")
    expects: Expectation = declare("The promise that tests hold the query to.", default=Expectation())


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredQuery(Header):
    """A query that is evaluated by its name, with values for its parameters."""

    name: str
    file: Path
    text: str

    @property
    def sparql(self) -> str:
        """The query without its header."""
        return re.sub(r"\A(?:#\+[^\n]*\n)*\s*", "", self.text)

    @property
    def variables(self) -> frozenset[str]:
        """The names of the variables it uses."""
        return frozenset(token.text[1:] for token in code(self.text) if token.kind is Kind.VARIABLE)

    @property
    def place_of_values(self) -> int | None:
        """The offset of the values of parameters, behind the first `WHERE {`; None where there is none."""
        pairs = pairwise(code(self.text))
        return next((brace.end for where, brace in pairs if where.keyword == "WHERE" and brace.text == "{"), None)

    def with_prefixes(self, prefixes: Mapping[str, str]) -> str:
        """The query for any endpoint: with the declarations of the prefixes it uses."""
        names = (token.text for token in code(self.sparql, prefixes) if token.kind is Kind.PREFIXED_NAME)
        used = {name.partition(":")[0] for name in names}
        return (
            "".join(f"PREFIX {prefix}: <{prefixes[prefix]}>\n" for prefix in prefixes if prefix in used) + self.sparql
        )

    def with_values(self, values: Mapping[str, str], names: Names) -> str:
        """The SPARQL text with values for its parameters; a `ParameterError` as for `bindings`."""
        return self.with_bindings(self.bindings(values, names))

    def bindings(self, values: Mapping[str, str], names: Names) -> dict[str, Term]:
        """The terms of its parameters; one `ParameterError` with all problems and the list of parameters."""
        problems = [
            f"{name} is no parameter of {self.name}{did_you_mean(name, self.parameters)}"
            for name in values
            if name not in self.parameters
        ]
        bindings: dict[str, Term] = {}
        for name, parameter in self.parameters.items():
            text = values.get(name, parameter.default)
            if text is None and parameter.is_required:
                problems.append(f"{name} is missing")
            elif text is not None:
                try:
                    bindings[name] = parameter.term(text, names)
                except (ParameterError, UnknownName) as error:
                    problems.append(f"{name}: {error}")
        if problems:
            takes = f"{self.name} takes" if self.parameters else f"{self.name} takes no parameters"
            parameters = (f"  {name} {parameter.description}" for name, parameter in self.parameters.items())
            raise ParameterError("\n".join([*problems, takes, *parameters]))
        return bindings

    def with_bindings(self, bindings: Mapping[str, Term]) -> str:
        """The SPARQL text with each variable held to its term, by VALUES at the beginning of the pattern.

        https://www.w3.org/TR/sparql11-query/#inline-data; lines stay where they are.
        """
        place = self.place_of_values
        if not bindings or place is None:
            return self.text
        variables, terms = " ".join(f"?{name}" for name in bindings), " ".join(map(str, bindings.values()))
        return f"{self.text[:place]} VALUES ({variables}) {{ ({terms}) }}{self.text[place:]}"


_SHACL, _EXAMPLES = "http://www.w3.org/ns/shacl#", "https://purl.expasy.org/sparql-examples/ontology#"

# SHACL has no terms for DESCRIBE; those are of the SPARQL examples
_SHACL_TERMS = {
    "SELECT": (f"{_SHACL}SPARQLSelectExecutable", f"{_SHACL}select"),
    "ASK": (f"{_SHACL}SPARQLAskExecutable", f"{_SHACL}ask"),
    "CONSTRUCT": (f"{_SHACL}SPARQLConstructExecutable", f"{_SHACL}construct"),
    "DESCRIBE": (f"{_EXAMPLES}SPARQLDescribeExecutable", f"{_EXAMPLES}describe"),
}


def shacl(query: StoredQuery, prefixes: Prefixes) -> Iterator[Triple]:
    """A stored query of any form as a `sh:SPARQLExecutable`, so that other tools can list and run it.

    As in https://github.com/sib-swiss/sparql-examples, but for the prefixes: they stand in the query.
    """
    node = NamedNode(f"{BASE}query/{query.name}")
    kind, text = _SHACL_TERMS[query_form(query.sparql) or "SELECT"]
    for name in (f"{_SHACL}SPARQLExecutable", kind):
        yield Triple(node, terms.RDF_TYPE, NamedNode(name))
    yield Triple(node, prefixes.expand("rdfs:label"), terms.english(query.question))
    yield Triple(node, prefixes.expand("rdfs:comment"), terms.english(query.explanation))
    yield Triple(node, NamedNode(text), Literal(query.with_prefixes(prefixes)))

"""A stored query: its question in words, its parameters, what it promises, and its SPARQL.

The parameters of a stored query: values come as people write them and become RDF terms, never text.

Stored queries described in RDF, as `sh:SPARQLExecutable`s, so that others' tools can list and run them.

The form is that of https://github.com/sib-swiss/sparql-examples, but for the prefixes: they stand in the query.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from medkg.errors import ParameterError, UnknownName
from medkg.evaluation.language import query_form
from medkg.model.fields import DATE
from medkg.model.prefixes import BASE, Prefixes
from medkg.queries.names import CLASSES, Names
from medkg.rdf import terms

Term = NamedNode | Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One variable of a query that whoever asks gives a value.

    Without one the default is taken, and without a default an optional variable stays free.
    """

    name: str
    type: str
    help: str
    vocabulary: str | None = None
    default: str | None = None
    optional: bool = False

    @property
    def is_required(self) -> bool:
        """Whether there is no asking without a value for it."""
        return self.default is None and not self.optional

    @property
    def description(self) -> str:
        """The parameter as a list of parameters shows it."""
        kind = f"{self.vocabulary} {self.type}" if self.vocabulary else self.type
        otherwise = f", default {self.default}" if self.default is not None else ", optional" if self.optional else ""
        return f"{self.name} ({kind}{otherwise}): {self.help}"

    def misfit(self, text: str) -> str | None:
        """Why a text cannot be a value of it, whatever the graph holds; None where it can."""
        form = _FORMS.get(self.type)
        if form is None or re.fullmatch(form.pattern, text.strip(), re.ASCII):
            return None
        return f"{text!r} is {form.otherwise}"

    def term(self, text: str, names: Names) -> Term:
        """The term that a text means; a `ParameterError` where it means none."""
        if problem := self.misfit(text):
            raise ParameterError(f"{self.name}: {problem}")
        try:
            if self.vocabulary:
                return names.concept(self.vocabulary, text)
            if self.type in CLASSES:
                return names.thing(self.type, text)
        except UnknownName as error:
            raise ParameterError(f"{self.name}: {error}") from None
        return _FORMS[self.type].literal(text.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """How a literal is written, what is wrong with a text that is none, and the literal of one that is."""

    pattern: str
    otherwise: str
    literal: Callable[[str], Literal]


_FORMS: Mapping[str, _Form] = {
    "integer": _Form(
        pattern=r"[-+]?\d{1,18}",
        otherwise="no whole number, such as 100",
        literal=lambda text: terms.integer(int(text)),
    ),
    "date": _Form(
        pattern=DATE, otherwise="no year, month or day, such as 2022, 2022-07 or 2022-07-15", literal=terms.date
    ),
    "language": _Form(
        pattern=r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*",
        otherwise="no language tag, such as en or zh",
        literal=lambda text: Literal(text.lower()),
    ),
    "string": _Form(pattern=r"(?s).+", otherwise="no text", literal=Literal),
}

TYPES = ("concept", *CLASSES, *_FORMS)
"""The types of parameters."""


_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    | '''(?:[^'\\]|\\.|'(?!''))*''' | \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\" | '(?:[^'\\\n]|\\.)*' | "(?:[^"\\\n]|\\.)*"
    | <[^<>"{}|^`\\\s]*>
    | [?$](?P<variable>\w+)
    | (?P<where>\bWHERE\b\s*\{)
    | [\w:-]+ | \\. | .""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a query promises when asked with the given values: its columns, and rows it must hold.

    Rows are partial, column to value; IRIs are written as CURIEs.
    """

    columns: tuple[str, ...] = ()
    min_rows: int = 0
    contains: tuple[Mapping[str, str], ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredQuery:
    """A question that is asked by name."""

    name: str
    file: Path
    question: str
    explanation: str
    parameters: Mapping[str, Parameter]
    expects: Expectation
    text: str

    @property
    def sparql(self) -> str:
        """The query without its header."""
        return re.sub(r"\A(?:#\+[^\n]*\n)*\s*", "", self.text)

    @property
    def variables(self) -> frozenset[str]:
        """The names of the variables it uses."""
        return frozenset(match["variable"] for match in _TOKEN.finditer(self.text) if match["variable"])

    @property
    def place_of_values(self) -> int | None:
        """The offset at which the values of parameters go, behind the first `WHERE {`; None where there is none."""
        return next((match.end() for match in _TOKEN.finditer(self.text) if match["where"]), None)

    def with_prefixes(self, prefixes: Mapping[str, str]) -> str:
        """The query as it can be asked of any endpoint: with the declarations of the prefixes it uses."""
        used = [each for each in prefixes if re.search(rf"(?<![\w-]){re.escape(each)}:", self.sparql)]
        return "".join(f"PREFIX {each}: <{prefixes[each]}>\n" for each in used) + self.sparql

    def asked(self, values: Mapping[str, str], names: Names) -> str:
        """The SPARQL text that asks it with these values."""
        return self.bound(self.bind(values, names))

    def bind(self, values: Mapping[str, str], names: Names) -> dict[str, Term]:
        """The terms of its parameters; one `ParameterError` with all that is wrong and the list of parameters."""
        problems = [self._unknown(name) for name in values if name not in self.parameters]
        found: dict[str, Term] = {}
        for name, parameter in self.parameters.items():
            text = values.get(name, parameter.default)
            if text is None and parameter.is_required:
                problems.append(f"{name} is missing")
            elif text is not None:
                try:
                    found[name] = parameter.term(text, names)
                except ParameterError as error:
                    problems.append(str(error))
        if problems:
            raise ParameterError(self._refusal(problems))
        return found

    def bound(self, found: Mapping[str, Term]) -> str:
        """The SPARQL text with each variable held to its term, by VALUES at the beginning of the pattern.

        https://www.w3.org/TR/sparql11-query/#inline-data; lines stay where they are.
        """
        place = self.place_of_values
        if not found or place is None:
            return self.text
        variables, terms = " ".join(f"?{name}" for name in found), " ".join(str(term) for term in found.values())
        return f"{self.text[:place]} VALUES ({variables}) {{ ({terms}) }}{self.text[place:]}"

    def _unknown(self, name: str) -> str:
        from rapidfuzz import process  # only a mistake needs it

        near = process.extractOne(name, list(self.parameters), score_cutoff=60)
        return f"{name} is no parameter of {self.name}" + (f"; did you mean {near[0]}?" if near else "")

    def _refusal(self, problems: list[str]) -> str:
        """The problems, each on its line, and the parameters there are."""
        listed = [f"  {parameter.description}" for parameter in self.parameters.values()]
        takes = f"{self.name} takes" if listed else f"{self.name} takes no parameters"
        return "\n".join([*problems, takes, *listed])


_SHACL, _EXAMPLES = "http://www.w3.org/ns/shacl#", "https://purl.expasy.org/sparql-examples/ontology#"

# SHACL has no words for DESCRIBE; those are of the SPARQL examples
_SHACL_PROPERTIES = {
    "SELECT": (f"{_SHACL}SPARQLSelectExecutable", f"{_SHACL}select"),
    "ASK": (f"{_SHACL}SPARQLAskExecutable", f"{_SHACL}ask"),
    "CONSTRUCT": (f"{_SHACL}SPARQLConstructExecutable", f"{_SHACL}construct"),
    "DESCRIBE": (f"{_EXAMPLES}SPARQLDescribeExecutable", f"{_EXAMPLES}describe"),
}


def shacl(query: StoredQuery, prefixes: Prefixes) -> Iterator[Triple]:
    """What there is to know of a stored query, of whichever form."""
    node = NamedNode(f"{BASE}query/{query.name}")
    kind, text = _SHACL_PROPERTIES[query_form(query.sparql) or "SELECT"]
    for name in (f"{_SHACL}SPARQLExecutable", kind):
        yield Triple(node, terms.RDF_TYPE, NamedNode(name))
    yield Triple(node, prefixes.expand("rdfs:label"), terms.english(query.question))
    yield Triple(node, prefixes.expand("rdfs:comment"), terms.english(query.explanation))
    yield Triple(node, NamedNode(text), Literal(query.with_prefixes(prefixes)))

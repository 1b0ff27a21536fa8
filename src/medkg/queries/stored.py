"""A stored query: its question in words, its parameters, what it promises, and its SPARQL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from medkg.errors import ParameterError
from medkg.graph.queries.names import Names
from medkg.graph.queries.parameters import Parameter, Term

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

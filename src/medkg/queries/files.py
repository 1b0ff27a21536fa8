"""Files of stored queries to queries, or everything that is wrong in every file.

The header of a stored query, the `#+` lines at its top, as YAML: checked field by field.

#+ question: Which datasets show a body part in a modality?
#+ explanation: Narrower concepts count too.
#+ parameters:
#+   anatomy: {type: concept, vocabulary: anatomy, default: liver, help: the body part}
#+ expects:
#+   columns: [dataset, title]
#+   min_rows: 10
#+   contains:
#+     - {dataset: dataset:lits, title: LiTS}
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyoxigraph import Store
from yaml.nodes import MappingNode, Node, SequenceNode

from medkg.choices import did_you_mean
from medkg.curation.reader import display_path
from medkg.curation.yaml_nodes import compose, read_text
from medkg.errors import Fault, QueryError, UnreadableFile
from medkg.evaluation import evaluate
from medkg.model.fields import SLUG
from medkg.model.prefixes import Prefixes
from medkg.queries.stored_query import TYPES, Expectation, Parameter, StoredQuery

HEADER_CODES = {
    "no-header": "A stored query begins with lines `#+` that say what it asks.",
    "unknown-type": "A parameter must be of a known type.",
    "no-vocabulary": "A concept is asked for out of a vocabulary, and nothing else is.",
}

_SIGN = "#+"
_FORMS: Mapping[type, str] = {str: "a text", list: "a list", dict: "a mapping"}
_HEADER = {"question": str, "explanation": str, "parameters": dict, "expects": dict}
_PARAMETER = {"type": str, "help": str, "vocabulary": str, "default": str, "optional": str}
_EXPECTS = {"columns": list, "min_rows": str, "contains": list, "given": dict}


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a stored query says of itself."""

    question: str
    explanation: str
    parameters: Mapping[str, Parameter]
    expects: Expectation


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A query's file while it is read: the line of each field of its header, and every fault."""

    file: Path
    lines: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, path: str, code: str, message: str) -> None:
        """Note the fault of a field."""
        line = self.lines.get(path) or self.lines.get(path.rpartition(".")[0], 1)
        self.faults.append(Fault(file=self.file, field=path, line=line, code=code, message=message))


def header(text: str, sheet: Sheet) -> Header | None:
    """The header of a query's text, faults noted; None where there is none to speak of."""
    lines = text.splitlines()
    end = next((number for number, line in enumerate(lines) if not line.startswith(_SIGN)), len(lines))
    if not end:
        sheet.refuse("", "no-header", "has no header; begin with lines such as `#+ question: Which datasets …?`")
        return None
    try:
        root = compose("\n".join(line.removeprefix(_SIGN).removeprefix(" ") for line in lines[:end]), sheet.file)
    except Fault as fault:
        sheet.faults.append(fault)
        return None
    found = _fields(_plain(root, "", sheet), _HEADER, ("question", "explanation"), "", sheet)
    return Header(
        question=found.get("question", ""),
        explanation=found.get("explanation", ""),
        parameters=dict(_parameters(found.get("parameters", {}), sheet)),
        expects=_expectation(found.get("expects", {}), sheet),
    )


def _plain(node: Node, path: str, sheet: Sheet) -> Any:
    """A node as texts, lists and dicts; the line of each field noted."""
    if isinstance(node, SequenceNode):
        return [_plain(each, f"{path}[{index}]", sheet) for index, each in enumerate(node.value)]
    if not isinstance(node, MappingNode):
        return node.value
    found = {}
    for key, value in node.value:
        name = str(key.value)
        here = f"{path}.{name}" if path else name
        if name in found:
            sheet.refuse(here, "duplicate-key", f"stands twice, first on line {sheet.lines[here]}; keep one")
        sheet.lines[here] = key.start_mark.line + 1
        found[name] = _plain(value, here, sheet)
    return found


def _fields(value: Any, fields: Mapping[str, type], required: Sequence[str], path: str, sheet: Sheet) -> dict[str, Any]:
    """Those of a mapping's fields that are in order."""
    if not isinstance(value, dict):
        sheet.refuse(path, "wrong-type", f"must be a mapping of fields such as {', '.join([*fields][:3])}")
        return {}
    prefix = f"{path}." if path else ""
    for name in (name for name in required if not value.get(name)):
        sheet.refuse(f"{prefix}{name}", "missing-field", "is missing; write it")
    for name in value:
        if name not in fields:
            sheet.refuse(f"{prefix}{name}", "unknown-field", f"is no field here{_instead(name, fields)}")
        elif not isinstance(value[name], fields[name]):
            sheet.refuse(f"{prefix}{name}", "wrong-type", f"must be {_FORMS[fields[name]]}")
    return {name: each for name, each in value.items() if isinstance(each, fields.get(name, ()))}


def _instead(name: str, choices: Iterable[str]) -> str:
    return did_you_mean(name, choices) or f"; there is {', '.join(choices)}"


def _parameters(found: Mapping[str, Any], sheet: Sheet) -> Iterator[tuple[str, Parameter]]:
    """The parameters that are in order, by name."""
    for name, value in found.items():
        path = f"parameters.{name}"
        fields = _fields(value, _PARAMETER, ("type", "help"), path, sheet)
        optional = fields.pop("optional", "false")
        if optional not in ("true", "false"):
            sheet.refuse(f"{path}.optional", "wrong-type", "must be true or false")
        if {"type", "help"} <= fields.keys():
            parameter = Parameter(name=name, optional=optional == "true", **fields)
            _check(parameter, path, sheet)
            yield name, parameter


def _check(parameter: Parameter, path: str, sheet: Sheet) -> None:
    """Note what is wrong with a parameter."""
    if parameter.type not in TYPES:
        sheet.refuse(f"{path}.type", "unknown-type", f"is no type of parameter{_instead(parameter.type, TYPES)}")
    elif (parameter.type == "concept") is not bool(parameter.vocabulary):
        message = "is only for a concept" if parameter.vocabulary else "is missing; say whose concept it is"
        sheet.refuse(f"{path}.vocabulary", "no-vocabulary", message)
    elif parameter.default is not None and (problem := parameter.misfit(parameter.default)):
        sheet.refuse(f"{path}.default", "malformed-value", problem)


def _expectation(found: Mapping[str, Any], sheet: Sheet) -> Expectation:
    """What the query promises, as far as it is in order."""
    fields = _fields(found, _EXPECTS, (), "expects", sheet)
    min_rows = fields.get("min_rows", "0")
    if not min_rows.isdecimal():
        sheet.refuse("expects.min_rows", "wrong-type", "must be a number")
    for index, row in enumerate(fields.get("contains", [])):
        if not isinstance(row, dict):
            sheet.refuse(f"expects.contains[{index}]", "wrong-type", "must be a mapping of columns to values")
    return Expectation(
        columns=tuple(fields.get("columns", ())),
        min_rows=int(min_rows) if min_rows.isdecimal() else 0,
        contains=tuple(row for row in fields.get("contains", ()) if isinstance(row, dict)),
        given=fields.get("given", {}),
    )


CODES = {
    **HEADER_CODES,
    "sparql-syntax": "A stored query is one that the engine can parse.",
    "unused-parameter": "A parameter is a variable of its query.",
    "no-where": "A query with parameters says WHERE before its pattern, for their values go there.",
}


def load(directory: Path, prefixes: Prefixes) -> dict[str, StoredQuery]:
    """The stored queries of a directory by name, or one ExceptionGroup with every fault of every file."""
    found, faults = gather(directory, prefixes)
    if faults:
        number = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise ExceptionGroup(f"{number} in {directory}", faults)
    return found


def gather(directory: Path, prefixes: Prefixes) -> tuple[dict[str, StoredQuery], list[Fault]]:
    """The stored queries of a directory that are in order, by name, and every fault of the others."""
    if not directory.is_dir():
        raise UnreadableFile(f"{directory} is no directory of stored queries; see MEDKG_RESOURCES")
    found: dict[str, StoredQuery] = {}
    faults: list[Fault] = []
    for path in sorted(directory.glob("*.rq")):
        try:
            found[path.stem] = read(path, prefixes)
        except* Fault as group:
            faults += [fault for fault in group.exceptions if isinstance(fault, Fault)]
    return found, faults


def read(path: Path, prefixes: Prefixes) -> StoredQuery:
    """The stored query in a file, or one ExceptionGroup of its faults."""
    sheet = Sheet(file=display_path(path, path.parent))
    query = _query(path, sheet)
    faults = [*sheet.faults, *(_faults(query, prefixes) if query else ())]
    if query is None or faults:
        raise ExceptionGroup(f"{sheet.file} holds no stored query", faults)
    return query


def _query(path: Path, sheet: Sheet) -> StoredQuery | None:
    """The query as far as its header can be read; None where it has none."""
    try:
        text = read_text(path, sheet.file)
    except Fault as fault:
        sheet.faults.append(fault)
        return None
    said = header(text, sheet)
    if said is None:
        return None
    return StoredQuery(
        name=path.stem,
        file=sheet.file,
        question=said.question,
        explanation=said.explanation,
        parameters=said.parameters,
        expects=said.expects,
        text=text,
    )


def _faults(query: StoredQuery, prefixes: Prefixes) -> Iterator[Fault]:
    """What is wrong with a query besides its header."""
    if not re.fullmatch(SLUG, query.name):
        message = "is not named in lower-case words joined by hyphens; rename it"
        yield Fault(file=query.file, code="bad-slug", message=message)
    for name in query.parameters.keys() - query.variables:
        message = f"the query has no variable ?{name}; use it, or leave the parameter out"
        yield Fault(file=query.file, field=f"parameters.{name}", code="unused-parameter", message=message)
    if query.parameters and query.place_of_values is None:
        message = "has parameters and no `WHERE {` to put their values behind; write WHERE before the pattern"
        yield Fault(file=query.file, code="no-where", message=message)
    try:
        evaluate(Store(), query.text, prefixes=prefixes)
    except QueryError as error:
        place = re.match(r"line (\d+)", str(error))
        line = int(place[1]) if place else None
        yield Fault(file=query.file, line=line, code="sparql-syntax", message=f"is not SPARQL: {error}")

"""Files of stored queries to queries, or every fault of every file.

The header of a file, the `#+` lines at its top, is YAML, read by the declarations of `Header` as records are:

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
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

from pyoxigraph import Store

from medkg.choices import did_you_mean
from medkg.curation.forms import Reading
from medkg.curation.reader import display_path, read_record
from medkg.curation.yaml_nodes import read_text
from medkg.errors import Fault, QueryError, UnreadableFile
from medkg.evaluation import evaluate
from medkg.model.fields import SLUG
from medkg.model.prefixes import Prefixes
from medkg.queries.stored_query import HEADER_SIGN, TYPES, Header, Parameter, StoredQuery

CODES = {
    "no-header": "A stored query begins with lines `#+` that say what it asks.",
    "unknown-type": "A parameter must be of a known type.",
    "no-vocabulary": "A concept is asked for out of a vocabulary, and nothing else is.",
    "sparql-syntax": "A stored query is one that the engine can parse.",
    "unused-parameter": "A parameter is a variable of its query.",
    "no-where": "A query with parameters says WHERE before its pattern, for their values go there.",
}


def load(directory: Path, prefixes: Prefixes) -> dict[str, StoredQuery]:
    """The stored queries of a directory by name, or one ExceptionGroup with every fault of every file."""
    queries, faults = gather(directory, prefixes)
    if faults:
        number = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise ExceptionGroup(f"{number} in {directory}", faults)
    return queries


def gather(directory: Path, prefixes: Prefixes) -> tuple[dict[str, StoredQuery], list[Fault]]:
    """The stored queries of a directory that have no fault, by name, and every fault of the others."""
    if not directory.is_dir():
        raise UnreadableFile(f"{directory} is no directory of stored queries; see MEDKG_RESOURCES")
    queries: dict[str, StoredQuery] = {}
    faults: list[Fault] = []
    for path in sorted(directory.glob("*.rq")):
        try:
            queries[path.stem] = read(path, prefixes)
        except* Fault as group:
            faults += [fault for fault in group.exceptions if isinstance(fault, Fault)]
    return queries, faults


def read(path: Path, prefixes: Prefixes) -> StoredQuery:
    """The stored query in a file, or one ExceptionGroup of its faults."""
    reading = Reading(file=display_path(path, path.parent))
    query = _query(path, reading)
    faults = [*reading.faults, *(_query_faults(query, reading, prefixes) if query else ())]
    if query is None or faults:
        raise ExceptionGroup(f"{reading.file} holds no stored query", faults)
    return query


def _query(path: Path, reading: Reading) -> StoredQuery | None:
    """The query with what could be read of its header; None where nothing could."""
    try:
        text = read_text(path, reading.file)
    except Fault as fault:
        reading.faults.append(fault)
        return None
    lines = list(takewhile(lambda line: line.startswith(HEADER_SIGN), text.splitlines()))
    if not lines:
        message = "has no header; begin with lines such as `#+ question: Which datasets …?`"
        reading.faults.append(Fault(file=reading.file, line=1, code="no-header", message=message))
        return None
    yaml = "\n".join(line.removeprefix(HEADER_SIGN).removeprefix(" ") for line in lines)
    header = read_record(yaml, Header, reading)
    if header is None:
        return None
    return StoredQuery(
        name=path.stem,
        file=reading.file,
        text=text,
        question=header.question,
        explanation=header.explanation,
        parameters=header.parameters,
        expects=header.expects,
    )


def _query_faults(query: StoredQuery, reading: Reading, prefixes: Prefixes) -> Iterator[Fault]:
    """The faults of a query whose header is of the right form."""
    if not re.fullmatch(SLUG, query.name):
        message = "is not named in lower-case words joined by hyphens; rename it"
        yield Fault(file=query.file, code="bad-slug", message=message)
    for name, parameter in query.parameters.items():
        yield from _parameter_faults(parameter, f"parameters.{name}", reading)
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


def _parameter_faults(parameter: Parameter, path: str, reading: Reading) -> Iterator[Fault]:
    """The faults of a parameter whose fields are of the right form."""
    field = code = message = ""
    if parameter.type not in TYPES:
        nearest = did_you_mean(parameter.type, TYPES) or f"; there is {', '.join(TYPES)}"
        field, code, message = "type", "unknown-type", f"is no type of parameter{nearest}"
    elif (parameter.type == "concept") is not bool(parameter.vocabulary):
        field, code = "vocabulary", "no-vocabulary"
        message = "is only for a concept" if parameter.vocabulary else "is missing; say whose concept it is"
    elif parameter.default is not None and (problem := parameter.problem(parameter.default)):
        field, code, message = "default", "malformed-value", problem
    if message:
        line = reading.lines.get(f"{path}.{field}", reading.lines[path])
        yield Fault(file=reading.file, field=f"{path}.{field}", line=line, code=code, message=message)

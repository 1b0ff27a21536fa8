"""Files of stored queries to queries, or everything that is wrong in every file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Store

from medkg.curation.folder import shown
from medkg.curation.source import text_of
from medkg.errors import Fault, QueryError, UnreadableFile
from medkg.evaluation import evaluate
from medkg.graph.queries import header
from medkg.graph.queries.header import Sheet
from medkg.graph.queries.stored import StoredQuery
from medkg.model.forms import SLUG
from medkg.model.prefixes import Prefixes

CODES = {
    **header.CODES,
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
    sheet = Sheet(file=shown(path, path.parent))
    query = _query(path, sheet)
    faults = [*sheet.faults, *(_faults(query, prefixes) if query else ())]
    if query is None or faults:
        raise ExceptionGroup(f"{sheet.file} holds no stored query", faults)
    return query


def _query(path: Path, sheet: Sheet) -> StoredQuery | None:
    """The query as far as its header can be read; None where it has none."""
    try:
        text = text_of(path, sheet.file)
    except Fault as fault:
        sheet.faults.append(fault)
        return None
    said = header.header(text, sheet)
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

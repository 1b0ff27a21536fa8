"""`medkg query`: the results of a SPARQL query (argument, file or standard input) or of a stored query."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path

import click
from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions

from medkg.cli import printing
from medkg.cli.graph import opened
from medkg.curation.yaml_nodes import read_text
from medkg.errors import ParameterError, QueryError, UnknownName, UnreadableFile
from medkg.evaluation import GRAPHS, RESULTS, Results, evaluate, named, offers, serialize
from medkg.model import prefixes
from medkg.model.fields import SLUG
from medkg.model.prefixes import Prefixes
from medkg.queries import Names, gather, read
from medkg.queries.stored_query import StoredQuery
from medkg.settings import Settings
from medkg.snapshots.snapshot import INDEX
from medkg.views.graph_reader import Term

_FORMATS = ("table", *dict.fromkeys(each.name for each in (*RESULTS, *GRAPHS)))


def _parameters(ctx: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """The values of `--param` options by name."""
    pairs = [text.partition("=") for text in given]
    for name, sign, _ in pairs:
        if not (name and sign):
            raise click.BadParameter(f"{name!r} is not of the form name=value")
    names = [name.strip() for name, _, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise click.BadParameter(f"{name} is given {names.count(name)} times; give it one value")
    return {name.strip(): value for name, _, value in pairs}


@click.command("query")
@click.argument("query", required=False)
@click.option(
    "-p",
    "--param",
    "values",
    multiple=True,
    callback=_parameters,
    metavar="NAME=VALUE",
    help="The value of a parameter.",
)
@click.option("-f", "--format", "form", metavar="FORMAT", help=f"One of {', '.join(_FORMATS)}.")
@click.option("--list", "listed", is_flag=True, help="List the stored queries with their parameters.")
def command(query: str | None, values: Mapping[str, str], form: str | None, listed: bool) -> None:
    """Evaluate QUERY: a SPARQL text, a file, - for standard input, or the name of a stored query.

    The prefixes of the graph need no declaration. By default solutions are a table on a terminal
    and CSV elsewhere, and graphs are Turtle.
    """
    settings = Settings.from_environment()
    spaces = prefixes.load(settings.resources / "ontology")
    if listed and (query is not None or values or form is not None):
        raise click.UsageError("--list takes no query, parameters or format")
    if listed:
        _list(settings.resources / "queries", spaces)
        return
    if query is None:
        raise click.UsageError("missing QUERY: a SPARQL text, a file, - or the name of a stored query; see --list")
    if form not in (None, "table") and named(form, (*RESULTS, *GRAPHS)) is None:
        raise click.BadParameter(f"{form!r} is none of {', '.join(_FORMATS)}", param_hint="--format")
    parsed = _query(query, settings.resources / "queries", spaces)
    snapshot = opened(settings)
    if isinstance(parsed, StoredQuery):
        parsed = parsed.asked(values, Names(snapshot.store, snapshot.path / INDEX))
    elif values:
        raise ParameterError("only stored queries have parameters; write the values into the text")
    _print(evaluate(snapshot.store, parsed, prefixes=spaces), form, spaces)


def _query(query: str, directory: Path, spaces: Prefixes) -> str | StoredQuery:
    """The query of the argument: a stored query, or a SPARQL text from the argument, a file or standard input."""
    if query == "-":
        return sys.stdin.buffer.read().decode("utf-8-sig", errors="replace")
    file = Path(query)
    if _is_file(file):
        text = read_text(file, file)
        return read(file, spaces) if text.startswith("#+") else text
    if query.endswith((".rq", ".sparql")) and not _is_directory(query):
        raise UnreadableFile(f"{query}: no such file")
    if not re.fullmatch(SLUG, query) and _is_directory(query):
        raise UnreadableFile(f"{query}: is a directory; name a file in it")
    if not re.fullmatch(r"[\w-]+", query):
        return query
    if re.fullmatch(SLUG, query) and _is_file(directory / f"{query}.rq"):
        return read(directory / f"{query}.rq", spaces)
    from medkg.choices import did_you_mean  # only a mistake needs it

    near = did_you_mean(query, gather(directory, spaces)[0]) or "; `medkg query --list` names them"
    raise UnknownName(f"no stored query is called {query!r}{near}")


def _is_file(path: Path) -> bool:
    """Whether a path is a file; a text too long for a path is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def _is_directory(query: str) -> bool:
    """Whether the argument is a directory; a text too long for a path is none."""
    try:
        return bool(query) and Path(query).is_dir()
    except OSError:
        return False


def _list(directory: Path, spaces: Prefixes) -> None:
    """Print the stored queries, and the faults of those that cannot be read on standard error."""
    stored_queries, faults = gather(directory, spaces)
    for fault in faults:
        click.echo(fault, err=True)
    for name, query in stored_queries.items():
        click.echo(f"{click.style(name, bold=True)}: {query.question}")
        for parameter in query.parameters.values():
            click.echo(f"    {parameter.description}")


def _print(results: Results, form: str | None, spaces: Prefixes) -> None:
    """Print the results in a format."""
    if isinstance(results, QuerySolutions) and (form == "table" or (form is None and sys.stdout.isatty())):
        _print_table(results, spaces)
        return
    if isinstance(results, QueryBoolean) and form in (None, "table"):
        click.echo("true" if results else "false")
        return
    offered = offers(results)
    default = "csv" if offered == RESULTS else "turtle"
    chosen = named(form if form and form != "table" else default, offered)
    if chosen is None:
        names = ", ".join(offer.name for offer in offered)
        raise QueryError(f"the results cannot be written as {form}, only as {names}")
    document = serialize(results, chosen, prefixes=spaces)
    sys.stdout.buffer.write(document if document.endswith(b"\n") else document + b"\n")


def _print_table(results: QuerySolutions, spaces: Prefixes) -> None:
    """Print solutions as a table, with CURIEs in place of IRIs."""
    columns = [variable.value for variable in results.variables]
    try:
        rows = [[_cell(term, spaces) for term in solution] for solution in results]
    except RuntimeError as error:
        raise QueryError(f"the query cannot be evaluated: {error}") from error
    printing.table(columns, rows)
    click.echo(f"{len(rows)} solution{'' if len(rows) == 1 else 's'}", err=True)


def _cell(term: Term | None, spaces: Prefixes) -> str:
    if isinstance(term, NamedNode):
        return spaces.compact(term.value)
    return term.value if isinstance(term, Literal) else str(term or "")

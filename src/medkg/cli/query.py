"""`medkg query`: the results of a SPARQL query (argument, file or standard input) or of a stored query."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path

import click
from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions

from medkg.cli import printing
from medkg.cli.graph import open_graph
from medkg.curation.yaml_nodes import read_text
from medkg.errors import ParameterError, QueryError, UnknownName, UnreadableFile
from medkg.evaluation import GRAPHS, RESULTS, Results, evaluate, find_format, result_formats, serialize
from medkg.evaluation.serialization import ResultTerm
from medkg.model import prefixes
from medkg.model.fields import SLUG
from medkg.model.prefixes import Prefixes
from medkg.queries import Names, StoredQuery, gather, read
from medkg.queries.stored_query import HEADER_SIGN
from medkg.settings import Settings
from medkg.snapshots.manifest import INDEX

_TABLE = "table"
_FORMAT_NAMES = (_TABLE, *dict.fromkeys(format_.name for format_ in (*RESULTS, *GRAPHS)))


def _parameter_values(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """The values of `--param` options by name."""
    pairs = [value.partition("=") for value in values]
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
    callback=_parameter_values,
    metavar="NAME=VALUE",
    help="The value of a parameter.",
)
@click.option("-f", "--format", "format_name", metavar="FORMAT", help=f"One of {', '.join(_FORMAT_NAMES)}.")
@click.option("--list", "is_list", is_flag=True, help="List the stored queries with their parameters.")
def command(query: str | None, values: Mapping[str, str], format_name: str | None, is_list: bool) -> None:
    """Evaluate QUERY: a SPARQL text, a file, - for standard input, or the name of a stored query.

    The prefixes of the graph need no declaration. By default solutions are a table on a terminal
    and CSV elsewhere, and graphs are Turtle.
    """
    settings = Settings.from_environment()
    spaces = prefixes.load(settings.resources / "ontology")
    if is_list and (query is not None or values or format_name is not None):
        raise click.UsageError("--list takes no query, parameters or format")
    if is_list:
        _list(settings.resources / "queries", spaces)
        return
    if query is None:
        raise click.UsageError("missing QUERY: a SPARQL text, a file, - or the name of a stored query; see --list")
    if format_name not in (None, _TABLE) and find_format(format_name, (*RESULTS, *GRAPHS)) is None:
        raise click.BadParameter(f"{format_name!r} is none of {', '.join(_FORMAT_NAMES)}", param_hint="--format")
    text = _text_or_stored_query(query, settings.resources / "queries", spaces)
    snapshot = open_graph(settings)
    if isinstance(text, StoredQuery):
        text = text.with_values(values, Names(snapshot.store, snapshot.path / INDEX))
    elif values:
        raise ParameterError("only stored queries have parameters; write the values into the text")
    _print(evaluate(snapshot.store, text, prefixes=spaces), format_name, spaces)


def _text_or_stored_query(argument: str, directory: Path, spaces: Prefixes) -> str | StoredQuery:
    """The stored query that the argument names, or the text in it, in a file or on standard input."""
    if argument == "-":
        return sys.stdin.buffer.read().decode("utf-8-sig", errors="replace")
    file = Path(argument)
    if _is_file(file):
        text = read_text(file, file)
        return read(file, spaces) if text.startswith(HEADER_SIGN) else text
    if argument.endswith((".rq", ".sparql")) and not _is_directory(argument):
        raise UnreadableFile(f"{argument}: no such file")
    if not re.fullmatch(SLUG, argument) and _is_directory(argument):
        raise UnreadableFile(f"{argument}: is a directory; name a file in it")
    if not re.fullmatch(r"[\w-]+", argument):
        return argument
    if re.fullmatch(SLUG, argument) and _is_file(directory / f"{argument}.rq"):
        return read(directory / f"{argument}.rq", spaces)
    from medkg.choices import did_you_mean  # only a mistake needs it

    nearest = did_you_mean(argument, gather(directory, spaces)[0]) or "; `medkg query --list` names them"
    raise UnknownName(f"no stored query is called {argument!r}{nearest}")


def _is_file(path: Path) -> bool:
    """Whether a path is a file; a text too long for a path is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def _is_directory(argument: str) -> bool:
    """Whether the argument is a directory; a text too long for a path is none."""
    try:
        return bool(argument) and Path(argument).is_dir()
    except OSError:
        return False


def _list(directory: Path, spaces: Prefixes) -> None:
    """Print the stored queries, and on standard error the faults of those that cannot be read."""
    queries, faults = gather(directory, spaces)
    for fault in faults:
        click.echo(fault, err=True)
    for name, query in queries.items():
        click.echo(f"{click.style(name, bold=True)}: {query.question}")
        for parameter_name, parameter in query.parameters.items():
            click.echo(f"    {parameter_name} {parameter.description}")


def _print(results: Results, format_name: str | None, spaces: Prefixes) -> None:
    """Print results in a format, or in the one that suits them."""
    if isinstance(results, QuerySolutions) and (format_name == _TABLE or (format_name is None and sys.stdout.isatty())):
        _print_table(results, spaces)
        return
    if isinstance(results, QueryBoolean) and format_name in (None, _TABLE):
        click.echo("true" if results else "false")
        return
    formats = result_formats(results)
    default = "csv" if formats == RESULTS else "turtle"
    result_format = find_format(format_name if format_name and format_name != _TABLE else default, formats)
    if result_format is None:
        names = ", ".join(format_.name for format_ in formats)
        raise QueryError(f"the results cannot be written as {format_name}, only as {names}")
    document = serialize(results, result_format, prefixes=spaces)
    sys.stdout.buffer.write(document if document.endswith(b"\n") else document + b"\n")


def _print_table(results: QuerySolutions, spaces: Prefixes) -> None:
    """Print solutions as a table, IRIs by their CURIEs."""
    columns = [variable.value for variable in results.variables]
    try:
        rows = [[_cell(term, spaces) for term in solution] for solution in results]
    except RuntimeError as error:
        raise QueryError(f"the query cannot be evaluated: {error}") from error
    printing.table(columns, rows)
    click.echo(f"{len(rows)} solution{'' if len(rows) == 1 else 's'}", err=True)


def _cell(term: ResultTerm | None, spaces: Prefixes) -> str:
    """A term as a cell of a table."""
    if isinstance(term, NamedNode):
        return spaces.compact(term.value)
    return term.value if isinstance(term, Literal) else str(term or "")

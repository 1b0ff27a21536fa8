"""The command line: one module for each verb, imported when the verb is used, so that every command starts quickly."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import NoReturn

import click

from medkg.cli.failures import status_of
from medkg.settings import Settings

VERBS = {
    "search": "Find datasets by name, concept and facet.",
    "show": "Show all facts of a dataset with their sources.",
    "overlap": "Show which datasets share images with one, with the evidence.",
    "explain": "Explain in sentences whether two datasets share images.",
    "leak": "Fail where a training set shares images with a test set.",
    "safe": "Find test sets without known shared images.",
    "lineage": "Show the sources and uses of the images of a dataset.",
    "query": "Query the graph in SPARQL, or by the name of a stored query.",
    "export": "Write the graph, or one dataset, in an RDF format.",
    "stats": "Show the size of the graph and the coverage of catalogues.",
    "serve": "Answer SPARQL and web pages over HTTP.",
    "build": "Build the graph from the data.",
    "rollback": "Publish an earlier graph again.",
    "journal": "Check the journals of updates, or salvage a damaged one.",
    "check": "Check data, ontology and stored queries.",
    "fmt": "Format data files.",
    "import": "Import the Markdown file of a catalogue.",
    "reconcile": "Propose datasets for catalogue entries.",
}
"""The summary of each verb; its module has the same name, except `import_`, as `import` is a keyword of Python."""

_HIDDEN = ("docs",)  # for developers of medkg


class _LazyGroup(click.Group):
    """A group that lists its verbs without importing their modules."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs: those that read first, those that write last."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a verb; None where there is none."""
        if cmd_name not in (*VERBS, *_HIDDEN):
            return None
        module = import_module(f"medkg.cli.{'import_' if cmd_name == 'import' else cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of the first argument; a usage error suggests a similar verb."""
        if args and args[0] not in (*VERBS, *_HIDDEN) and not args[0].startswith("-"):
            from medkg.choices import did_you_mean  # only a mistake needs it

            ctx.fail(f"no verb {args[0]!r}{did_you_mean(args[0], VERBS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Add the verbs with their summaries to the help."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


def _print_version(ctx: click.Context, parameter: click.Parameter, is_given: bool) -> None:
    """Print the version and exit, where the option is given."""
    if is_given:
        try:
            click.echo(f"medkg {version('medkg')}")
        except PackageNotFoundError:
            click.echo("medkg, from a source tree that is not installed")
        ctx.exit()


@click.group(
    cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]}, subcommand_metavar="VERB [ARGUMENTS]..."
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version and exit.",
)
def medkg() -> None:
    """Query and maintain the knowledge graph of public medical-imaging datasets.

    The graph is built at first use, under MEDKG_HOME.
    """
    for warning in Settings.from_environment().warnings:
        click.echo(f"warning: {warning}", err=True)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and exit with its status."""
    given = sys.argv[1:] if arguments is None else arguments
    verb = next((argument for argument in given if argument in (*VERBS, *_HIDDEN)), "")
    sys.exit(
        status_of(
            lambda: medkg.main(arguments, prog_name="medkg", standalone_mode=False), name=f"medkg {verb}".rstrip()
        )
    )

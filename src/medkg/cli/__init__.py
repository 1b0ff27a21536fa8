"""The command line: one small module a verb, imported when the verb is used, so that first answers are quick."""

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
    "show": "Show all that is known of a dataset, and who says it.",
    "overlap": "Show which datasets share images with one, and who says so.",
    "explain": "Tell in sentences whether two datasets share images, and why.",
    "leak": "Fail where a training set shares images with a test set.",
    "safe": "Find test sets that share no image, as far as is known.",
    "lineage": "Show what a dataset's images came from and went into.",
    "query": "Ask the graph in SPARQL, or by the name of a stored query.",
    "export": "Write the graph, or one dataset, in a format of RDF.",
    "stats": "Count what the graph holds and how well the catalogues were read.",
    "serve": "Answer SPARQL and web pages over HTTP.",
    "build": "Build the graph from the data.",
    "reload": "Have running servers take over the graph that is built.",
    "rollback": "Let an earlier graph serve again.",
    "journal": "Look at the journals of updates, or mend a damaged one.",
    "check": "Check data, ontology and stored queries.",
    "fmt": "Bring data files into the one written form.",
    "import": "Read a catalogue's Markdown file into the data.",
    "reconcile": "Propose the datasets that entries may stand for.",
}
"""What each verb does; a verb's module bears its name, `import_` for the one that is a word of Python."""

_UNLISTED = ("docs",)  # for those who work on medkg itself


class _Verbs(click.Group):
    """A group that knows its verbs without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, those of readers first."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a verb; None where there is none."""
        if cmd_name not in (*VERBS, *_UNLISTED):
            return None
        module = import_module(f"medkg.cli.{'import_' if cmd_name == 'import' else cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments begin with; a usage error names the verb that was meant."""
        if args and args[0] not in (*VERBS, *_UNLISTED) and not args[0].startswith("-"):
            from medkg.choices import did_you_mean  # only a mistake needs it

            ctx.fail(f"no verb {args[0]!r}{did_you_mean(args[0], VERBS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Add the verbs with their sentences to the help."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


def _say_version(ctx: click.Context, parameter: click.Parameter, asked: bool) -> None:
    """Say the version, where it is asked for."""
    if asked:
        try:
            click.echo(f"medkg {version('medkg')}")
        except PackageNotFoundError:
            click.echo("medkg, from a source tree that is not installed")
        ctx.exit()


@click.group(
    cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]}, subcommand_metavar="VERB [ARGUMENTS]..."
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_say_version,
    help="Say the version and exit.",
)
def medkg() -> None:
    """Ask and keep the knowledge graph of public medical-imaging datasets.

    The graph is built when it is first needed, under MEDKG_HOME.
    """
    for warning in Settings.from_environment().warnings:
        click.echo(f"warning: {warning}", err=True)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Never: the process ends with the status of the command."""
    given = sys.argv[1:] if arguments is None else arguments
    verb = next((each for each in given if each in (*VERBS, *_UNLISTED)), "")
    sys.exit(
        status_of(
            lambda: medkg.main(arguments, prog_name="medkg", standalone_mode=False), name=f"medkg {verb}".rstrip()
        )
    )

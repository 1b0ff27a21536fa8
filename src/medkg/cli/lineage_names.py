"""The common part of the verbs about lineage: their register and its names, options with several values, split files.

An option may take several values one after another: `--train A B --test C` for `--train A --train B --test C`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from medkg.cli.graph import open_graph
from medkg.errors import UnknownName
from medkg.lineage.claims import Step
from medkg.lineage.leakage import split_of_name
from medkg.lineage.register import Register
from medkg.lineage.texts import ClaimText, Texts
from medkg.model.claims import SPLITS
from medkg.rdf import lineage_register
from medkg.search.resolver import NameProblem, resolve_strictly
from medkg.settings import Settings

evidence = click.option(
    "--evidence",
    type=click.Choice(["catalogs", "all"]),
    default="all",
    show_default=True,
    help="The claims that count: those of the catalogues alone, or those of the literature too.",
)

SIDES = ("train", "test")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageContext:
    """The register of the current graph, and the index in which names are looked up."""

    index: Path
    register: Register

    @property
    def texts(self) -> Texts:
        """The writer of sentences."""
        return self.register.texts

    def dataset(self, name: str) -> str:
        """The slug of the dataset with a name; `UnknownName` where the name means several, or none."""
        resolved = resolve_strictly(self.index, self.register, name)
        if isinstance(resolved, NameProblem):
            raise UnknownName(_split_problem(name) or resolved.message)
        return resolved

    def datasets(self, names: Iterable[str]) -> list[str]:
        """The slugs of datasets by name, once each; a usage error with all names that mean none, or several."""
        return list(dict.fromkeys(self.by_name(names).values()))

    def by_name(self, names: Iterable[str]) -> dict[str, str]:
        """The slug that each name means; a usage error with all names that mean none, or several."""
        slugs: dict[str, str] = {}
        problems: dict[str, None] = {}
        for name in names:
            try:
                slugs[name] = self.dataset(name)
            except UnknownName as error:
                problems[str(error)] = None
        if problems:
            raise click.UsageError("\n".join(problems))
        return slugs

    def label_and_slug(self, slug: str) -> str:
        """The label of a dataset with its slug."""
        return f"{self.register.label(slug)} ({slug})"

    def path(self, steps: Iterable[Step]) -> Iterator[str]:
        """The claims of a path, each with its sources."""
        return map(style_claim, self.texts.path(steps))


def style_claim(claim: ClaimText) -> str:
    """A claim with its sources dimmed."""
    return f"{claim.sentence}  {click.style(claim.bracketed_sources, dim=True)}"


def _split_problem(name: str) -> str | None:
    """The problem of a name with a split behind it, or with something else in the place of a split."""
    plain, split = split_of_name(name)
    if split:
        return f"{name!r} names a split, which `medkg leak` alone takes: ask for {plain!r}"
    plain, colon, word = name.rpartition(":")
    if colon and word.isalpha() and not name.startswith("dataset:"):
        return f"{word!r} is no split; the splits are {', '.join(f'{plain}:{split}' for split in SPLITS)}"
    return None


def open_lineage() -> LineageContext:
    """The register and index of the current graph."""
    snapshot = open_graph(Settings.from_environment())
    return LineageContext(index=snapshot.index, register=lineage_register.read(snapshot.lineage))


def heading(text: str) -> None:
    """Print a heading after an empty line."""
    click.echo(f"\n{click.style(text, bold=True)}")


class MultiValueCommand(click.Command):
    """A command whose repeatable options each take all values up to the next option; it has no arguments."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments that remain after the options are parsed."""
        repeatable = {
            name
            for option in self.params
            if isinstance(option, click.Option) and option.multiple
            for name in option.opts
        }
        return super().parse_args(ctx, list(repeat_options(args, repeatable)))


def repeat_options(arguments: Sequence[str], repeatable: Collection[str]) -> Iterator[str]:
    """The arguments with a repeatable option repeated before each value that follows it.

    >>> list(repeat_options(["--train", "A", "B", "--json"], {"--train"}))
    ['--train', 'A', '--train', 'B', '--json']
    """
    option, is_waiting = "", False
    for argument in arguments:
        if argument.startswith("--"):
            option = argument.partition("=")[0] if argument.partition("=")[0] in repeatable else ""
            is_waiting = argument == option
        elif option and not is_waiting:
            yield option
        else:
            is_waiting = False
        yield argument


def read_sets(path: Path) -> Mapping[str, tuple[str, ...]]:
    """The names under `train` and `test` in a file; a usage error for any other content."""
    import yaml  # JSON is YAML too

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # such as a date that no calendar has
        raise click.UsageError(f"{path} is neither YAML nor JSON: {error}") from error
    if not isinstance(content, dict) or not content or set(content) - set(SIDES):
        raise click.UsageError(f"{path} must hold lists of names under `train` and `test`, and nothing else")
    return {side: _names(content.get(side, []), f"{path}: {side}") for side in SIDES}


def _names(given: object, where: str) -> tuple[str, ...]:
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise click.UsageError(f"{where} must be a list of names; put a name that is a number in quotes")
    return tuple(names)

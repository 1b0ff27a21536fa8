"""What the verbs about lineage have in common: the register they ask, the names they find, the claims they print.

Options that take several names one after another: `--train A B --test C` for `--train A --train B --test C`.

A file of splits: which datasets are trained on and which are tested on, in YAML or JSON.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from medkg.cli.graph import opened
from medkg.errors import UnknownName
from medkg.lineage.answers import named_split
from medkg.lineage.register import Register
from medkg.lineage.verdicts import Opening, Step
from medkg.lineage.wording import called, statement, witnesses
from medkg.model.claims import SPLITS
from medkg.rdf import lineage_register
from medkg.search.dataset_names import Mistake, meaning
from medkg.settings import Settings

evidence = click.option(
    "--evidence",
    type=click.Choice(["catalogs", "all"]),
    default="all",
    show_default=True,
    help="Whose claims count: those of the catalogues alone, or those of the literature too.",
)

WHOSE = {"catalogs": "what the catalogues alone claim", "all": "all claims"}
"""The layers in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The register of the present graph, and the index in which names are looked up."""

    index: Path
    register: Register

    def dataset(self, name: str) -> str:
        """The slug of the dataset that goes by a name; `UnknownName` where several may be meant, or none."""
        found = meaning(self.index, self.register, name)
        if isinstance(found, Mistake):
            raise UnknownName(_about_split(name) or found.message)
        return found

    def datasets(self, names: Iterable[str]) -> list[str]:
        """The slugs of datasets by name, once each; a usage error with all names that mean none, or several."""
        return list(dict.fromkeys(self.by_name(names).values()))

    def by_name(self, names: Iterable[str]) -> dict[str, str]:
        """The slug that each name means; a usage error with all names that mean none, or several."""
        found: dict[str, str] = {}
        mistakes: dict[str, None] = {}
        for name in names:
            try:
                found[name] = self.dataset(name)
            except UnknownName as mistake:
                mistakes[str(mistake)] = None
        if mistakes:
            raise click.UsageError("\n".join(mistakes))
        return found

    def label(self, slug: str) -> str:
        """What a dataset is called."""
        return called(slug, self.register.labels)

    def both(self, slug: str) -> str:
        """What a dataset is called, and its slug where that is something else."""
        return f"{self.label(slug)} ({slug})"

    def path(self, steps: Iterable[Step]) -> Iterator[str]:
        """Each claim of a path, with who says it."""
        for step in steps:
            by = ", ".join(witnesses(step, self.register.lines))
            yield f"{statement(step, self.register.labels)}  {click.style(f'[{by}]', dim=True)}"

    def opening(self, opening: Opening) -> str:
        """Why a dataset's provenance is open."""
        (claim,) = self.path([opening.claim])
        return f"by way of {self.label(opening.claim.source)}: {claim}" if opening.is_inherited else claim


def _about_split(name: str) -> str | None:
    """What is wrong with a name behind which a split is written, or what should be one."""
    plain, split = named_split(name)
    if split:
        return f"{name!r} names a split, which `medkg leak` alone takes: ask for {plain!r}"
    plain, colon, word = name.rpartition(":")
    if colon and word.isalpha() and not name.startswith("dataset:"):
        return f"{word!r} is no split; those that there are: {', '.join(f'{plain}:{each}' for each in SPLITS)}"
    return None


def asked() -> Asked:
    """The register of the present graph."""
    snapshot = opened(Settings.from_environment())
    return Asked(index=snapshot.index, register=lineage_register.read(snapshot.lineage))


def heading(text: str) -> None:
    """Print a heading, apart from what is above."""
    click.echo(f"\n{click.style(text, bold=True)}")


class Several(click.Command):
    """A command without arguments, each of whose repeatable options takes all that follows it up to the next option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What is left of the arguments when the options are taken."""
        repeatable = {
            name for each in self.params if isinstance(each, click.Option) and each.multiple for name in each.opts
        }
        return super().parse_args(ctx, list(spread(args, repeatable)))


def spread(arguments: Sequence[str], repeatable: Collection[str]) -> Iterator[str]:
    """The arguments with a repeatable option repeated before each value that follows it.

    >>> list(spread(["--train", "A", "B", "--json"], {"--train"}))
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


SIDES = ("train", "test")


def splits(path: Path) -> Mapping[str, tuple[str, ...]]:
    """The names under `train` and `test` in a file; a usage error where it has another form."""
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

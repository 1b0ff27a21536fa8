"""What the verbs about lineage have in common: the register they ask, the names they find, the claims they print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from medkg.cli.graph import opened
from medkg.errors import UnknownName
from medkg.graph import relatives
from medkg.graph.meaning import Mistake, meaning
from medkg.lineage.answers import named_split
from medkg.lineage.register import Register
from medkg.lineage.verdicts import Opening, Step
from medkg.lineage.wording import called, statement, witnesses
from medkg.model.claims import SPLITS
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
    return Asked(index=snapshot.index, register=relatives.read(snapshot.lineage))


def heading(text: str) -> None:
    """Print a heading, apart from what is above."""
    click.echo(f"\n{click.style(text, bold=True)}")

"""`medkg leak`: whether training sets share images with test sets; its exit status gates a pipeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from medkg.cli import lineage_names, printing
from medkg.cli.lineage_names import Asked, Several, splits
from medkg.lineage.answers import Pair, Plain, Side, leaks, named_split
from medkg.lineage.layers import Layer

LEAKING = {"definite": ("definite",), "possible": ("definite", "possible")}
"""The grades that fail, by the least sure one that does."""


@click.command("leak", cls=Several)
@click.option("--train", multiple=True, metavar="NAME...", help="Datasets to train on; LiTS:train names a split.")
@click.option("--test", multiple=True, metavar="NAME...", help="Datasets to test on.")
@click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path),
    help="YAML or JSON with names under `train` and `test`, besides those of the options.",
)
@click.option(
    "--fail-on",
    type=click.Choice(list(LEAKING)),
    default="definite",
    show_default=True,
    help="How sure a leak must be to fail; one less sure is a warning.",
)
@lineage_names.evidence
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(
    train: tuple[str, ...], test: tuple[str, ...], path: Path | None, fail_on: str, evidence: Layer, as_json: bool
) -> None:
    """Check that no image is both trained and tested on.

    Every training set is compared with every test set. The exit status is 1 where a pair leaks, 0 where none is
    known to, and 2 where a name or file is not understood, so that nothing was compared.
    """
    given = splits(path) if path else {}
    names = [(*train, *given.get("train", ())), (*test, *given.get("test", ()))]
    if not all(names):
        raise click.UsageError("name at least one dataset to --train and one to --test, or a --file with both")
    asked = lineage_names.asked()
    trained, tested = _sides(asked, *names)
    pairs = leaks(asked.register.view(evidence), trained, tested)
    if as_json:
        printing.as_json(Plain(lines=asked.register.lines).leaks(pairs))
    else:
        rows = [row for pair in pairs for row in _rows(pair, asked)]
        printing.table(("train", "test", "grade", "why"), rows)
    leaking = [pair for pair in pairs if pair.verdict.grade in LEAKING[fail_on]]
    warnings = (warning for pair in pairs for warning in _warnings(pair, asked, pair in leaking))
    for warning in dict.fromkeys(warnings):
        click.echo(f"warning: {warning}", err=True)
    click.echo(_summary(len(leaking), len(pairs)), err=True)
    click.get_current_context().exit(1 if leaking else 0)


def _sides(asked: Asked, *several: Sequence[str]) -> Iterator[list[Side]]:
    """The datasets that lists of names mean; one usage error with all that are not understood."""
    parted = [[named_split(name) for name in names] for names in several]
    slugs = asked.by_name(name for names in parted for name, _ in names)
    for names in parted:
        yield list(dict.fromkeys(Side(dataset=slugs[name], split=split) for name, split in names))


Row = tuple[str, str, str, str]


def _rows(pair: Pair, asked: Asked) -> Iterator[Row]:
    """A pair and, below the pair of a series, those of its editions."""
    yield _row(pair, asked)
    for each in pair.editions:
        train, test, grade, why = _row(each, asked)
        yield f"  {train}", f"  {test}", grade, why


def _row(pair: Pair, asked: Asked) -> Row:
    found = pair.verdict
    is_concluded = found.least is not None and found.least not in [step.claim.cases for step in found.path]
    number = f"at least {found.least:,} shared (unit: {found.unit})" if is_concluded else None
    reasons = (*asked.path(found.path), number, pair.note, found.guard_reason)
    why = "; ".join(click.unstyle(each) for each in reasons if each)
    return _side(pair.train, asked), _side(pair.test, asked), pair.verdict.grade, why


def _side(side: Side, asked: Asked) -> str:
    series = " (series)" if side.dataset in asked.register.editions else ""
    return asked.label(side.dataset) + (f":{side.split}" if side.split else "") + series


def _warnings(pair: Pair, asked: Asked, fails: bool) -> Iterator[str]:
    """What is no failure and a reason for caution all the same."""
    both = f"{_side(pair.train, asked)} and {_side(pair.test, asked)}"
    if pair.verdict.grade == "possible" and not fails:
        yield f"{both} may share images"
    if pair.verdict.is_contradicted:
        yield f"{both} share images by one claim and not by another"
    if pair.patients:
        yield f"{both} {'share' if pair.patients.grade == 'definite' else 'may share'} patients"
    if pair.derivative:
        yield f"{both} share no image by it, but images of one were synthesised from the other's"
    for slug in pair.open if pair.verdict.grade == "none-known" else ():
        yield f"the provenance of {asked.label(slug)} is open: it drew on sources that are not named"


def _summary(leaking: int, pairs: int) -> str:
    if leaking:
        return f"{leaking} of {pairs} pairs leak"
    return f"none of {pairs} pairs is known to leak, which is no proof that none does"

"""`medkg leak`: whether training sets share images with test sets; its exit status gates a pipeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from medkg.cli import lineage_names, printing
from medkg.cli.lineage_names import LineageContext, MultiValueCommand, read_sets
from medkg.lineage.answers import Pair, Side
from medkg.lineage.claims import Layer
from medkg.lineage.json_answers import JsonWriter
from medkg.lineage.leakage import leaks, split_of_name

FAILING_GRADES = {"definite": ("definite",), "possible": ("definite", "possible")}
"""The grades that fail, by the least sure of them."""

_PairRow = tuple[str, str, str, str]


@click.command("leak", cls=MultiValueCommand)
@click.option("--train", multiple=True, metavar="NAME...", help="Datasets to train on; LiTS:train names a split.")
@click.option("--test", multiple=True, metavar="NAME...", help="Datasets to test on.")
@click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path),
    help="YAML or JSON with names under `train` and `test`, in addition to those of the options.",
)
@click.option(
    "--fail-on",
    type=click.Choice(list(FAILING_GRADES)),
    default="definite",
    show_default=True,
    help="The least sure grade of a leak that fails; a less sure one is a warning.",
)
@lineage_names.evidence
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(
    train: tuple[str, ...], test: tuple[str, ...], path: Path | None, fail_on: str, evidence: Layer, as_json: bool
) -> None:
    """Check that no image is both trained and tested on.

    Every training set is compared with every test set. The exit status is 1 where a pair leaks, 0 where none is
    known to, and 2 where a name means no dataset or several, or a file is invalid, so that nothing was compared.
    """
    given = read_sets(path) if path else {}
    names = [(*train, *given.get("train", ())), (*test, *given.get("test", ()))]
    if not all(names):
        raise click.UsageError("name at least one dataset to --train and one to --test, or a --file with both")
    context = lineage_names.open_lineage()
    training, testing = _sides(context, *names)
    pairs = leaks(context.register.view(evidence), training, testing)
    if as_json:
        printing.as_json(JsonWriter(lines=context.register.lines).leaks(pairs))
    else:
        rows = [row for pair in pairs for row in _rows(pair, context)]
        printing.table(("train", "test", "grade", "why"), rows)
    leaking = [pair for pair in pairs if pair.verdict.grade in FAILING_GRADES[fail_on]]
    warnings = (warning for pair in pairs for warning in _warnings(pair, context, pair in leaking))
    for warning in dict.fromkeys(warnings):
        click.echo(f"warning: {warning}", err=True)
    click.echo(_summary(len(leaking), len(pairs)), err=True)
    click.get_current_context().exit(1 if leaking else 0)


def _sides(context: LineageContext, *names_of_sides: Sequence[str]) -> Iterator[list[Side]]:
    """The datasets that lists of names mean; one usage error with all names that mean none, or several."""
    split_names = [[split_of_name(name) for name in names] for names in names_of_sides]
    slugs = context.by_name(name for names in split_names for name, _ in names)
    for names in split_names:
        yield list(dict.fromkeys(Side(dataset=slugs[name], split=split) for name, split in names))


def _rows(pair: Pair, context: LineageContext) -> Iterator[_PairRow]:
    """A pair and, below the pair of a series, those of its editions."""
    yield _row(pair, context)
    for edition_pair in pair.editions:
        train, test, grade, why = _row(edition_pair, context)
        yield f"  {train}", f"  {test}", grade, why


def _row(pair: Pair, context: LineageContext) -> _PairRow:
    verdict = pair.verdict
    is_inferred = verdict.least is not None and verdict.least not in [step.claim.cases for step in verdict.path]
    number = f"{context.texts.size(verdict)} shared" if is_inferred else None
    claims = (claim.with_citations for claim in context.texts.path(verdict.path))
    reasons = (*claims, number, pair.note, verdict.exclusion_reason)
    why = "; ".join(reason for reason in reasons if reason)
    return _side(pair.train, context), _side(pair.test, context), verdict.grade, why


def _side(side: Side, context: LineageContext) -> str:
    """A side as the options name it, marked where it is a series."""
    series = " (series)" if side.dataset in context.register.editions else ""
    return context.register.label(side.dataset) + (f":{side.split}" if side.split else "") + series


def _warnings(pair: Pair, context: LineageContext, fails: bool) -> Iterator[str]:
    """The reasons for caution about a pair that are no failure."""
    if pair.verdict.is_contradicted or (pair.verdict.grade == "possible" and not fails):
        yield context.texts.of_pair(pair).conclusion(pair.verdict)
    yield from (caution.sentence for caution in context.texts.cautions(pair))


def _summary(leaking: int, pairs: int) -> str:
    if leaking:
        return f"{leaking} of {pairs} pairs leak"
    return f"none of {pairs} pairs is known to leak, which is no proof that none does"

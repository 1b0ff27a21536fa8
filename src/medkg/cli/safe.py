"""`medkg safe`: datasets to test on that are known to share no image with those a model was trained on."""

from __future__ import annotations

from collections.abc import Iterator

import click

from medkg import search
from medkg.cli import lineage_names, printing
from medkg.cli.lineage_names import Asked, Several
from medkg.lineage.answers import Candidate, Plain, Safety, safe
from medkg.lineage.layers import Layer

_ALL = 1_000_000


@click.command("safe", cls=Several)
@click.option("--test-for", multiple=True, required=True, metavar="NAME...", help="Datasets that were trained on.")
@click.option("--modality", multiple=True, metavar="NAME", help="Only with this modality, or a narrower one.")
@click.option("--anatomy", multiple=True, metavar="NAME", help="Only with this body part, or a part of it.")
@click.option("--task", multiple=True, metavar="NAME", help="Only for this task, or a narrower one.")
@click.option("--among", multiple=True, metavar="NAME...", help="Only these datasets.")
@lineage_names.evidence
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(
    test_for: tuple[str, ...],
    modality: tuple[str, ...],
    anatomy: tuple[str, ...],
    task: tuple[str, ...],
    among: tuple[str, ...],
    evidence: Layer,
    as_json: bool,
) -> None:
    """Find datasets to test a model on that share no image with what it was trained on, as far as is known.

    Beside them stand those of open provenance, which drew on sources that nobody names. That nothing is known is no
    proof: compare the images before you publish.
    """
    asked = lineage_names.asked()
    trained = asked.datasets(test_for)
    editions = asked.register.editions
    chosen = [slug for each in asked.datasets(among) for slug in editions.get(each, (each,))]
    for slug in dict.fromkeys(each for each in chosen if each in trained):
        click.echo(f"warning: {asked.both(slug)} is what was trained on, and no test set", err=True)
    hits = search.search(asked.index, "", modality=modality, anatomy=anatomy, task=task, limit=_ALL)
    candidates = [hit.slug for hit in hits if not among or hit.slug in chosen]
    found = safe(asked.register.view(evidence), trained, candidates)
    if as_json:
        printing.as_json(Plain(lines=asked.register.lines).safety(found))
    else:
        _print(found, asked)


def _print(found: Safety, asked: Asked) -> None:
    trained = " and ".join(map(asked.label, found.test_for))
    click.echo(
        f"No shared images with {trained} are known, by {lineage_names.WHOSE[found.evidence]}; that is no proof."
    )
    for slug, openings in found.untold.items():
        click.echo(f"The provenance of {asked.label(slug)} itself is open: {asked.opening(openings[0])}")
    rows = [(each.dataset, asked.label(each.dataset), "; ".join(_remarks(each, asked))) for each in found.clear]
    printing.table(("dataset", "label", "remark"), rows)
    if found.open:
        lineage_names.heading("none known either, but the provenance is open: sources are not named")
    for each in found.open:
        click.echo(f"  {asked.both(each.dataset)}: {asked.opening(each.openings[0])}")
    if found.sharing:
        lineage_names.heading("not to be tested on")
    for each in found.sharing:
        click.echo(f"  {asked.both(each.dataset)}: {each.worst.grade}, {'; '.join(asked.path(each.worst.path))}")


def _remarks(candidate: Candidate, asked: Asked) -> Iterator[str]:
    """What else is to be known before a candidate is taken."""
    for each in candidate.verdicts:
        if each.grade == "disjoint":
            yield f"stated to share nothing with {asked.label(each.subject)}"
        if each.guard_reason:
            yield each.guard_reason
    for each in candidate.patients:
        yield f"{'shares' if each.grade == 'definite' else 'may share'} patients with {asked.label(each.subject)}"
    for leak in candidate.derivative:
        yield f"no shared image with {asked.label(leak.subject)}, but synthesised from one of the two"

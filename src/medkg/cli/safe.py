"""`medkg safe`: datasets to test on that are known to share no image with those a model was trained on."""

from __future__ import annotations

import click

from medkg import search
from medkg.cli import lineage_names, printing
from medkg.cli.lineage_names import LineageContext, MultiValueCommand
from medkg.lineage.answers import Safety
from medkg.lineage.claims import Layer
from medkg.lineage.json_answers import JsonWriter
from medkg.lineage.leakage import safe
from medkg.lineage.texts import LAYER_NAMES

_NO_LIMIT = 1_000_000


@click.command("safe", cls=MultiValueCommand)
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

    Datasets of open provenance, which drew on sources without a name, stand apart. That nothing is known is no proof:
    compare the images before you publish.
    """
    context = lineage_names.open_lineage()
    trained = context.datasets(test_for)
    editions = context.register.editions
    chosen = [slug for name in context.datasets(among) for slug in editions.get(name, (name,))]
    for slug in dict.fromkeys(slug for slug in chosen if slug in trained):
        click.echo(f"warning: {context.label_and_slug(slug)} is a training set, and no test set", err=True)
    hits = search.search(context.index, "", modality=modality, anatomy=anatomy, task=task, limit=_NO_LIMIT)
    candidates = [hit.slug for hit in hits if not among or hit.slug in chosen]
    result = safe(context.register.view(evidence), trained, candidates)
    if as_json:
        printing.as_json(JsonWriter(lines=context.register.lines).safety(result))
    else:
        _print(result, context)


def _print(result: Safety, context: LineageContext) -> None:
    label, named, texts = context.register.label, context.label_and_slug, context.texts
    trained = " and ".join(map(label, result.test_for))
    click.echo(f"No shared images with {trained} are known, by {LAYER_NAMES[result.evidence]}; that is no proof.")
    for slug, openings in result.trained_openings.items():
        click.echo(
            f"{texts.open_provenance(slug, openings[0])} {lineage_names.style_claim(texts.opening(openings[0]))}"
        )
    rows = [
        (candidate.dataset, label(candidate.dataset), " ".join(texts.remarks(candidate))) for candidate in result.clear
    ]
    printing.table(("dataset", "label", "remark"), rows)
    if result.open:
        lineage_names.heading("none known either, but the provenance is open: sources are not named")
    for candidate in result.open:
        click.echo(f"  {named(candidate.dataset)}: {lineage_names.style_claim(texts.opening(candidate.openings[0]))}")
    if result.sharing:
        lineage_names.heading("not to be tested on")
    for candidate in result.sharing:
        click.echo(
            f"  {named(candidate.dataset)}: {candidate.worst.grade}, {'; '.join(context.path(candidate.worst.path))}"
        )

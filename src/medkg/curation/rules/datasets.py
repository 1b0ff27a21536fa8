"""Rules on datasets and challenges: references lead somewhere, and names tell datasets apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from medkg.choices import did_you_mean
from medkg.curation.hints import quote
from medkg.curation.rules.rule import Rule, Violation, cycles
from medkg.model.collection import Records
from medkg.model.names import fold
from medkg.model.records import Dataset

_POINTERS = ("series", "replaced_by")


def pointers(dataset: Dataset) -> dict[str, str]:
    """The slugs that a dataset points to, by field."""
    return {field: target for field in _POINTERS if (target := getattr(dataset, field)) is not None}


def dangling_pointers(records: Records) -> Iterator[Violation]:
    """Pointers of datasets and challenges to a dataset without a file."""
    for slug, dataset in records.datasets.items():
        for field, target in pointers(dataset).items():
            if is_missing(records, target):
                yield Violation("datasets", slug, field, missing_dataset(records, target))
    for slug, challenge in records.challenges.items():
        for index, target in enumerate(challenge.datasets):
            if is_missing(records, target):
                yield Violation("challenges", slug, f"datasets[{index}]", missing_dataset(records, target))


def is_missing(records: Records, slug: str) -> bool:
    """Whether a dataset has no file, not even a faulty one."""
    return slug not in records.datasets and ("datasets", slug) not in records.faulty


def missing_dataset(records: Records, slug: str) -> str:
    """The message on a missing dataset."""
    way_out = did_you_mean(slug, records.datasets) or "; write its file, or leave the slug out"
    return f"there is no data/datasets/{slug}.yaml{way_out}"


def pointer_cycles(records: Records) -> Iterator[Violation]:
    """Datasets that are, step by step, an edition or a replacement of themselves."""
    targets: Mapping[str, dict[str, str]] = {
        slug: {target: field for field, target in pointers(dataset).items()}
        for slug, dataset in records.datasets.items()
    }
    for path in cycles(targets):
        message = f"leads in a circle: {' → '.join(path)}; leave out the step that is not true"
        yield Violation("datasets", path[0], targets[path[0]][path[1]], message)


def editions_of_no_series(records: Records) -> Iterator[Violation]:
    """Datasets whose `series` is a single dataset."""
    for slug, dataset in records.datasets.items():
        target = records.datasets.get(dataset.series or "")
        if target and target.kind != "series" and ("datasets", dataset.series) not in records.faulty:
            way_out = f"write `kind: series` in data/datasets/{dataset.series}.yaml, or claim `partOf` here"
            yield Violation("datasets", slug, "series", f"'{dataset.series}' is no series; {way_out}")


def retired_with_entries(records: Records) -> Iterator[Violation]:
    """Datasets that are replaced and still hold entries."""
    for slug, dataset in records.datasets.items():
        for field in ("entries", "mentions"):
            if dataset.replaced_by and getattr(dataset, field):
                message = f"'{slug}' is replaced by '{dataset.replaced_by}' and still has {field}"
                way_out = f"move them to data/datasets/{dataset.replaced_by}.yaml"
                yield Violation("datasets", slug, field, f"{message}; {way_out}")


def indistinguishable_datasets(records: Records) -> Iterator[Violation]:
    """Datasets with the same label and the same other names as another."""
    homonyms: dict[str, list[str]] = defaultdict(list)
    for slug, dataset in sorted(records.datasets.items()):
        if not dataset.replaced_by:
            homonyms[fold(dataset.label)].append(slug)
    for slugs in homonyms.values():
        for index, slug in enumerate(slugs):
            dataset = records.datasets[slug]
            names = _other_names(dataset)
            twin = next((other for other in slugs[:index] if _other_names(records.datasets[other]) == names), None)
            if twin:
                message = f"{quote(dataset.label)} is the label of '{twin}' too, and no other name tells them apart"
                way_out = "merge them if they are one, else add an expansion, version or alternative to one"
                yield Violation("datasets", slug, "label", f"{message}; {way_out}")


def _other_names(dataset: Dataset) -> frozenset[str]:
    """The other names of a dataset besides its label, folded."""
    names = (dataset.title_zh, dataset.expansion, dataset.version, *dataset.alternative, *dataset.alternative_zh)
    return frozenset(fold(name) for name in names if name) - {fold(dataset.label)}


RULES = (
    Rule("dangling-dataset", "A dataset that is pointed to is there.", dangling_pointers),
    Rule("cycle", "No dataset is a part, an edition or a replacement of itself.", pointer_cycles),
    Rule("not-a-series", "An edition belongs to a series.", editions_of_no_series),
    Rule("retired-with-entries", "A dataset that is replaced holds no entries.", retired_with_entries),
    Rule("duplicate-label", "Datasets of one label differ in another name.", indistinguishable_datasets),
)

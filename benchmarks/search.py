"""How long a search takes among many more datasets than there are: what the index answers, and whole pages.

Datasets are made of the names, concepts and numbers of the real ones, recombined by chance. Run
`python benchmarks/search.py --datasets 60000`; medians are printed, and the slowest of each kind.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from statistics import median

from flask.testing import FlaskClient
from pyoxigraph import Store

from medkg.curation import load
from medkg.model import prefixes
from medkg.model.claims import Claim, Evidence
from medkg.model.collection import Records
from medkg.model.entries import Catalog, Count, Entry
from medkg.model.records import Dataset, EntryMatch
from medkg.rdf.lineage_register import register
from medkg.search import completions, find
from medkg.search.index_writer import write_index
from medkg.settings import Settings
from medkg.site.app import create_app
from medkg.site.context import SiteContext
from medkg.site.dataset_search import DatasetSearch
from medkg.snapshots.manifest import INDEX

TEXTS = (
    "",
    "CT",
    "US",
    "肝脏",
    "liver",
    "LiTS",
    "lits CT",
    "brast 2021",
    "Totalsegmentor",
    "segmentation of the liver in CT",
    "xyzzy liver",
    "qqqqzz",
)
CHOICES: tuple[dict[str, tuple[str, ...]], ...] = (
    {},
    {"anatomy": ("liver",)},
    {"anatomy": ("kidney", "liver"), "modality": ("ct",), "task": ("segmentation",), "year": ("2015-",)},
)
STARTS = ("l", "li", "lits", "ct", "肝", "tumor seg", "xyzzy")


def main(datasets: int, rounds: int) -> None:
    """Print the table of one run."""
    resources = Settings(environment={}).resources
    records = many(load(resources / "data"), datasets, random.Random(5))
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / INDEX
        begun = time.perf_counter()
        write_index(records, register(records), path)
        taken = time.perf_counter() - begun
        print(f"{datasets:,} datasets: {taken:.1f} s to write, {path.stat().st_size / 1e6:,.0f} MB, {rounds} rounds")
        context = SiteContext(
            store=Store(),
            revision="benchmark",
            prefixes=prefixes.load(resources / "ontology"),
            directory=path.parent,
            resources=resources,
        )
        client = create_app(context).test_client()
        asking = list(product(TEXTS, CHOICES))
        table("answer, counts, 20 datasets", rounds, [partial(answer, path, *each) for each in asking])
        table("page", rounds, [partial(page, client, *each) for each in asking])
        table("completion", rounds, [partial(completions, path, each) for each in STARTS])


def answer(path: Path, text: str, chosen: dict[str, tuple[str, ...]]) -> str:
    """What a page needs of the index; says what was asked."""
    with find(path, text, chosen) as found:
        found.cards(most=20)
        found.counts()
        return f"{text} {' '.join(chosen)}: {found.total:,} datasets"


def page(client: FlaskClient, text: str, chosen: dict[str, tuple[str, ...]]) -> str:
    """A page, at the address that it settles on; says how large it is."""
    response = client.get(DatasetSearch(text=text, names=chosen).address())
    assert response.status_code == 200, response.text
    return f"{text} {' '.join(chosen)}: {len(response.data):,} bytes"


def table(name: str, rounds: int, steps: Sequence[Callable[[], object]]) -> None:
    """Print the median of all steps, each by its own median, and the slowest."""
    taken = {step: median(seconds(step) for _ in range(rounds)) for step in steps}
    slowest = max(taken, key=lambda step: taken[step])
    print(f"{name:30} median {1000 * median(taken.values()):6.1f} ms", end=", ")
    print(f"slowest {1000 * taken[slowest]:6.1f} ms ({slowest()!s:.80})")


def seconds(step: Callable[[], object]) -> float:
    """How long a step takes."""
    begun = time.perf_counter()
    step()
    return time.perf_counter() - begun


def many(real: Records, datasets: int, chance: random.Random) -> Records:
    """Records of so many datasets, recombined of real ones."""
    words = sorted({word for each in real.datasets.values() for word in f"{each.label} {each.expansion or ''}".split()})
    entries = sorted(real.entries.values(), key=lambda each: (each.name, each.key))
    made: dict[str, Dataset] = {}
    listed: dict[str, list[Entry]] = {catalog: [] for catalog in real.catalogs}
    for number in range(datasets):
        label = f"{chance.choice(words)}{chance.choice(('-', ' ', ''))}{chance.choice(words)} {number}"
        catalogs = chance.sample(sorted(listed), chance.choice((0, 1, 1, 1, 2)))
        for catalog in catalogs:
            model, other = chance.choice(entries), chance.choice(entries)
            counts = (Count(value=int(10 ** chance.uniform(0, 5)), unit="case"),) if chance.random() < 0.5 else ()
            entry = replace(model, key=f"e{number}", name=label, anatomy=other.anatomy, task=other.task, counts=counts)
            listed[catalog].append(replace(entry, released=str(chance.randrange(2005, 2026))))
        standing = (EntryMatch(catalog=each, key=f"e{number}", basis="catalog", reason="So.") for each in catalogs)
        made[f"d{number}"] = Dataset(
            label=label,
            expansion=" ".join(chance.sample(words, 4)),
            entries=tuple(standing),
            claims=claims(number, chance),
        )
    lists = {name: Catalog(title=each.title, entries=tuple(listed[name])) for name, each in real.catalogs.items()}
    return Records(catalogs=lists, datasets=made, challenges=real.challenges, vocabularies=real.vocabularies)


def claims(number: int, chance: random.Random) -> tuple[Claim, ...]:
    """What a dataset of so many claims of the one before it, or nothing."""
    if not number or chance.random() < 0.6:
        return ()
    evidence = (Evidence(basis="catalog", catalog="some-catalogue", key="entry"),)
    return (Claim(relation="derivedFrom", object=f"d{number - 1}", extent="part", evidence=evidence),)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--datasets", type=int, default=60_000)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    main(given.datasets, given.rounds)

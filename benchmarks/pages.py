"""How long the server takes for a page, and how large it is: every dataset's page, and one of each other kind.

`python benchmarks/pages.py` asks the pages of the present graph, each several times in turn with the others, and prints
medians and the slowest of each kind. What is worked out once a revision is worked out before.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from statistics import median

from flask.testing import FlaskClient
from pyoxigraph import DefaultGraph, NamedNode

from medkg.model import prefixes
from medkg.model.prefixes import BASE
from medkg.rdf.terms import RDF_TYPE
from medkg.settings import Settings
from medkg.site.app import create_app
from medkg.site.context import SiteContext
from medkg.snapshots.build import open_current

PAGES = {
    "home": ["/"],
    "search": ["/datasets", "/datasets?q=CT+liver", "/datasets?q=%E8%82%9D%E8%84%8F&modality=ct"],
    "lineage": ["/dataset/lits/lineage", "/dataset/lits/lineage.svg", "/dataset/abdomenatlas/lineage"],
    "leak": ["/leak?train=lits&test=3d-ircadb", "/leak?train=abdomenct-1k&train=ct-org&test=btcv&test=lits"],
    "compare": ["/compare?d=kits19&d=lits"],
    "catalogue": ["/catalog/openmedlab", "/catalog/openmedlab/differences"],
    "concept": ["/anatomy/liver", "/modality/ct", "/task/segmentation"],
    "help": ["/help", "/help/grades", "/help/api", "/ontology"],
}
HTML = {"Accept": "text/html"}


def main(rounds: int) -> None:
    """Print the table of one run."""
    settings = Settings.from_environment()
    snapshot = open_current(settings)
    store = snapshot.in_memory()
    namespaces = prefixes.load(settings.resources / "ontology")
    quads = store.quads_for_pattern(None, RDF_TYPE, NamedNode(namespaces.expand("dcat:Dataset").value), DefaultGraph())
    datasets = sorted(f"/{quad.subject.value.removeprefix(BASE)}" for quad in quads if hasattr(quad.subject, "value"))
    context = SiteContext(
        store=store,
        revision=snapshot.revision,
        prefixes=namespaces,
        directory=snapshot.path,
        resources=settings.resources,
    )
    client = create_app(context).test_client()
    kinds = {**PAGES, "dataset": [path for path in datasets if path.startswith("/dataset/")]}
    seconds: dict[str, list[float]] = defaultdict(list)
    sizes: dict[str, int] = defaultdict(int)
    for turn in range(rounds + 1):
        for kind, paths in kinds.items():
            for path in paths:
                taken, size = asked(client, path)
                sizes[kind] = max(size, sizes[kind])
                if turn:
                    seconds[kind].append(taken)
    print(f"{'pages':<12}{'asked':>8}{'median ms':>12}{'slowest ms':>12}{'largest kB':>12}")
    for kind, times in seconds.items():
        row = f"{median(times) * 1e3:>12.1f}{max(times) * 1e3:>12.1f}{sizes[kind] / 1e3:>12.1f}"
        print(f"{kind:<12}{len(times):>8}{row}")


def asked(client: FlaskClient, path: str) -> tuple[float, int]:
    """The seconds a page took and its bytes; an `AssertionError` where there is no such page."""
    started = time.perf_counter()
    answer = client.get(path, headers=HTML)
    taken = time.perf_counter() - started
    assert answer.status_code == 200, f"{path}: {answer.status}"
    return taken, len(answer.data)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--rounds", type=int, default=5, help="times that each page is asked (default 5)")
    main(options.parse_args().rounds)

"""Whatever asks the graph by a name is refused a name that it does not know, with what comes near."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from medkg import search
from medkg.curation import load as load_records
from medkg.errors import ParameterError, UnknownName
from medkg.export import citation, export, schema_org
from medkg.model.vocabularies import Vocabulary
from medkg.queries import Names, load
from medkg.settings import Settings
from medkg.site.context import SiteContext
from medkg.views import similarity
from medkg.views.catalogs import catalog_summary
from medkg.views.concepts import concept_tree
from medkg.views.dataset_profile import profile
from medkg.views.differences import catalog_differences, compare_profiles
from medkg.views.graph_reader import GraphReader
from tests import real

Ask = Callable[[SiteContext, str], object]


def _words(now: SiteContext) -> GraphReader:
    return GraphReader(store=now.store, prefixes=now.prefixes)


def _anatomy() -> Vocabulary:
    return load_records(real.ROOT / "data").vocabularies["anatomy"]


def _search(now: SiteContext, facet: str, value: str) -> object:
    return search.search(now.index, "", limit=1, **{facet: [value]})


def _sorted(now: SiteContext, sort: str) -> object:
    with search.find(now.index) as answer:
        return answer.cards(sort)


def _export(now: SiteContext, form: str, dataset: str | None = None) -> object:
    return export(now.store, form, now.prefixes, dataset=dataset)


REFUSALS: dict[str, tuple[Ask, str, str]] = {
    "profile": (lambda now, name: profile(now.store, name, now.prefixes), "litz", "lits"),
    "schema.org": (lambda now, name: schema_org.dataset(now.store, now.prefixes, name), "litz", "lits"),
    "export of a dataset": (lambda now, name: _export(now, "turtle", name), "litz", "lits"),
    "citation": (lambda now, name: citation.bibtex(now.store, now.prefixes, ["kits19", name]), "litz", "lits"),
    "likeness": (
        lambda now, name: similarity.similar(similarity.concept_index(now.store, now.prefixes), name),
        "litz",
        "lits",
    ),
    "catalogue": (lambda now, name: catalog_summary(_words(now), name), "openmedlabs", "openmedlab"),
    "differences": (lambda now, name: catalog_differences(_words(now), name), "linhanddev", "linhandev"),
    "vocabulary": (lambda now, name: concept_tree(_words(now), name), "modalities", "modality"),
    "format": (_export, "turtel", "turtle"),
    "facet": (lambda now, name: _search(now, name, "ct"), "modalities", "modality"),
    "value of a facet": (lambda now, name: _search(now, "anatomy", name), "livver", "liver"),
    "order": (_sorted, "names", "name"),
    "kind of suggestion": (
        lambda now, name: search.completions(now.index, "l", kinds=["task", name]),
        "datasets",
        "dataset",
    ),
    "dataset by name": (lambda now, name: search.resolve(now.index, name), "LiTSS", "lits"),
    "concept": (lambda now, name: Names(now.store).concept("modality", name), "MRR", "mr"),
    "wider concepts": (lambda _, name: _anatomy().wider(name), "livver", "liver"),
    "narrower concepts": (lambda _, name: _anatomy().narrower(name), "livver", "liver"),
    "kind of thing": (lambda now, name: Names(now.store).thing(name, "lits"), "datasets", "dataset"),
    "fact left out of a comparison": (
        lambda _, name: compare_profiles([], without=[name]),
        "medkg:modalty",
        "medkg:modality",
    ),
    "setting": (lambda _, name: Settings(environment={}).text(name), "MEDKG_PROT", "MEDKG_PORT"),
}


@pytest.mark.parametrize(("ask", "name", "meant"), REFUSALS.values(), ids=REFUSALS)
def test_a_name_that_is_not_known_is_refused_with_what_comes_near(ask: Ask, name: str, meant: str) -> None:
    with pytest.raises(UnknownName) as refusal:
        ask(real.context(), name)
    assert name in str(refusal.value)
    assert "did you mean" in str(refusal.value)
    assert meant in str(refusal.value).partition("did you mean")[2]


def test_a_facet_that_is_known_is_asked_for_all_the_same() -> None:
    for facet in search.FACETS:
        with search.find(real.context().index) as answer:
            keys = [value.key for each in answer.counts() if each.facet == facet for value in each.values]
        assert _search(real.context(), facet.name, keys[0])


def test_a_stored_query_refuses_a_parameter_that_it_does_not_have() -> None:
    now = real.context()
    query = load(now.resources / "queries", now.prefixes)["overlap-with-a-dataset"]
    with pytest.raises(ParameterError, match=r"datasets is no parameter .*did you mean .dataset"):
        query.with_values({"datasets": "lits"}, Names(now.store))


def test_a_dataset_without_concepts_is_known_and_like_none() -> None:
    known = similarity.concept_index(real.context().store, real.context().prefixes)
    bare = next(iter(sorted((known.datasets or frozenset()) - known.of.keys())))
    assert similarity.similar(known, bare) == []
    assert dataclasses.replace(known, datasets=None).datasets is None

"""What pages work out once: for one graph, and anew for the next."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from medkg.site.context import SiteContext, cached_per_revision, context_of, install, lineage_views, surroundings_finder
from medkg.snapshots.build import build
from tests import real
from tests.site import tiny
from tests.small_graph import PREFIXES

asked: list[str] = []


@cached_per_revision
def revision(now: SiteContext) -> str:
    asked.append(now.revision)
    return now.revision


def test_an_answer_is_worked_out_once_for_one_graph_and_anew_for_the_next() -> None:
    asked.clear()
    one, other = (replace(real.context(), revision=name) for name in ("one", "other"))
    assert [revision(one), revision(one), revision(other), revision(one)] == ["one", "one", "other", "one"]
    assert asked == ["one", "other"]


def test_both_layers_are_made_once() -> None:
    now = replace(real.context())
    assert lineage_views(now)["all"] is lineage_views(now)["all"]
    assert lineage_views(now)["catalogs"].layer == "catalogs"


def test_what_is_around_a_dataset_is_found_once_for_one_graph_and_layer() -> None:
    now, later = replace(real.context()), replace(real.context(), revision="later")
    found = surroundings_finder(now)(lineage_views(now)["all"], "lits")
    assert surroundings_finder(now)(lineage_views(now)["all"], "lits") is found
    assert surroundings_finder(now)(lineage_views(now)["catalogs"], "lits") is not found
    assert surroundings_finder(later)(lineage_views(later)["all"], "lits") is not found


def test_a_dataset_that_is_retired_or_that_an_update_adds_has_its_pages_and_no_relatives(tmp_path: Path) -> None:
    settings = tiny.settings(tmp_path)
    retired = settings.resources / "data" / "datasets" / "lits-beta.yaml"
    retired.write_text("label: LiTS-beta\nreplaced_by: lits\n", encoding="utf-8")
    snapshot = build(settings)
    app = tiny.application(snapshot)
    store = snapshot.in_memory()
    store.update("INSERT DATA { dataset:new a dcat:Dataset ; dcterms:title 'New'@en }", prefixes=dict(PREFIXES))
    install(app, replace(context_of(app), store=store, revision=f"{snapshot.revision}.1"))
    client = app.test_client()
    for slug in ("lits-beta", "new"):
        assert client.get(f"/dataset/{slug}", headers={"Accept": "text/html"}).status_code == 200
        elements = client.get(f"/dataset/{slug}/lineage.json").get_json()
        assert [len(elements["nodes"]), elements["edges"]] == [1, []]
    assert client.get("/dataset/none/lineage.json").status_code == 404

"""Building: the same data give the same snapshot, and nothing that goes wrong touches the one that serves."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat

from medkg.errors import Fault, SnapshotError, UnreadableFile
from medkg.lineage import Network, Register
from medkg.settings import Settings
from medkg.snapshots.build import STAGES, build, open_current
from medkg.snapshots.publish import SNAPSHOTS_KEPT
from medkg.snapshots.snapshot import Snapshot
from tests.tiny_resources import Stages, forbid_titles, knows, largest, process, relabel, serving, spoil, strewn


def test_two_builds_of_the_same_data_are_the_same_snapshot(settings: Settings, tmp_path: Path) -> None:
    elsewhere = Settings(environment={**settings.environment, "MEDKG_HOME": str(tmp_path / "elsewhere")})
    assert build(settings).digest == build(elsewhere).digest


def test_two_processes_make_the_same_snapshot(settings: Settings) -> None:
    code = "print(build(settings, again=True).digest)"
    printed = {process(settings, code).communicate()[0] for _ in range(2)}
    assert printed == {f"{build(settings).digest}\n"}


def test_the_digest_is_that_of_the_sorted_nquads(settings: Settings) -> None:
    snapshot = build(settings)
    dumped = snapshot.store.dump(format=RdfFormat.N_QUADS)
    assert dumped is not None
    lines = sorted(dumped.splitlines(keepends=True))
    assert hashlib.sha256(b"".join(lines)).hexdigest() == snapshot.digest


def test_the_ontology_is_part_of_the_graph_and_the_shapes_are_not(settings: Settings) -> None:
    store = build(settings).store
    assert bool(store.query("ASK { <https://w3id.org/medkg/ontology#count> a ?kind }"))
    assert not bool(store.query("ASK { ?shape a <http://www.w3.org/ns/shacl#NodeShape> }"))


def test_super_properties_hold_in_the_default_graph_and_in_each_record(settings: Settings) -> None:
    record = "<https://w3id.org/medkg/catalog/north/record/lits>"
    themes = (
        "<https://w3id.org/medkg/dataset/lits> <http://www.w3.org/ns/dcat#theme> <https://w3id.org/medkg/anatomy/liver>"
    )
    assert bool(build(settings).store.query(f"ASK {{ {themes} GRAPH {record} {{ {themes} }} }}"))


def test_a_build_tells_its_stages(settings: Settings) -> None:
    stages = Stages()
    build(settings, progress=stages)
    assert stages == [*STAGES, "done"]


def test_what_is_up_to_date_is_not_built_again(settings: Settings) -> None:
    snapshot = open_current(settings)
    stages = Stages()
    assert build(settings, progress=stages) == open_current(settings, progress=stages) == snapshot
    assert stages == []


@pytest.mark.parametrize("touched", ["data/datasets/acdc.yaml", "ontology/medkg.ttl", "ontology/shapes.ttl"])
def test_a_change_of_the_inputs_is_noticed(settings: Settings, resources: Path, touched: str) -> None:
    open_current(settings)
    with (resources / touched).open("a", encoding="utf-8") as file:
        file.write("# a remark\n")
    stages = Stages()
    open_current(settings, progress=stages)
    assert stages[-1] == "done"


def test_only_the_last_snapshots_are_kept(settings: Settings, resources: Path) -> None:
    built = []
    for number in range(SNAPSHOTS_KEPT + 2):
        relabel(resources, f"ACDC {number}")
        built.append(build(settings).digest)
    names = {path.name for path in (settings.home / "snapshots").iterdir() if path.is_dir()}
    assert names == set(built[-SNAPSHOTS_KEPT:])


def test_an_old_snapshot_that_serves_again_is_kept(settings: Settings, resources: Path) -> None:
    for label in ("ACDC 1", "ACDC 2", "ACDC 3", "ACDC 1"):
        relabel(resources, label)
        build(settings)
    assert knows(serving(settings), "ACDC 1")


# ---- What goes wrong with the data


def test_all_faults_of_the_data_come_at_once_and_what_served_still_serves(settings: Settings, resources: Path) -> None:
    build(settings)
    spoil(resources)
    with pytest.raises(ExceptionGroup, match="2 faults"):
        build(settings)
    assert knows(serving(settings), "ACDC")
    assert strewn(settings) == []


@pytest.mark.parametrize("worsen", [spoil, forbid_titles])
def test_the_last_good_snapshot_answers_while_the_data_have_faults(
    settings: Settings, resources: Path, worsen: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    good = build(settings)
    worsen(resources)
    assert open_current(settings) == good
    said = capsys.readouterr().err
    assert "2 faults, `medkg check` and `medkg build` name them; answering from the graph of 20" in said


@pytest.mark.parametrize("name", ["lost.yaml", "lits.yml"])
def test_the_last_good_snapshot_answers_beside_a_file_that_is_no_record(
    settings: Settings, resources: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    good = build(settings)
    (resources / "data" / "datasets" / name).symlink_to("nowhere.yaml")
    assert open_current(settings) == good
    assert "the data have 1 fault, `medkg check` and" in capsys.readouterr().err


def test_faults_are_raised_where_no_snapshot_was_ever_built(settings: Settings, resources: Path) -> None:
    spoil(resources)
    with pytest.raises(ExceptionGroup, match="2 faults"):
        open_current(settings)


def test_an_ontology_that_is_no_turtle_is_a_fault_with_its_line(settings: Settings, resources: Path) -> None:
    (resources / "ontology" / "alignments.ttl").write_text("\nmedkg:a medkg:b medkg:c .", encoding="utf-8")
    with pytest.raises(Fault, match=r"^ontology/alignments\.ttl:2: is not Turtle.*\[turtle-syntax\]$"):
        build(settings)


def test_a_blank_node_in_the_ontology_is_refused(settings: Settings, resources: Path) -> None:
    with (resources / "ontology" / "medkg.ttl").open("a", encoding="utf-8") as file:
        file.write("medkg:count rdfs:seeAlso [ rdfs:label 'no name' ] .\n")
    with pytest.raises(Fault, match=r"^ontology/medkg\.ttl: .*give it an IRI \[blank-node\]$"):
        build(settings)


@pytest.mark.parametrize("name", ["medkg.ttl", "alignments.ttl", "shapes.ttl", "prefixes.yaml"])
def test_an_ontology_that_lacks_a_file_is_told(settings: Settings, resources: Path, name: str) -> None:
    (resources / "ontology" / name).unlink()
    with pytest.raises(UnreadableFile, match=f"ontology lacks {name}; see MEDKG_RESOURCES"):
        build(settings)


def test_resources_that_are_none_are_told(settings: Settings, tmp_path: Path) -> None:
    nowhere = Settings(environment={**settings.environment, "MEDKG_RESOURCES": str(tmp_path / "nowhere")})
    with pytest.raises(UnreadableFile, match="MEDKG_RESOURCES"):
        open_current(nowhere)


# ---- What goes wrong with the home


@pytest.mark.parametrize("home", ["/proc/medkg", "/dev/null/medkg"])
def test_a_home_that_cannot_be_written_to_is_told(settings: Settings, home: str) -> None:
    with pytest.raises(SnapshotError, match=r"no snapshot can be written under .* set MEDKG_HOME"):
        open_current(Settings(environment={**settings.environment, "MEDKG_HOME": home}))


def test_the_last_good_snapshot_answers_where_no_other_can_be_written(
    settings: Settings, resources: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = build(settings)
    relabel(resources, "ACDC of 2017")
    (settings.home / "snapshots" / "build.lock").unlink()
    (settings.home / "snapshots" / "build.lock").mkdir()
    assert open_current(settings) == good
    assert "no snapshot can be written" in capsys.readouterr().err


def test_a_damaged_snapshot_is_built_anew(settings: Settings) -> None:
    good = build(settings)
    os.truncate(largest(good), 100)
    assert open_current(settings).digest == good.digest
    assert knows(serving(settings), "ACDC")
    assert strewn(settings) == []


def test_a_damaged_snapshot_of_faulty_data_gives_way_to_the_one_before(settings: Settings, resources: Path) -> None:
    before = build(settings)
    relabel(resources, "ACDC of 2017")
    os.truncate(largest(build(settings)), 100)
    spoil(resources)
    assert open_current(settings, warn=lambda _: None) == before


def test_a_store_with_its_size_but_not_its_content_is_mended_by_building_again(settings: Settings) -> None:
    good = build(settings)
    damaged = largest(good)
    damaged.write_bytes(bytes(byte ^ 255 for byte in damaged.read_bytes()))
    assert open_current(settings).digest == good.digest
    assert build(settings, again=True).digest == good.digest
    assert knows(serving(settings), "ACDC")


def test_a_pointer_to_nothing_is_mended(settings: Settings) -> None:
    (build(settings).path.parent / "current.json").unlink()
    assert knows(open_current(settings), "ACDC")


def test_a_snapshot_of_an_older_medkg_is_built_anew_without_fuss(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    good = build(settings)
    manifest = json.loads((good.path / "manifest.json").read_text())
    del manifest["files"]["graph.nq"]
    (good.path / "manifest.json").write_text(json.dumps(manifest))
    (good.path / "graph.nq").unlink()
    assert open_current(settings).digest == good.digest
    assert (good.path / "graph.nq").is_file()
    assert capsys.readouterr().err == ""


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


DAMAGES: dict[str, Callable[[Snapshot], object]] = {
    "truncated N-Quads": lambda snapshot: os.truncate(snapshot.path / "graph.nq", 100),
    "a flipped byte of N-Quads": lambda snapshot: flip(snapshot.path / "graph.nq"),
    "no N-Quads": lambda snapshot: (snapshot.path / "graph.nq").unlink(),
    "a missing file of the store": lambda snapshot: largest(snapshot).unlink(),
    "a truncated file of the store": lambda snapshot: os.truncate(largest(snapshot), 100),
    "no manifest": lambda snapshot: (snapshot.path / "manifest.json").unlink(),
    "a manifest of zeros": lambda snapshot: (snapshot.path / "manifest.json").write_bytes(bytes(500)),
    "no index": lambda snapshot: (snapshot.path / "search.sqlite").unlink(),
    "nothing at all": lambda snapshot: shutil.rmtree(snapshot.path),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_whatever_is_damaged_the_snapshot_before_answers_with_a_warning(
    settings: Settings, resources: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = build(settings)
    relabel(resources, "ACDC of 2017")
    DAMAGES[damage](build(settings))
    spoil(resources)
    assert open_current(settings, is_verified=True) == before
    assert "answering from the graph of 20" in capsys.readouterr().err


@pytest.mark.parametrize("damage", DAMAGES)
def test_whatever_is_damaged_is_mended_where_the_data_are_sound(
    settings: Settings, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    good = build(settings)
    DAMAGES[damage](good)
    found = open_current(settings, is_verified=True)
    assert found.digest == good.digest
    assert set(found.in_memory()) == set(found.on_disk())
    assert capsys.readouterr().err == ""
    assert strewn(settings) == []


@pytest.mark.parametrize("content", [b"", b"\0" * 285, b"\xff\xfe", b"{", b"null", b'{"snapshot": "../.."}'])
def test_whatever_the_pointer_says_the_newest_good_snapshot_answers(
    settings: Settings, resources: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    build(settings)
    relabel(resources, "ACDC of 2017")
    good = build(settings)
    (good.path.parent / "current.json").write_bytes(content)
    text = (resources / "data" / "datasets" / "acdc.yaml").read_text()
    spoil(resources)
    assert open_current(settings) == good
    assert "answering from the graph of 20" in capsys.readouterr().err
    (resources / "data" / "datasets" / "acdc.yaml").write_text(text)
    (resources / "data" / "challenges" / "lits-2017.yaml").write_text(
        (resources / "data" / "challenges" / "lits-2017.yaml").read_text().replace("lable: LiTS\n", "")
    )
    assert open_current(settings).digest == good.digest
    assert serving(settings).digest == good.digest


def test_a_vocabulary_that_nothing_uses_need_not_be_there(settings: Settings) -> None:
    for name in ("access", "dimensionality", "finding", "format"):
        (settings.resources / "data" / "vocabularies" / f"{name}.yaml").unlink()
    assert knows(build(settings), "LiTS")


def test_a_build_makes_the_register_of_lineage_and_the_network_of_each_layer_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    for kind in (Register, Network):

        def count(
            self: object, *args: object, kind: type = kind, made_by: object = kind.__init__, **kwargs: object
        ) -> None:
            made.append(kind.__name__)
            made_by(self, *args, **kwargs)  # type: ignore[operator]

        monkeypatch.setattr(kind, "__init__", count)
    build(settings)
    assert sorted(made) == ["Network", "Network", "Register"]

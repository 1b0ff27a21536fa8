"""The shape of the house: imports point one way, rooms stay small, and no wing reaches into another's back rooms."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.structure import TASKS, Plan, full_names

WINGS = (
    "ground",
    "model",
    "catalogs",
    "curation",
    "evaluation",
    "lineage",
    "rdf",
    "search",
    "queries",
    "snapshots",
    "views",
    "export",
    "pool",
    "http",
    "site",
    "server",
    "cli",
)
"""Each wing may import those before it."""

MODULE_LINES = 400
"""The most lines of a module."""

ROOMS_PER_WING = 30 + 2
"""The most modules of a wing."""

CHAIN_LENGTH = 20
"""The most modules on a path of imports."""

TESTS_OF_NO_ROOM = {
    "cli": 3,
    "evaluation": 5,
    "http": 1,
    "lineage": 7,
    "model": 1,
    "pool": 1,
    "rdf": 6,
    "server": 7,
    "site": 4,
    "snapshots": 2,
    "views": 6,
}
"""The most files of tests that are named by no room of their wing."""

TESTS = Path(__file__).parent
PLAN = Plan.read()


def wing(module: str) -> str:
    """The wing of a module, the ground for one of none."""
    name = module.split(".")[1] if "." in module else ""
    return name if name in WINGS else "ground"


def back_rooms(module: str, tree: ast.Module) -> Iterator[str]:
    """What a module imports of another wing's back rooms: private names, and modules of a package within that wing."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or not node.module or node.module.split(".")[0] != "medkg":
            continue
        for alias in node.names:
            submodule = f"{node.module}.{alias.name}"
            target = submodule if submodule in PLAN.trees else node.module
            if wing(target) == wing(module):
                continue
            if target.count(".") > 2:
                yield target
            if any(part.startswith("_") for part in submodule.split(".")):
                yield submodule


def test_every_package_is_a_wing() -> None:
    assert {"ground", *(path.name for path in PLAN.source.iterdir() if any(path.glob("*.py")))} == set(WINGS)


def test_imports_point_one_way() -> None:
    upward = [
        f"{name} imports {target}"
        for name, targets in PLAN.imports.items()
        for target in targets
        if WINGS.index(wing(target)) > WINGS.index(wing(name))
    ]
    assert upward == []


def test_no_imports_go_in_a_circle() -> None:
    assert PLAN.cycle == []


def test_no_path_of_imports_is_too_long() -> None:
    chain = PLAN.longest_chain
    assert len(chain) <= CHAIN_LENGTH, " > ".join(chain)


def test_no_module_has_grown_unnoticed() -> None:
    assert {name: lines for name, lines in PLAN.lines.items() if lines > MODULE_LINES} == {}


def test_no_wing_has_too_many_rooms() -> None:
    assert {name: len(rooms) for name, rooms in PLAN.rooms.items() if len(rooms) > ROOMS_PER_WING} == {}


def test_every_module_says_its_role() -> None:
    assert [name for name, tree in PLAN.trees.items() if not ast.get_docstring(tree)] == []


def test_a_class_name_stands_once() -> None:
    assert PLAN.repeated_classes == {}


def test_no_name_of_a_package_hides_a_module_of_it() -> None:
    assert [*PLAN.hidden_submodules] == []


def test_no_wing_reaches_into_the_back_rooms_of_another() -> None:
    used = [f"{name} imports {room}" for name, tree in PLAN.trees.items() for room in back_rooms(name, tree)]
    assert used == []


@pytest.mark.parametrize(
    ("line", "is_back_room"),
    [
        ("from medkg.search.names import _EDITION", True),
        ("from medkg.curation.rules.claims import RULES", True),
        ("from medkg.catalogs.sources import neerakara", True),
        ("from medkg.lineage import leaks", False),
        ("from medkg.search.names import Names", False),
        ("from medkg.search import names", False),
        ("from medkg.cli import _verbs", False),
    ],
)
def test_private_names_and_modules_of_inner_packages_are_back_rooms(line: str, is_back_room: bool) -> None:
    assert bool(list(back_rooms("medkg.cli.query", ast.parse(line)))) is is_back_room


def test_tests_stand_where_their_room_does() -> None:
    for name in WINGS:
        rooms = {part for room in PLAN.rooms[name] for part in room.rstrip("_").split(".")[1:]} | {name}
        files = sorted(path.stem.removeprefix("test_") for path in (TESTS / name).glob("test_*.py"))
        others = [file for file in files if file not in rooms]
        assert len(others) <= TESTS_OF_NO_ROOM.get(name, 0), f"tests/{name}: {', '.join(others)}"


@pytest.mark.parametrize("task", TASKS)
def test_the_modules_of_a_task_are_there_and_hang_together(task: str) -> None:
    names = full_names(task)
    assert [name for name in names if name not in PLAN.trees] == []
    assert len(set(names)) == len(names)
    for name in names:
        others = set(names) - {name}
        importers = {other for other in others if name in PLAN.imports[other]}
        assert importers or others & PLAN.imports[name], f"{name} hangs together with no other module of the task"

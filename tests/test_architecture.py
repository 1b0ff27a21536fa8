"""The shape of the house: imports point one way, and no module has grown unnoticed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "medkg"
MODULES = sorted(SOURCE.rglob("*.py"))

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

ROOM_LIMIT = 400
"""Lines above which a module needs a reason."""


def wing(path: Path) -> str:
    parts = path.relative_to(SOURCE).parts
    return parts[0] if len(parts) > 1 else "ground"


def imported(path: Path) -> Iterator[str]:
    """The modules of medkg a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "medkg":
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.split(".")[0] == "medkg")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_one_way(path: Path) -> None:
    own = WINGS.index(wing(path))
    for module in imported(path):
        parts = module.split(".")
        other = parts[1] if len(parts) > 1 and parts[1] in WINGS else "ground"
        assert WINGS.index(other) <= own, f"{path.name} of {WINGS[own]} imports {module}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_module_has_grown_unnoticed(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= ROOM_LIMIT


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_module_says_its_role(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring, f"{path.name} has no docstring"

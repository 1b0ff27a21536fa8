"""Text files are the same on every system: their writers say how lines end, and which encoding they are in.

That an encoding is named is what ruff's PLW1514 asks; that nothing falls back to the system's is tried by the commands
in `test_windows`, for which it is an error.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.servers import REPOSITORY

SOURCES = (*sorted((REPOSITORY / "src").rglob("*.py")), REPOSITORY / "hatch_build.py")


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call in a file, with the name of what is called."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            yield (node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id), node


def is_writing(name: str, call: ast.Call) -> bool:
    """Whether a call writes text to a file that others read."""
    texts = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if name == "open" and not any(text.startswith("/proc/") for text in texts):
        return any(set(text) & set("wax") and set(text) <= set("rwaxt+") for text in texts)
    return name == "write_text"


def test_who_writes_text_says_how_its_lines_end() -> None:
    wrong = [
        f"{path.relative_to(REPOSITORY)}:{call.lineno}"
        for path in SOURCES
        for name, call in calls(path)
        if is_writing(name, call) and not any(each.arg == "newline" for each in call.keywords)
    ]
    assert not wrong


def test_the_linter_asks_for_encodings() -> None:
    lint = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert "PLW1514" in lint["select"]
    assert lint["preview"]

"""The sessions shown in README and docs: each command of a `console` block answers as it is shown.

It is run on a terminal, in an empty folder, with the package installed.

`GOLDEN=rewrite pytest tests/test_sessions.py` writes the answers anew; review the diff.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.installed import Installation, install

pty = pytest.importorskip("pty", reason="terminals are tried where there are any to be had")

ROOT = Path(__file__).parents[1]
PAGES = {"README.md": (110, 14), "docs/queries.md": (150, 22), "docs/guides/lineage.md": (120, 22)}
"""Each page with the columns of its terminal and the lines of an answer; of longer ones the beginning and the end."""

_BLOCK = re.compile(r"```console\n(?P<session>.*?)```", re.DOTALL)
_COMMAND = re.compile(r"^\$ (?P<command>medkg (?:[^\n'\"]|'[^']*'|\"[^\"]*\")*)\n", re.MULTILINE)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """medkg, installed."""
    return install(tmp_path_factory.mktemp("installed"))


def test_every_page_with_a_session_is_tried() -> None:
    pages = (*ROOT.glob("*.md"), *ROOT.glob("*/README.md"), *ROOT.glob("docs/**/*.md"))
    assert {str(page.relative_to(ROOT)) for page in pages if _BLOCK.search(page.read_text(encoding="utf-8"))} == set(
        PAGES
    )


@pytest.mark.parametrize(("name", "size"), PAGES.items(), ids=str)
def test_a_session_runs_as_it_is_shown(
    name: str, size: tuple[int, int], installation: Installation, tmp_path: Path
) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    environment = {**installation.environment, "COLUMNS": str(size[0]), "TERM": "xterm", "PYTHONUTF8": "1"}

    def anew_in(block: re.Match[str]) -> str:
        return f"```console\n{replayed(block['session'], environment, tmp_path, size)}\n```"

    anew = _BLOCK.sub(anew_in, text)
    if os.environ.get("GOLDEN") == "rewrite":
        (ROOT / name).write_text(anew, encoding="utf-8")
    assert anew.splitlines() == (ROOT / name).read_text(encoding="utf-8").splitlines()


def replayed(session: str, environment: Mapping[str, str], folder: Path, size: tuple[int, int]) -> str:
    """The commands of a session, each with the answer it gets."""
    columns, lines = size
    commands = [match["command"] for match in _COMMAND.finditer(session)]
    return "\n\n".join(f"$ {each}\n{shown(answer(each, environment, folder), columns, lines)}" for each in commands)


def answer(command: str, environment: Mapping[str, str], folder: Path) -> str:
    """What a command writes on a terminal, without its colours; the graph is up to date by then."""
    ours, theirs = pty.openpty()
    medkg, arguments = [sys.executable, "-m", "medkg.cli"], shlex.split(command)[1:]
    subprocess.run([*medkg, "build"], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    with subprocess.Popen(
        [*medkg, *arguments], cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        written = b"".join(read(ours))
    os.close(ours)
    is_answer = process.returncode == 0 or (arguments[0] == "leak" and process.returncode == 1)
    assert is_answer or written.startswith(b"medkg: "), written.decode()  # a page may show what is refused
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", written.decode())


def read(terminal: int) -> Iterator[bytes]:
    """All that is written to a terminal until nobody holds its other end."""
    try:
        while part := os.read(terminal, 65536):
            yield part
    except OSError:  # how Linux tells of the end
        return


def shown(written: str, columns: int, most: int) -> str:
    """An answer as a page shows it: no line too long, and not too many of them."""
    lines = [line.rstrip() for line in written.split("\n")]
    lines = (
        "\n".join(line if len(line) <= columns else f"{line[: columns - 1]}…" for line in lines).strip("\n").split("\n")
    )
    return "\n".join(lines if len(lines) <= most else [*lines[: most - 2], "…", lines[-1]])

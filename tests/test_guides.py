"""Every snippet of README and guides runs as its reader would run it: in an empty folder, with the package installed.

Sessions with their answers (`console`) are in `test_sessions`, queries and records in `test_documented`.
"""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from medkg.settings import DEFAULTS
from tests.installed import Installation, install
from tests.servers import PATIENCE, REPOSITORY, TOKEN, running

PAGES = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "docs/guides/*.md", "data/**/README.md", "*/README.md")
    for path in REPOSITORY.glob(pattern)
)
SHOWN = frozenset({"console", "sparql", "yaml", "json", "text", "nginx", "apache", "mermaid"})
"""Languages that nothing here runs: other tests do, or there is nothing to run."""

WITHOUT_NETWORK = {"pip install . && medkg serve": "medkg serve", "pip install '.[test]' && pytest": "true"}
"""What is run in the place of commands that install the package; `.ci/run` has those to the letter."""

SERVE = "medkg serve"


@cache
def snippets() -> dict[tuple[str, str], list[str]]:
    """The fenced texts of every page, by page and language, in their order."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in PAGES:
        for token in MarkdownIt().parse(path.read_text(encoding="utf-8")):
            if token.type == "fence":
                found[str(path.relative_to(REPOSITORY)), token.info.strip()].append(token.content)
    return found


def pages(language: str) -> list[str]:
    """The pages with snippets in a language that can be run."""
    return [page for page, written in snippets() if written == language]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """medkg, installed."""
    return install(tmp_path_factory.mktemp("installed"))


def test_every_snippet_says_its_language() -> None:
    assert {(page, language) for page, language in snippets() if language not in {*SHOWN, "python", "sh"}} == set()


def test_there_are_snippets_to_run() -> None:
    assert set(pages("python")) == {"docs/guides/lineage.md", "docs/guides/python.md"}
    assert set(pages("sh")) == {"README.md", "docs/guides/endpoint.md", "docs/guides/sparql.md"}
    assert len(snippets()["docs/guides/python.md", "python"]) > 7


def test_the_package_is_the_installed_one(installation: Installation, tmp_path: Path) -> None:
    asked = "import medkg, medkg.settings; print(medkg.settings.Settings.from_environment().resources)"
    told = run([sys.executable, "-c", asked], installation, tmp_path)
    assert Path(told.stdout.strip()) == installation.resources


@pytest.mark.parametrize("page", pages("python"))
def test_the_python_of_a_page_runs(page: str, installation: Installation, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text("\n".join(snippets()[page, "python"]), encoding="utf-8")
    answer = run([sys.executable, program.name], installation, tmp_path)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout


@pytest.mark.parametrize("page", pages("sh"))
def test_the_commands_of_a_page_run(page: str, installation: Installation, tmp_path: Path) -> None:
    commands = [WITHOUT_NETWORK.get(each.strip(), each.strip()) for each in snippets()[page, "sh"]]
    script = "\n".join(each for each in commands if not each.endswith(SERVE))
    run(["medkg", "build"], installation, tmp_path).check_returncode()
    with running(
        installation.home,
        PYTHONPATH=str(installation.package),
        MEDKG_RESOURCES=str(installation.resources),
        MEDKG_WRITE_TOKEN=TOKEN,
    ) as server:
        curl = 'curl() { command curl --silent --show-error --fail-with-body "$@"; }\n'
        here = script.replace(f"http://127.0.0.1:{DEFAULTS.port}", server.address.rstrip("/"))
        answer = run(["bash", "-e", "-c", curl + here], installation, tmp_path, MEDKG_WRITE_TOKEN=TOKEN)
    assert (answer.returncode, answer.stderr) == (0, ""), answer.stdout


@pytest.mark.parametrize("page", pages("sh"))
def test_a_server_that_a_page_starts_answers(page: str, installation: Installation, tmp_path: Path) -> None:
    for each in snippets()[page, "sh"]:
        command = WITHOUT_NETWORK.get(each.strip(), each.strip())
        if command.endswith(SERVE):
            environment = {**installation.environment, "MEDKG_PORT": "0"}
            with subprocess.Popen(
                ["bash", "-c", f"exec env {command}"], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
            ) as server:
                assert server.stdout is not None  # it is a pipe
                assert server.stdout.readline().startswith("medkg answers at http://127.0.0.1:")
                server.terminate()
                assert server.wait(PATIENCE) == 0


def run(
    command: list[str], installation: Installation, folder: Path, **others: str
) -> subprocess.CompletedProcess[str]:
    """What becomes of a command in a folder; output is UTF-8, wherever the test runs."""
    environment = {**installation.environment, "PYTHONUTF8": "1", **others}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8")

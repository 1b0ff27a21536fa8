"""Every snippet of README and guides runs as its reader would run it: in an empty folder, with the package installed.

Sessions with their answers (`console`) are in `test_sessions`, the records of `data/README.md` in `test_documented`.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
import yaml
from markdown_it import MarkdownIt

from medkg.settings import DEFAULTS
from tests.installed import Installation, install
from tests.servers import PATIENCE, REPOSITORY, TOKEN, running

PAGES = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "docs/guides/*.md", "data/**/README.md", "*/README.md")
    for path in REPOSITORY.glob(pattern)
)
EXECUTED = frozenset({"python", "sh", "sparql", "yaml"})
NOT_EXECUTED = frozenset({"console", "json", "text"})
"""Languages that no test here runs: sessions run in `test_sessions`; the others are outputs and a container build."""

INSTALLATION = re.compile(r"^(git clone .* && )?pip install [^&\n]*(&& (pytest|(?=medkg)))?", re.MULTILINE)
"""The commands that install the package or run this test suite; `.ci/run` runs them literally."""

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
    """The pages with snippets in a language."""
    return [page for page, snippet_language in snippets() if snippet_language == language]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """medkg, installed."""
    return install(tmp_path_factory.mktemp("installed"))


def test_every_snippet_says_its_language() -> None:
    assert {(page, language) for page, language in snippets() if language not in EXECUTED | NOT_EXECUTED} == set()


def test_there_are_snippets_to_run() -> None:
    assert set(pages("python")) == {"README.md", "docs/guides/lineage.md", "docs/guides/python.md"}
    assert set(pages("sh")) == {"README.md", "docs/guides/endpoint.md", "docs/guides/sparql.md"}
    assert set(pages("sparql")) == {"docs/guides/lineage.md", "docs/guides/sparql.md", "queries/README.md"}
    assert set(pages("yaml")) == {"CONTRIBUTING.md", "data/README.md", "docs/guides/lineage.md"}
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


@pytest.mark.parametrize("page", [page for page in pages("sparql") if page != "queries/README.md"])
def test_the_queries_of_a_page_have_results(page: str, installation: Installation, tmp_path: Path) -> None:
    results = {}
    for query in snippets()[page, "sparql"]:
        answer = run(["medkg", "query", "-", "--format", "csv"], installation, tmp_path, query)
        results[query] = (answer.returncode, answer.stderr, len(answer.stdout.splitlines()) > 1)
    assert {query: result for query, result in results.items() if result != (0, "", True)} == {}


def test_the_files_and_workflow_steps_of_the_guides_are_used(installation: Installation, tmp_path: Path) -> None:
    splits, steps = map(yaml.safe_load, snippets()["docs/guides/lineage.md", "yaml"])
    (tmp_path / "splits.yaml").write_text(yaml.safe_dump(splits), encoding="utf-8")
    (command,) = [INSTALLATION.sub("", step["run"]) for step in steps]
    answer = run(["bash", "-c", command], installation, tmp_path)
    assert answer.returncode == 1, answer.stderr  # the example leaks
    for dataset in (*splits["train"], *splits["test"]):
        assert dataset in answer.stdout


@pytest.mark.parametrize("page", pages("sh"))
def test_the_commands_of_a_page_run(page: str, installation: Installation, tmp_path: Path) -> None:
    script = "\n".join(command for command in commands(page) if SERVE not in command)
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
    for command in commands(page):
        if SERVE in command:
            command = command.replace("/run/medkg/", "")  # a directory that systemd creates
            environment = {**installation.environment, "MEDKG_PORT": "0"}
            with subprocess.Popen(
                ["bash", "-c", f"exec env {command}"], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
            ) as server:
                assert server.stdout is not None  # it is a pipe
                assert server.stdout.readline().startswith("medkg answers at ")
                server.terminate()
                assert server.wait(PATIENCE) == 0


def commands(page: str) -> list[str]:
    """The shell commands of a page, without those that install the package."""
    return [INSTALLATION.sub("", text).strip() for text in snippets()[page, "sh"]]


def run(
    command: list[str], installation: Installation, folder: Path, stdin: str = "", **others: str
) -> subprocess.CompletedProcess[str]:
    """The completed process of a command in a folder; output is UTF-8, wherever the test runs."""
    environment = {**installation.environment, "PYTHONUTF8": "1", **others}
    return subprocess.run(
        command, cwd=folder, env=environment, input=stdin, capture_output=True, text=True, encoding="utf-8"
    )

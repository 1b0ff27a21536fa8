"""Docs that could lie: what is generated is up to date, and everything that a user can meet has its place in them."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pyoxigraph import QuerySolutions, Store

from benchmarks.structure import Plan
from medkg.cli import VERBS, docs
from medkg.curation import parse
from medkg.curation.reference import record_classes
from medkg.errors import MedkgError
from medkg.evaluation import evaluate
from medkg.http import routes
from medkg.model import prefixes
from medkg.model.fields import declarations
from medkg.model.prefixes import Prefixes
from medkg.settings import SETTINGS
from medkg.site import create_app
from medkg.site.context import SiteContext

ROOT = Path(__file__).parents[1]
GENERATED = ("data/README.md", "docs/guides/catalogues.md", *(f"docs/reference/{name}.md" for name in docs.REFERENCE))
PAGES = sorted(
    path
    for pattern in ("*.md", "data/**/README.md", "queries/*.md", "ontology/*.md", "docs/**/*.md")
    for path in ROOT.glob(pattern)
)
PLAN = Plan.read()
RECORDS = {record.__name__: record for record in record_classes()}


@cache
def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def generated() -> dict[Path, str]:
    return docs.documents(ROOT)


def examples() -> Iterator[tuple[str, str]]:
    """Each YAML example of `data/README.md` with the record class that the heading above it names."""
    for section in re.split(r"^#+ ", page("data/README.md"), flags=re.MULTILINE):
        yield from ((section.split("\n")[0], text) for text in re.findall(r"```yaml\n(.*?)```", section, re.DOTALL))


def queries() -> Iterator[Any]:
    for path in PAGES:
        found = re.findall(r"```sparql\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
        for index, text in enumerate(text for text in found if not text.startswith("#+")):
            yield pytest.param(text, id=f"{path.relative_to(ROOT)}-{index + 1}")


def shown(record: Any) -> Iterator[tuple[str, str]]:
    """Every field that a record and its members have a value for."""
    for each in fields(record):
        value = getattr(record, each.name)
        if value not in (None, ()):
            yield type(record).__name__, each.name
        for member in value if isinstance(value, tuple) else (value,):
            if is_dataclass(member):
                yield from shown(member)


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    assert generated()[Path(name)] == page(name), "run `medkg docs`"


def test_nothing_else_is_generated() -> None:
    assert set(generated()) == set(map(Path, GENERATED))


def test_a_page_that_is_not_up_to_date_is_named_and_written(tmp_path: Path) -> None:
    for name in ("data", "docs", "ontology", "queries"):
        shutil.copytree(ROOT / name, tmp_path / name)
    outdated = tmp_path / "docs" / "reference" / "settings.md"
    outdated.write_text("# Settings\n", encoding="utf-8")
    given = {"MEDKG_RESOURCES": str(tmp_path)}
    assert (
        CliRunner().invoke(docs.command, ["--check"], env=given).output.startswith("docs/reference/settings.md is not")
    )
    assert CliRunner().invoke(docs.command, ["--check"], env=given).exit_code == 1
    CliRunner().invoke(docs.command, env=given)
    assert outdated.read_text(encoding="utf-8") == page("docs/reference/settings.md")
    assert CliRunner().invoke(docs.command, ["--check"], env=given).exit_code == 0


def test_there_are_no_pages_to_write_outside_a_checkout(tmp_path: Path) -> None:
    result = CliRunner().invoke(docs.command, env={"MEDKG_RESOURCES": str(tmp_path)})
    assert isinstance(result.exception, MedkgError)
    assert "no checkout" in str(result.exception)


def test_every_record_class_has_its_table() -> None:
    assert [name for name in RECORDS if f"<!-- generated: fields {name} -->" not in page("data/README.md")] == []


@pytest.mark.parametrize(("name", "text"), list(examples()))
def test_an_example_of_a_record_can_be_read(name: str, text: str) -> None:
    assert parse(text, RECORDS[name], Path("data/README.md"))


def test_every_field_is_shown_in_an_example() -> None:
    seen = {pair for name, text in examples() for pair in shown(parse(text, RECORDS[name], Path("data/README.md")))}
    declared = {(name, each.name) for name, record in RECORDS.items() for each, _ in declarations(record)}
    told_in_words = {("Dataset", "replaced_by"), ("Decision", "modality")}
    told_in_words |= {(name, "claims") for name in ("Dataset", "Challenge")}
    told_in_words |= {("Vocabulary", name) for name in ("title", "title_zh", "definition", "concepts", "exclusions")}
    assert declared - seen == told_in_words


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_setting_has_its_place(setting: Any) -> None:
    assert f"`{setting.name}`" in page("docs/reference/settings.md")


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_has_its_place(verb: str) -> None:
    assert f"\n## medkg {verb}\n" in page("docs/reference/cli.md")
    assert re.search(rf"`(medkg )?{verb}\b", page("README.md") + page("CONTRIBUTING.md") + page("CHANGELOG.md"))


def test_every_route_has_its_place() -> None:
    nowhere = Path()
    app = create_app(
        SiteContext(store=Store(), revision="", prefixes=Prefixes({}), directory=nowhere, resources=nowhere)
    )
    rules = {route.path for route in routes.routes(app)}
    assert {rule for rule in rules if f"| `{rule}` |" not in page("docs/reference/http.md")} == set()


def test_every_code_of_a_fault_has_its_place() -> None:
    assert {code for code in codes() if f"| `{code}` |" not in page("docs/reference/codes.md")} == set()


def codes() -> Iterator[str]:
    """Every code that a `Fault` or `Rule` is made with, wherever in the source."""
    for path in (ROOT / "src" / "medkg").rglob("*.py"):
        for call in (
            node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
        ):
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            given = [keyword.value for keyword in call.keywords if keyword.arg == "code" and name == "Fault"]
            for value in given or (call.args[:1] if name == "Rule" else []):
                if isinstance(value, ast.Constant):
                    yield str(value.value)


@pytest.mark.parametrize("path", sorted((ROOT / "queries").glob("*.rq")), ids=lambda path: path.stem)
def test_a_stored_query_has_its_place(path: Path) -> None:
    assert f"\n## {path.stem}\n" in page("docs/reference/queries.md")


@pytest.mark.parametrize("text", list(queries()))
def test_a_query_of_the_documentation_has_an_answer(text: str, graph: Store) -> None:
    results = evaluate(graph, text, prefixes=prefixes.load(ROOT / "ontology"))
    assert isinstance(results, QuerySolutions)
    assert next(results, None) is not None


def test_the_python_guide_imports_what_is_there() -> None:
    blocks = re.findall(r"```python\n(.*?)```", page("docs/guides/python.md"), re.DOTALL)
    imports = [line for block in blocks for line in block.splitlines() if line.startswith(("from ", "import "))]
    assert len(imports) > 5
    exec("\n".join(imports), {})


def test_the_architecture_names_what_is_there() -> None:
    text = page("docs/architecture.md")
    wings = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)))
    packages = {path.parent.name for path in PLAN.source.glob("*/*.py")}
    assert set(wings) == packages
    steps = re.findall(r"^   [│└] (?:─ socket ─ | +)?([a-z]+\.[\w.]+(?:, [\w.]+)*)", text, re.MULTILINE)
    assert len(steps) > 20
    missing = []
    for step in steps:
        module = ""
        for name in step.split(", "):
            module = name.rpartition(".")[0] if "." in name else module
            if f"medkg.{name}" not in PLAN.trees and name.rpartition(".")[2] not in names(f"medkg.{module}"):
                missing.append(f"{module}: {name}")
    assert missing == []


def names(module: str) -> set[str]:
    """The names that a module defines or imports."""
    nodes = ast.walk(PLAN.trees.get(module, ast.Module(body=[], type_ignores=[])))
    return {
        name
        for node in nodes
        for name in (
            [node.name]
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            else [alias.asname or alias.name for alias in node.names]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }


def test_the_glossary_has_the_words_of_the_house() -> None:
    words = re.findall(r"^\| (\w+) \|", page("docs/glossary.md"), re.MULTILINE)
    assert words == [
        *("word", "catalogue", "record", "entry", "fact", "belief", "claim", "layer", "verdict", "snapshot"),
        "revision",
    ]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_links_to_what_is_there(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for address, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)", text):
        target = path.parent / address if address else path
        assert target.exists(), f"{address} is not there"
        if anchor:
            assert anchor in anchors(target), f"{address}#{anchor} is not there"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_names_files_that_are_there(path: Path) -> None:
    named = re.findall(
        r"\b(?:benchmarks|docs|examples|src/medkg|tests)/[\w/.-]+\.[a-z]+\b", path.read_text(encoding="utf-8")
    )
    assert [name for name in named if not (ROOT / name).exists()] == []


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_command_of_the_documentation_is_a_verb(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"```\w*\n(.*?)```", text, re.DOTALL))
    verbs = re.findall(r"`medkg ([a-z]+)\b", text) + re.findall(r"^(?:\$ )?medkg ([a-z]+)\b", blocks, re.MULTILINE)
    assert set(verbs) <= {*VERBS, "docs"}

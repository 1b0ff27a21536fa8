"""Measure the plan of `src/medkg`: modules, imports, names, and the files that a reader opens for six tasks.

    python benchmarks/structure.py                   this checkout
    python benchmarks/structure.py --source DIR      another tree, the folder `medkg` of an older checkout for instance

How it counts, with `ast` alone and without importing anything:

- a module is a file `*.py`; its lines are all its lines;
- an import edge leads from a module to a module of medkg that it imports anywhere in its text, within functions and for
  the type checker too; `from medkg.a import b` leads to `medkg.a.b` where that is a module, else to `medkg.a`;
- the longest chain is the longest path of import edges, which are free of cycles (`tests/test_architecture.py`);
- a name is a past participle where its last word is one, so that a noun is missing: `Kept`, `told`, but not
  `kept_answers`. `IRREGULAR` and `REGULAR` say which words are. Forms that are verbs and nouns as well (read, set, put,
  cut) do not count, nor do names of booleans (`is_…`, `has_…`) and those of `KEPT`, which are terms of a standard. This
  is a heuristic: it does not see all riddles, and not each name that it lists is one;
- the files of a task are those of `TASKS`, written down by hand: the modules whose code a reader has to follow, one who
  trusts the name and the docstring of all else that these modules import. How many modules are trusted in this way is
  printed beside, so that a list that is too short to be true shows. `tests/test_architecture.py` fails where a module
  of a list is gone, or hangs together with none of the others by an import.
"""

from __future__ import annotations

import argparse
import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from statistics import median

SOURCE = Path(__file__).parents[1] / "src" / "medkg"

IRREGULAR = re.compile(
    "begun|borne|bound|bought|broken|brought|built|caught|chosen|drawn|driven|fallen|felt|found|given|gone|grown|heard"
    "|held|hidden|kept|known|laid|led|left|lost|made|meant|met|paid|said|seen|sent|shown|sold|spelt|spoken|spent|stood"
    "|swept|taken|taught|thought|told|torn|understood|woken|won|worn|written"
)
REGULAR = re.compile("(?!(?:bed|bleed|embed|exceed|feed|indeed|need|proceed|red|seed|shed|speed|succeed)$)[a-z]+ed")

KEPT = frozenset({"not_modified"})
"""Participles that stay: `not_modified` makes a response of the status 304 Not Modified (RFC 9110)."""

TASKS: Mapping[str, tuple[str, ...]] = {
    "a fact on the dataset page": (
        "model.fields",
        "model.entries",
        "model.facts",
        "model.fact_properties",
        "views.typed_values",
        "views.sourced_facts",
        "views.dataset_profile",
        "site.dataset",
    ),
    "GET /sparql end to end": (
        "server.serve",
        "server.front",
        "server.requests",
        "server.access",
        "server.cache",
        "server.router",
        "http.messages",
        "http.negotiation",
        "http.sparql_request",
        "server.sparql",
        "server.endpoint",
        "pool.pool",
        "pool.job",
        "pool.queue",
        "pool.fair_share",
        "pool.evaluator",
        "pool.messages",
        "pool.wire",
        "pool.keeper",
        "pool.operations",
        "evaluation.query",
        "evaluation.language",
        "evaluation.syntax",
        "evaluation.formats",
        "evaluation.serialization",
    ),
    "a new catalogue": (
        "catalogs.sources",
        "catalogs.sources.neerakara",
        "catalogs.document",
        "catalogs.markdown",
        "catalogs.inline",
        "catalogs.columns",
        "catalogs.tables",
        "catalogs.cells",
        "catalogs.facts",
        "catalogs.draft",
        "model.entries",
    ),
    "how a disputed count is decided": (
        "model.entries",
        "model.records",
        "model.facts",
        "model.agreement",
        "model.beliefs",
    ),
    "one fact from its line to the JSON answer": (
        "catalogs",
        "catalogs.sources.openmedlab",
        "catalogs.markdown_lines",
        "catalogs.markdown",
        "catalogs.document",
        "catalogs.tables",
        "catalogs.columns",
        "catalogs.cells",
        "catalogs.facts",
        "catalogs.counts",
        "catalogs.draft",
        "model.entries",
        "model.facts",
        "model.beliefs",
        "rdf.statements",
        "rdf.terms",
        "rdf.quads",
        "snapshots.build",
        "snapshots.publish",
        "snapshots.snapshot",
        "evaluation.query",
        "evaluation.serialization",
    ),
    "why a verdict is possible": (
        "model.claims",
        "lineage.claims",
        "lineage.relations",
        "lineage.edges",
        "lineage.network",
        "lineage.paths",
        "lineage.answers",
        "lineage.inference",
        "lineage.texts",
        "lineage.explanation",
    ),
}
"""For each task the modules of medkg that a reader opens, in the order in which the data pass them."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The modules of a source tree with their lines, definitions and imports."""

    source: Path
    trees: Mapping[str, ast.Module] = field(repr=False)
    lines: Mapping[str, int] = field(repr=False)

    @classmethod
    def read(cls, source: Path = SOURCE) -> Plan:
        """The plan of a folder `medkg`."""
        paths = {_module_name(path, source): path for path in sorted(source.rglob("*.py"))}
        texts = {name: path.read_text(encoding="utf-8") for name, path in paths.items()}
        return cls(
            source=source,
            trees={name: ast.parse(text) for name, text in texts.items()},
            lines={name: len(text.splitlines()) for name, text in texts.items()},
        )

    @cached_property
    def imports(self) -> Mapping[str, frozenset[str]]:
        """The modules that each module imports."""
        return {name: frozenset(self._imports(tree)) - {name} for name, tree in self.trees.items()}

    def _imports(self, tree: ast.Module) -> Iterator[str]:
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "medkg":
                for alias in node.names:
                    submodule = f"{node.module}.{alias.name}"
                    yield submodule if submodule in self.trees else node.module
            elif isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names if alias.name in self.trees)

    @property
    def cycle(self) -> list[str]:
        """The modules of an import cycle; none where there is none."""
        try:
            tuple(TopologicalSorter(self.imports).static_order())
        except CycleError as error:
            return list(error.args[1])
        return []

    @property
    def longest_chain(self) -> tuple[str, ...]:
        """The longest path of imports, from the module that imports all others on it."""
        longest: dict[str, tuple[str, ...]] = {}
        for name in TopologicalSorter(self.imports).static_order():
            behind = (longest.get(target, ()) for target in sorted(self.imports.get(name, ())))
            longest[name] = (name, *max(behind, key=len, default=()))
        return max(longest.values(), key=len)

    @property
    def rooms(self) -> Mapping[str, list[str]]:
        """The modules of each wing, its `__init__` aside; those of no wing are the ground."""
        wings: dict[str, list[str]] = defaultdict(list)
        for name in self.trees:
            parts = name.split(".")
            if len(parts) > 1 and not self._is_wing(parts[1]):
                wings["ground"].append(name)
            elif len(parts) > 2:
                wings[parts[1]].append(name)
        return wings

    def _is_wing(self, name: str) -> bool:
        return (self.source / name).is_dir()

    @property
    def repeated_classes(self) -> Mapping[str, list[str]]:
        """The modules of each class name that stands more than once."""
        modules: dict[str, list[str]] = defaultdict(list)
        for module, name, is_class in self._definitions():
            if is_class:
                modules[name].append(module)
        return {name: found for name, found in sorted(modules.items()) if len(found) > 1}

    @property
    def hidden_submodules(self) -> list[str]:
        """The submodules whose name their package has for something else, as `module.name`."""
        hidden = []
        for module, tree in self.trees.items():
            for name in _top_level_names(tree, module):
                if f"{module}.{name}" in self.trees:
                    hidden.append(f"{module}.{name}")
        return sorted(hidden)

    def participles(self, *, classes: bool) -> list[str]:
        """The classes, or else the functions and methods, whose name is a past participle, as `module:name`."""
        return [
            f"{module}:{name}"
            for module, name, is_class in self._definitions()
            if is_class == classes and is_participle(name)
        ]

    def _definitions(self) -> Iterator[tuple[str, str, bool]]:
        """Each class and function with its module, and whether it is a class."""
        for module, tree in self.trees.items():
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                    yield module, node.name, isinstance(node, ast.ClassDef)

    def trusted(self, modules: Iterable[str]) -> set[str]:
        """The modules that some modules import and that are not among them."""
        own = set(modules)
        return {target for name in own for target in self.imports.get(name, ())} - own


def is_participle(name: str) -> bool:
    """Whether the last word of a name is a past participle.

    >>> is_participle("Kept"), is_participle("_told"), is_participle("kept_answers"), is_participle("is_closed")
    (True, True, False, False)
    """
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)
    if not words or name in KEPT or words[0] in {"is", "are", "can", "has", "have", "may"}:
        return False
    return any(pattern.fullmatch(words[-1].lower()) for pattern in (IRREGULAR, REGULAR))


def _module_name(path: Path, source: Path) -> str:
    parts = ("medkg", *path.relative_to(source).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


def _top_level_names(tree: ast.Module, module: str) -> Iterator[str]:
    """The names that a module binds to something else than its own submodules."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module != module:
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def full_names(task: str) -> list[str]:
    """The modules of a task with the name of the package."""
    return [f"medkg.{name}" for name in TASKS[task]]


def report(plan: Plan) -> Iterator[str]:
    """The figures of a plan, line by line."""
    sizes = plan.lines.values()
    largest = max(plan.lines, key=plan.lines.__getitem__)
    chain, cycle = plan.longest_chain if not plan.cycle else (), plan.cycle
    yield f"{len(plan.lines)} modules, median {median(sizes):g} lines, largest {max(sizes)} ({largest})"
    yield f"{sum(sizes):,} lines in all"
    yield f"{sum(map(len, plan.imports.values())):,} import edges; cycle: {' > '.join(cycle) or 'none'}"
    yield f"longest import chain {len(chain)}: {' > '.join(name.removeprefix('medkg.') for name in chain)}"
    yield "rooms by wing: " + ", ".join(f"{wing} {len(rooms)}" for wing, rooms in plan.rooms.items())
    yield f"class names that stand twice: {len(plan.repeated_classes)}" + _name_list(plan.repeated_classes)
    yield f"submodules that a name of their package hides: {len(plan.hidden_submodules)}" + _name_list(
        plan.hidden_submodules
    )
    for classes, kind in ((True, "classes"), (False, "functions")):
        names = plan.participles(classes=classes)
        yield f"{kind} that are past participles: {len(names)}" + _name_list(name.partition(":")[2] for name in names)
    yield "files opened (and modules trusted by their names):"
    for task in TASKS:
        names = full_names(task)
        missing = [name for name in names if name not in plan.trees]
        yield f"  {len(names):3d} ({len(plan.trusted(names))}) {task}" + (
            f"; not there: {', '.join(missing)}" if missing else ""
        )


def _name_list(names: Iterable[str]) -> str:
    text = ", ".join(sorted(set(names)))
    return f" ({text})" if text else ""


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Measure the plan of src/medkg.")
    parser.add_argument("--source", type=Path, default=SOURCE, help="the folder `medkg` to measure")
    for line in report(Plan.read(parser.parse_args().source)):
        print(line)


if __name__ == "__main__":
    main()

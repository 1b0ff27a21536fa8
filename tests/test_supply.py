"""What a deployment installs: bounds, locks, the bill of materials, the container and the audit."""

from __future__ import annotations

import ast
import doctest
import importlib.util
import json
import re
import shlex
import shutil
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution, packages_distributions
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.installed import install
from tests.servers import REPOSITORY

SOURCES = (*sorted((REPOSITORY / "src").rglob("*.py")), REPOSITORY / "server.py")
LOCK = REPOSITORY / "requirements.lock"
LOCKS = (LOCK, REPOSITORY / "requirements-build.lock")
REASON = "# internals: "

OURS = {*sys.stdlib_module_names, "_typeshed", "medkg", "typing_extensions"}
"""The modules that no library of others brings; two of them are there for type checkers alone."""

DOCUMENTED = {
    "bs4.element",
    "flask.testing",
    "flask.typing",
    "granian.constants",
    "granian.http",
    "granian.log",
    "granian.rsgi",
    "markdown_it.token",
    "prometheus_client.core",
    "prometheus_client.exposition",
    "prometheus_client.registry",
    "rapidfuzz.distance",
    "rapidfuzz.distance.OSA",
    "rapidfuzz.fuzz",
    "rapidfuzz.process",
    "rapidfuzz.utils",
    "rdflib.term",
    "rich.box",
    "rich.console",
    "rich.progress",
    "rich.table",
    "rich.text",
    "slugify.slugify",  # the function, whose module has its name
    "werkzeug.datastructures",
    "werkzeug.exceptions",
    "werkzeug.formparser",
    "werkzeug.http",
    "werkzeug.routing",
    "werkzeug.security",
    "werkzeug.test",
    "werkzeug.urls",
    "yaml.nodes",
}
"""The modules within packages that their libraries document; whatever else is imported from within is internal."""

INTERNAL_BY_BEHAVIOUR = {"pyoxigraph"}
"""Libraries of which more is relied upon than names: the words of messages, the format of files."""


def project() -> dict[str, list[Requirement]]:
    """The requirements of the package, of its builds and of its extras, by the name of the list."""
    told = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    lists = {
        "dependencies": told["project"]["dependencies"],
        "build-system": told["build-system"]["requires"],
        "build": told["dependency-groups"]["build"],
        "test": told["project"]["optional-dependencies"]["test"],
    }
    return {name: [Requirement(each) for each in listed] for name, listed in lists.items()}


def imports() -> Iterator[str]:
    """Every module that medkg imports, and every private name of one that it imports or reaches for."""
    for tree in (ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES):
        names: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module
                names |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
            elif isinstance(node, ast.Import):
                yield from (each.name for each in node.names)
                names |= {each.asname or each.name: each.name for each in node.names}
        yield from (name for name in names.values() if is_private(name) or is_module(name))
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names:
                name = f"{names[node.value.id]}.{node.attr}"
                yield from [name] * is_private(name)


def is_private(name: str) -> bool:
    """Whether a part of a dotted name is private by its first letter."""
    return any(part.startswith("_") and not part.endswith("__") for part in name.split("."))


def is_module(name: str) -> bool:
    """Whether a dotted name is that of a module of others."""
    if name.split(".")[0] in OURS:
        return False
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


@cache
def third_party() -> dict[str, str]:
    """The distribution of each module of others that medkg imports."""
    owners = packages_distributions()
    found = {name for name in imports() if name.split(".")[0] not in OURS}
    return {name: canonicalize_name(owners[name.split(".")[0]][0]) for name in found}


def locked(lock: Path) -> list[tuple[Requirement, str]]:
    """The requirements of a lock, each with its hashes."""
    entries = re.sub(r"\\\n", " ", re.sub(r"^\s*#.*\n", "", lock.read_text(), flags=re.MULTILINE)).splitlines()
    return [(Requirement(entry.partition("--hash")[0]), entry) for entry in entries if entry.strip()]


def versions(lock: Path) -> dict[str, list[Version]]:
    """The versions that a lock has of each distribution; more than one where they differ by Python's version."""
    found: dict[str, list[Version]] = {}
    for requirement, _ in locked(lock):
        (specifier,) = requirement.specifier
        found.setdefault(canonicalize_name(requirement.name), []).append(Version(specifier.version))
    return found


# ---- Bounds


def test_every_library_that_is_imported_is_declared() -> None:
    declared = {canonicalize_name(each.name) for each in project()["dependencies"]}
    by_name = {"lxml", "uvloop"}  # which Beautiful Soup and granian are told to use
    assert {*third_party().values()} == declared - by_name


def test_a_library_whose_internals_are_used_has_an_upper_bound_and_its_line_says_why() -> None:
    internal = {library for module, library in third_party().items() if "." in module and module not in DOCUMENTED}
    bounded = {
        canonicalize_name(each.name)
        for each in project()["dependencies"]
        if any(clause.operator in ("<", "<=", "~=", "==") for clause in each.specifier)
    }
    lines = (REPOSITORY / "pyproject.toml").read_text().splitlines()
    explained = {Requirement(json.loads(line.partition(",  #")[0])).name for line in lines if f",  {REASON}" in line}
    assert "granian" in internal
    assert internal | INTERNAL_BY_BEHAVIOUR == bounded == explained


def test_every_module_that_counts_as_documented_is_used() -> None:
    assert not DOCUMENTED - {*third_party()}


# ---- Locks


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.name))
def test_each_entry_of_a_lock_is_one_version_with_hashes(lock: Path) -> None:
    for requirement, entry in locked(lock):
        assert [clause.operator for clause in requirement.specifier] == ["=="], entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), requirement


@pytest.mark.parametrize(("lock", "lists"), [(LOCKS[0], ["dependencies"]), (LOCKS[1], ["build", "build-system"])])
def test_a_lock_holds_each_requirement_in_a_version_that_it_allows(lock: Path, lists: list[str]) -> None:
    found = versions(lock)
    for requirement in (each for name in lists for each in project()[name]):
        for version in found[canonicalize_name(requirement.name)]:
            assert requirement.specifier.contains(version), f"just lock: {requirement} is locked as {version}"


def test_the_lock_holds_what_the_locked_libraries_require() -> None:
    found = versions(LOCK)
    for name in {canonicalize_name(each.name) for each in project()["dependencies"]} | {*found}:
        try:
            installed = distribution(name)
        except ImportError:
            continue  # of another system or another Python
        if Version(installed.version) not in found[name]:
            continue  # of which the lock says nothing
        for requirement in map(Requirement, installed.requires or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                chosen = found[canonicalize_name(requirement.name)]
                assert any(map(requirement.specifier.contains, chosen)), f"{name} requires {requirement}"


# ---- The bill of materials


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    """The build hook, which is part of no package."""
    return module(REPOSITORY / "hatch_build.py")


def module(path: Path) -> ModuleType:
    """A module that is part of no package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_the_hook_asks_for_what_is_locked_for_it(hook: ModuleType) -> None:
    for asked in map(Requirement, (hook.NODE, hook.CYCLONEDX)):
        (grouped,) = (each for each in project()["build"] if each.name == asked.name)
        assert grouped.specifier == asked.specifier


def test_a_wheel_has_a_bill_of_what_is_locked_and_another_build_writes_the_same_bytes(
    hook: ModuleType, tmp_path: Path
) -> None:
    (in_wheel,) = install(tmp_path).package.glob("medkg-*.dist-info/sboms/*.cdx.json")
    hook.write_bill(REPOSITORY, tmp_path / "again.json")
    assert in_wheel.read_bytes() == (tmp_path / "again.json").read_bytes()
    bill = json.loads(in_wheel.read_bytes())
    assert bill["bomFormat"] == "CycloneDX"
    assert "serialNumber" not in bill
    assert "timestamp" not in bill["metadata"]
    assert bill["metadata"]["component"]["name"] == "medkg"
    python = [each for each in bill["components"] if each not in npm(bill)]
    listed = {(each["name"], Version(each["version"])) for each in python}
    assert listed == {(name, version) for name, chosen in versions(LOCK).items() for version in chosen}
    assert all(each["externalReferences"][0]["hashes"] for each in python)


def test_a_bill_lists_the_packages_whose_code_is_in_the_scripts(hook: ModuleType, tmp_path: Path) -> None:
    for name in ("pyproject.toml", "requirements.lock", "ui/package-lock.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(REPOSITORY / name, tmp_path / name)
    lock = json.loads((tmp_path / "ui/package-lock.json").read_bytes())["packages"]["node_modules/@zazuko/yasqe"]
    (tmp_path / hook.BUILT).mkdir(parents=True)
    (tmp_path / hook.BUILT / "LICENSES.txt").write_text(f"Parts\n\n@zazuko/yasqe {lock['version']} (MIT)\n\nThe text\n")
    hook.write_bill(tmp_path, tmp_path / "bill.json")
    (found,) = npm(json.loads((tmp_path / "bill.json").read_bytes()))
    assert found["purl"] == f"pkg:npm/%40zazuko/yasqe@{lock['version']}"
    assert (found["hashes"][0]["alg"], len(found["hashes"][0]["content"])) == ("SHA-512", 128)


def npm(bill: dict[str, Any]) -> list[dict[str, Any]]:
    """The components of a bill that are packages of npm."""
    return [each for each in bill["components"] if each["purl"].startswith("pkg:npm/")]


# ---- The container


@cache
def instructions() -> list[tuple[str, str]]:
    """The instructions of the Containerfile with what follows them; lines that go on are one."""
    text = re.sub(r"^#.*\n", "", (REPOSITORY / "Containerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines if line)]


def values(name: str) -> list[str]:
    """What follows an instruction, each time it stands in the last stage."""
    last = max(place for place, (instruction, _) in enumerate(instructions()) if instruction == "FROM")
    return [rest for instruction, rest in instructions()[last:] if instruction == name]


def test_a_container_installs_what_is_locked_and_nothing_else() -> None:
    steps = [shlex.split(step) for name, rest in instructions() if name == "RUN" for step in rest.split("&&")]
    installs = [step for step in steps if "pip" in Path(step[0]).name and step[1] == "install"]
    assert len(installs) == 3
    for step in installs:
        if "--require-hashes" in step:
            assert REPOSITORY / step[step.index("-r") + 1] in LOCKS
        else:
            assert {"--no-deps", "--no-index"} < {*step}


def test_a_container_runs_as_a_user_of_its_own_with_a_volume_for_its_home_and_a_probe() -> None:
    (user,) = values("USER")
    assert int(user) > 0  # a number, by which a supervisor can tell that it is not root
    (home,) = values("VOLUME")
    assert f"MEDKG_HOME={home}" in values("ENV")[0].split()
    assert "/livez" in values("HEALTHCHECK")[0]
    assert values("STOPSIGNAL") == ["SIGTERM"]
    assert json.loads(values("ENTRYPOINT")[0]) == ["medkg"]


# ---- The audit


def test_an_audit_fails_for_a_vulnerability_and_says_what_could_not_be_had() -> None:
    audit = module(REPOSITORY / ".ci" / "audit.py")
    assert {REPOSITORY / name for name in audit.LOCKS} == {*LOCKS}
    result = doctest.testmod(audit)
    assert (result.attempted, result.failed) == (4, 0)

"""The group of verbs: help without imports, and every verb's own help."""

from __future__ import annotations

import pytest

from medkg.cli import VERBS
from medkg.settings import Settings
from tests.cli.conftest import Medkg, started


def test_help_names_every_verb(medkg: Medkg) -> None:
    ran = medkg("--help")
    assert ran.status == 0
    for verb, sentence in VERBS.items():
        assert verb in ran.out
        assert sentence in ran.out


HEAVY = {"flask", "medkg.rdf", "medkg.snapshots", "pyoxigraph", "rapidfuzz", "rich", "sqlite3", "yaml"}


def test_help_imports_nothing_that_verbs_need(shared: Settings) -> None:
    _, err = started(shared, "--help", PYTHONPROFILEIMPORTTIME="1").communicate()
    imported = {line.rpartition("|")[2].strip() for line in err.splitlines()}
    assert "medkg.cli" in imported
    assert imported & HEAVY == set()


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_that_begins_with_what_it_does(medkg: Medkg, verb: str) -> None:
    ran = medkg(verb, "--help")
    assert ran.status == 0
    assert ran.out.startswith(f"Usage: medkg {verb}")


def test_a_mistyped_verb_is_a_usage_error_with_the_verb_that_was_meant(medkg: Medkg) -> None:
    ran = medkg("serch", "lits")
    assert ran.status == 2
    assert "no verb 'serch'; did you mean 'search'?" in ran.err


def test_no_verb_is_a_usage_error_that_shows_the_help(medkg: Medkg) -> None:
    ran = medkg()
    assert ran.status == 2
    assert "Verbs:" in ran.err


def test_the_version_is_said(medkg: Medkg) -> None:
    assert medkg("--version").out.startswith("medkg")


def test_the_package_runs_as_a_module(shared: Settings) -> None:
    assert started(shared, "--version").communicate()[0].startswith("medkg")

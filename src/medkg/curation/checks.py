"""The rules applied to the records: each violation as a fault with its file and line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from medkg.curation.reader import raise_faults, read_with_faults, sorted_faults
from medkg.curation.rules import NOTES, RULES, Rule, Violation
from medkg.errors import Fault
from medkg.model.collection import Records


def check(records: Records) -> list[Fault]:
    """The violations of all rules as faults, by file and line."""
    return _faults(records, RULES)


def notes(records: Records) -> list[Fault]:
    """Hints to curators as faults that do not stop a build, by file and line."""
    return _faults(records, NOTES)


def load_with_faults(root: Path) -> tuple[Records, list[Fault]]:
    """The records of a data directory as far as they can be read, and the faults in and among its files."""
    records, faults = read_with_faults(root)
    return records, sorted_faults([*faults, *check(records)])


def load(root: Path) -> Records:
    """All records of a data directory, read and checked, or one ExceptionGroup of all faults."""
    records, faults = load_with_faults(root)
    raise_faults(root, faults)
    return records


def _faults(records: Records, rules: Iterable[Rule]) -> list[Fault]:
    return sorted_faults(
        [_fault(records, rule.code, violation) for rule in rules for violation in rule.violations(records)]
    )


def _fault(records: Records, code: str, violation: Violation) -> Fault:
    place = records.where(violation.kind, violation.name)
    field, line = place.of(violation.field)
    return Fault(file=place.file, field=field, line=line, message=violation.message, code=code)

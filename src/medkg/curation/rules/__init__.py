"""The rules that records must keep, each by itself and among themselves, one module a subject."""

from medkg.curation.rules import claims, corrections, datasets, entries, values, vocabularies
from medkg.curation.rules.rule import Rule, Violation

RULES: tuple[Rule, ...] = (
    *values.RULES,
    *entries.RULES,
    *datasets.RULES,
    *claims.RULES,
    *corrections.RULES,
    *vocabularies.RULES,
)

NOTES: tuple[Rule, ...] = (*values.NOTES, *entries.NOTES, *corrections.NOTES)
"""The rules whose violations are hints to curators and do not stop a build."""

__all__ = ["NOTES", "RULES", "Rule", "Violation"]

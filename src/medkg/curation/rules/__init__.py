"""Every rule that records must keep among themselves, by subject."""

from medkg.curation.rules import datasets, decisions, entries, vocabularies
from medkg.curation.rules.rule import Finding, Rule

RULES: tuple[Rule, ...] = (*entries.RULES, *datasets.RULES, *decisions.RULES, *vocabularies.RULES)

__all__ = ["RULES", "Finding", "Rule"]

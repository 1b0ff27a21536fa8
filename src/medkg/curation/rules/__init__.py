"""Every rule that records must keep among themselves, by subject."""

from medkg.curation.rules import claims, datasets, decisions, entries, vocabularies
from medkg.curation.rules.rule import Finding, Rule

RULES: tuple[Rule, ...] = (*entries.RULES, *datasets.RULES, *claims.RULES, *decisions.RULES, *vocabularies.RULES)

__all__ = ["RULES", "Finding", "Rule"]

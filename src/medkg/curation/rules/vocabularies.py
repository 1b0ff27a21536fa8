"""Rules on vocabularies: a name means one concept, and the hierarchy has no cycles."""

from __future__ import annotations

import re
from collections.abc import Iterator

from medkg.curation.hints import quote
from medkg.curation.reader import unknown_key_message
from medkg.curation.rules.rule import Rule, Violation, cycles
from medkg.model.collection import Records
from medkg.model.names import fold
from medkg.model.prefixes import OWN_PATHS
from medkg.model.vocabularies import Concept, Vocabulary


def misnamed_vocabularies(records: Records) -> Iterator[Violation]:
    """Vocabularies whose name cannot end the IRI of a concept scheme."""
    for name in records.vocabularies:
        if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name):
            message = "a vocabulary is named by small letters in words joined by single hyphens; rename the file"
            yield Violation("vocabularies", name, "", message)
        elif name in OWN_PATHS:
            message = f"'{name}' begins the IRIs of other things than concepts; rename the file"
            yield Violation("vocabularies", name, "", message)


def repeated_concepts(records: Records) -> Iterator[Violation]:
    """Concepts with the key of an earlier one."""
    for name, vocabulary in records.vocabularies.items():
        seen: set[str] = set()
        for index, concept in enumerate(vocabulary.concepts):
            if concept.key in seen:
                message = f"'{concept.key}' is the key of another concept too; merge them, or give one its own key"
                yield Violation("vocabularies", name, f"concepts[{index}].key", message)
            seen.add(concept.key)


def unknown_broader(records: Records) -> Iterator[Violation]:
    """Broader concepts that the vocabulary lacks."""
    for name, vocabulary in records.vocabularies.items():
        for index, concept in enumerate(vocabulary.concepts):
            for place, key in enumerate(concept.broader):
                if problem := key_problem(records, name, key):
                    yield Violation("vocabularies", name, f"concepts[{index}].broader[{place}]", problem)


def key_problem(records: Records, name: str, key: str) -> str | None:
    """The message that a vocabulary lacks a key; None where it has it, or could not be read completely."""
    vocabulary = records.vocabularies.get(name, Vocabulary(title=name, definition=name))
    is_in_doubt = ("vocabularies", name) in records.faulty
    return None if is_in_doubt or key in vocabulary.by_key else unknown_key_message(name, vocabulary, key)


def hierarchy_cycles(records: Records) -> Iterator[Violation]:
    """Concepts that are, over some steps, broader than themselves."""
    for name, vocabulary in records.vocabularies.items():
        indexes = {concept.key: index for index, concept in enumerate(vocabulary.concepts)}
        for path in cycles({concept.key: concept.broader for concept in vocabulary.concepts}):
            message = f"leads in a circle: {' → '.join(path)}; leave out the step that is not true"
            yield Violation("vocabularies", name, f"concepts[{indexes[path[0]]}].broader", message)


def ambiguous_names(records: Records) -> Iterator[Violation]:
    """Names, keys and excluded texts that mean another concept too; case, hyphens and plurals do not matter."""
    for name, vocabulary in records.vocabularies.items():
        meanings: dict[str, str] = {}
        for index, concept in enumerate(vocabulary.concepts):
            for field, text in _names(concept):
                owner = meanings.setdefault(fold(text), concept.key)
                if owner != concept.key:
                    message = f"{quote(text)} means '{owner}' already; keep it where it belongs"
                    yield Violation("vocabularies", name, f"concepts[{index}].{field}", message)
        for index, exclusion in enumerate(vocabulary.exclusions):
            concept_meant = vocabulary.find(exclusion.text)
            if concept_meant:
                message = f"{quote(exclusion.text)} is excluded here and means '{concept_meant.key}' above; keep one"
                yield Violation("vocabularies", name, f"exclusions[{index}].text", message)


def _names(concept: Concept) -> Iterator[tuple[str, str]]:
    """The names of a concept, each with its field."""
    for field in ("key", "label", "label_zh"):
        text = getattr(concept, field)
        if text is not None:
            yield field, text
    for field in ("synonyms", "synonyms_zh", "hidden"):
        for index, text in enumerate(getattr(concept, field)):
            yield f"{field}[{index}]", text


def shared_totals(records: Records) -> Iterator[Violation]:
    """Units whose total has the same property as that of another."""
    for name, vocabulary in records.vocabularies.items():
        owners: dict[str, str] = {}
        for index, concept in enumerate(vocabulary.concepts):
            owner = owners.setdefault(concept.total or concept.key, concept.key)
            if owner != concept.key:
                message = f"{concept.total} is the total of '{owner}' already; give each unit a property of its own"
                yield Violation("vocabularies", name, f"concepts[{index}].total", message)


RULES = (
    Rule("bad-slug", "A vocabulary's name ends the IRI of its concept scheme, and no other.", misnamed_vocabularies),
    Rule("duplicate-concept", "A concept's key is its own in its vocabulary.", repeated_concepts),
    Rule("unknown-term", "A wider concept is one of the vocabulary.", unknown_broader),
    Rule("vocabulary-cycle", "No concept is wider than itself.", hierarchy_cycles),
    Rule("ambiguous-term", "A name means one concept of its vocabulary.", ambiguous_names),
    Rule("ambiguous-term", "A name means one concept of its vocabulary.", shared_totals),
)

"""Whether the keys that records use are in their vocabularies, and which key was meant where they are not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from medkg.choices import did_you_mean, nearest
from medkg.curation.folder import shown
from medkg.curation.forms import Reading, Term
from medkg.curation.hints import brief
from medkg.errors import Fault
from medkg.model.vocabularies import Vocabulary

CODES = {
    "unknown-term": "A value must be a key of the field's vocabulary.",
    "unknown-vocabulary": "A vocabulary in use must have its file.",
}


def unknown_terms(
    root: Path, readings: Iterable[Reading], vocabularies: Mapping[str, Vocabulary], faulty: Collection[str]
) -> Iterator[Fault]:
    """A fault for each key that its vocabulary lacks, and one for each vocabulary that is not there.

    `faulty` names the vocabularies that could not be read in full; these are not held against their users.
    """
    homeless: dict[str, list[tuple[Reading, Term]]] = {}
    for reading in readings:
        for term in reading.terms:
            vocabulary = vocabularies.get(term.vocabulary)
            if term.vocabulary in faulty or (vocabulary and term.key in vocabulary.by_key):
                continue
            if vocabulary is None:
                homeless.setdefault(term.vocabulary, []).append((reading, term))
                continue
            message = no_key(term.vocabulary, vocabulary, term.key)
            yield Fault(file=reading.file, field=term.field, line=term.line, code="unknown-term", message=message)
    for name, uses in homeless.items():
        yield _no_vocabulary(root, name, uses, vocabularies)


def no_key(name: str, vocabulary: Vocabulary, key: str) -> str:
    """That a vocabulary lacks a key, with the key that was meant or the way to add one."""
    slip = nearest(key, vocabulary.by_key)
    near = (vocabulary.find(each) for each in (key, *([slip] if slip else []), *vocabulary.near(key)))
    meant = next((concept for concept in near if concept), None)
    if meant is None:
        return f"{brief(key)} is no key of vocabulary {name}; choose one, or add it to vocabularies/{name}.yaml"
    return f"{brief(key)} is no key of vocabulary {name}; did you mean '{meant.key}' ({meant.label})?"


def _no_vocabulary(
    root: Path, name: str, uses: list[tuple[Reading, Term]], vocabularies: Mapping[str, Vocabulary]
) -> Fault:
    reading, term = uses[0]
    number = "one value is a key" if len(uses) == 1 else f"{len(uses)} values are keys"
    message = f"is not there, but {number} of it (first {reading.file}:{term.line}:{term.field}); write the file"
    question = did_you_mean(name, set(vocabularies) - {name})
    file = shown(root / "vocabularies" / f"{name}.yaml", root)
    return Fault(file=file, code="unknown-vocabulary", message=message + question)

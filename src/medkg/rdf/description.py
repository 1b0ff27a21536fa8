"""The description of a dataset in a sentence or two, in English and Chinese, made of its facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from medkg.model.entries import Count
from medkg.model.facts import FIELDS, Facts, counts_of_role
from medkg.model.records import Dataset
from medkg.model.vocabularies import Concept, Vocabulary

Vocabularies = Mapping[str, Vocabulary]


def english(dataset: Dataset, facts: Facts, vocabularies: Vocabularies) -> str:
    """The English description; a dataset nothing is known of is named and no more."""
    kind = "series of datasets" if dataset.kind == "series" else "dataset"
    modality = _enumeration(_english(facts, vocabularies, "modality"), "and")
    dimensions = _enumeration([text.upper() for text in _english(facts, vocabularies, "dimensionality")], "and")
    parts = [" ".join(word for word in ("A", dimensions, modality, kind) if word)]
    if anatomy := _enumeration(_english(facts, vocabularies, "imaged_region", "label_target", "anatomy"), "and"):
        parts.append(f"of {anatomy}")
    if findings := _enumeration(_english(facts, vocabularies, "finding"), "and"):
        parts.append(f"with {findings}")
    if tasks := _enumeration(_english(facts, vocabularies, "task"), "and"):
        parts.append(f"for {tasks}")
    sentences = [" ".join(parts) + "."]
    sizes = [
        f"{count.value:,} {plural(_in_sentence(concept.label), count.value)}"
        for concept, count in _sizes(facts, vocabularies)
    ]
    if sizes:
        sentences.append(f"It holds {_enumeration(sizes, 'and')}.")
    return " ".join(sentences)


def chinese(dataset: Dataset, facts: Facts, vocabularies: Vocabularies) -> str:
    """The Chinese description, of the concepts that have a Chinese name."""
    kind = "数据集系列" if dataset.kind == "series" else "数据集"
    names = [
        _chinese(facts, vocabularies, *fields)
        for fields in (("imaged_region", "label_target", "anatomy"), ("modality",))
    ]
    sentence = "".join("、".join(labels) for labels in names) + kind
    if tasks := _chinese(facts, vocabularies, "task"):
        sentence += f"，用于{'、'.join(tasks)}"
    if findings := _chinese(facts, vocabularies, "finding"):
        sentence += f"，涉及{'、'.join(findings)}"
    sizes = [f"{count.value}{concept.label_zh}" for concept, count in _sizes(facts, vocabularies) if concept.label_zh]
    return sentence + (f"；共{'、'.join(sizes)}" if sizes else "") + "。"


def _concepts(facts: Facts, vocabularies: Vocabularies, *fields: str) -> list[Concept]:
    keys = ((FIELDS[field].vocabulary or "", str(key)) for field in fields for key in facts.get(field, ()))
    return list(dict.fromkeys(vocabularies[vocabulary].by_key[key] for vocabulary, key in keys))


def _english(facts: Facts, vocabularies: Vocabularies, *fields: str) -> list[str]:
    return [_in_sentence(concept.label) for concept in _concepts(facts, vocabularies, *fields)]


def _in_sentence(label: str) -> str:
    """A label inside a sentence: its capital lowered unless it opens a name or an abbreviation."""
    is_name = label[1:2].isupper() or not label[1:2].isalpha() or "'" in label.split()[0]
    return label if is_name else label[0].lower() + label[1:]


def _chinese(facts: Facts, vocabularies: Vocabularies, *fields: str) -> list[str]:
    return [concept.label_zh for concept in _concepts(facts, vocabularies, *fields) if concept.label_zh]


def _sizes(facts: Facts, vocabularies: Vocabularies) -> list[tuple[Concept, Count]]:
    totals = counts_of_role(facts.get("counts", ()))
    return [(vocabularies["unit"].by_key[unit], count) for unit, count in sorted(totals.items())]


def _enumeration(items: Sequence[str], conjunction: str) -> str:
    return f"{', '.join(items[:-1])} {conjunction} {items[-1]}" if len(items) > 1 else "".join(items)


def plural(noun: str, number: int) -> str:
    """The noun behind a number.

    >>> plural("study", 1), plural("study", 2), plural("series", 2)
    ('study', 'studies', 'series')
    """
    if number == 1 or noun.endswith("s"):
        return noun
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"

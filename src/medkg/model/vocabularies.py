"""Controlled vocabularies: concepts with labels in English and Chinese, found in texts as people write them.

`Vocabulary.find` looks up one name, `Vocabulary.mentions` reads a text; both fold case, width, hyphens and plurals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from medkg.choices import require_choice
from medkg.closures import closure
from medkg.model.fields import COUNT_PROPERTY, CURIE, SLUG, declare
from medkg.model.names import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """One term of a vocabulary, published as a `skos:Concept`."""

    key: str = declare("end of its IRI; never changes", pattern=SLUG, example="left-atrium")
    label: str = declare("preferred English name", property="skos:prefLabel")
    label_zh: str | None = declare("preferred Chinese name", property="skos:prefLabel", default=None)
    definition: str | None = declare("what it means, in our words", property="skos:definition", default=None)
    synonyms: tuple[str, ...] = declare("other English names", property="skos:altLabel", default=())
    synonyms_zh: tuple[str, ...] = declare("other Chinese names", property="skos:altLabel", default=())
    hidden: tuple[str, ...] = declare(
        "spellings and typos met in catalogues, in any language", property="skos:hiddenLabel", default=()
    )
    broader: tuple[str, ...] = declare("keys of wider concepts", property="skos:broader", default=())
    exact: tuple[str, ...] = declare(
        "the same concept elsewhere, as CURIEs",
        property="skos:exactMatch",
        pattern=CURIE,
        default=(),
        example="uberon:0002107",
    )
    conditions: tuple[str, ...] = declare(
        "licences only: what they demand or allow",
        property="medkg:licenceCondition",
        vocabulary="condition",
        default=(),
    )
    total: str | None = declare(
        "units only: the property of a plain total",
        property="medkg:totalProperty",
        pattern=COUNT_PROPERTY,
        default=None,
        example="medkg:caseCount",
    )

    @property
    def names(self) -> Iterator[str]:
        """All names of the concept, but its key."""
        yield self.label
        yield from (name for name in (self.label_zh,) if name)
        yield from self.synonyms
        yield from self.synonyms_zh
        yield from self.hidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A text that looks like a term of the vocabulary and is deliberately none of them."""

    text: str = declare("the text as catalogues write it")
    reason: str = declare("why it maps to no concept, in our words")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A place in a text where a concept is named; `start` and `end` index the folded text."""

    start: int
    end: int
    concept: Concept


_CJK = "\u3400-\u9fff"


def _pattern(name: str) -> str:
    """A regular expression for a folded name: whole words, an English plural allowed."""
    literal = re.escape(fold(name)).replace(r"\ ", r"\s*" if re.search(f"[{_CJK}]", name) else r"\ ")
    if re.fullmatch(rf".*[{_CJK}]", name):
        return literal
    plural = "" if re.search(r"(s|x|\d|\W)$", fold(name)) else "(?:s|es)?"
    end = "[a-z0-9]" if fold(name)[-1:].isdigit() else "[a-z]"
    return rf"(?<![a-z0-9]){literal}{plural}(?!{end})"


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """A concept scheme: concepts by key, and the texts that are deliberately none of them."""

    title: str = declare("its English name", property="dcterms:title")
    title_zh: str | None = declare("its Chinese name", property="dcterms:title", default=None)
    definition: str = declare("what its concepts are", property="dcterms:description")
    concepts: tuple[Concept, ...] = declare("its concepts", default=())
    exclusions: tuple[Exclusion, ...] = declare("texts that are none of them, with the reason", default=())

    @cached_property
    def by_key(self) -> Mapping[str, Concept]:
        """The concepts by their key."""
        return {concept.key: concept for concept in self.concepts}

    @cached_property
    def by_name(self) -> Mapping[str, Concept]:
        """The concepts by every folded name; the first declared wins."""
        concepts: dict[str, Concept] = {}
        for concept in self.concepts:
            for name in (concept.key, *concept.names):
                concepts.setdefault(fold(name), concept)
        return concepts

    @cached_property
    def _exclusion_keys(self) -> frozenset[str]:
        return frozenset(fold(exclusion.text) for exclusion in self.exclusions)

    @cached_property
    def _scanner(self) -> re.Pattern[str]:
        names = {name for concept in self.concepts for name in concept.names}
        names |= {exclusion.text for exclusion in self.exclusions}
        ordered = sorted(names, key=lambda name: (-len(fold(name)), name))
        return re.compile("|".join(_pattern(name) for name in ordered) or r"(?!)")

    def find(self, name: str) -> Concept | None:
        """The concept with a name or key, plural or not; None where there is none."""
        folded = fold(name)
        candidates = (folded, folded.removesuffix("s"), folded.removesuffix("es"))
        return next((self.by_name[candidate] for candidate in candidates if candidate in self.by_name), None)

    def mentions(self, text: str) -> list[Mention]:
        """Every concept named in a text, longest name first at each place, without overlaps."""
        mentions = []
        for match in self._scanner.finditer(fold(text)):
            concept = None if match.group() in self._exclusion_keys else self.find(match.group())
            if concept is not None:
                mentions.append(Mention(start=match.start(), end=match.end(), concept=concept))
        return mentions

    def keys_in(self, text: str) -> tuple[str, ...]:
        """Keys of the concepts named in a text, each once, in order of appearance."""
        return tuple(dict.fromkeys(mention.concept.key for mention in self.mentions(text)))

    def rest(self, text: str) -> str:
        """The folded text without the names of concepts and the excluded texts."""
        return self._scanner.sub(" ", fold(text))

    def near(self, name: str, limit: int = 3) -> list[str]:
        """The known names nearest to an unknown one, best first."""
        from rapidfuzz import process  # only a mistake needs it

        choices = [name for concept in self.concepts for name in (concept.key, concept.label)]
        return [choice for choice, _, _ in process.extract(name, choices, limit=limit, score_cutoff=60)]

    def wider(self, key: str) -> tuple[str, ...]:
        """Keys of every wider concept, nearest first, the concept itself not included; `UnknownName` for none such."""
        require_choice(key, self.by_key, kind="concept of the vocabulary")
        return closure([key], lambda concept: self.by_key[concept].broader)[1:]

    def narrower(self, key: str) -> frozenset[str]:
        """The concept and everything below it, as keys; `UnknownName` where there is no such concept."""
        require_choice(key, self.by_key, kind="concept of the vocabulary")
        return frozenset(narrower for narrower in self.by_key if narrower == key or key in self.wider(narrower))

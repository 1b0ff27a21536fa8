"""Facts that a cell or sentence states, added to a draft by the vocabularies.

A sentence is searched for facts; it need not consist of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from medkg.catalogs import cells, counts
from medkg.catalogs.cells import DATE, Vocabularies, first_address, is_blank
from medkg.catalogs.counts import category_count
from medkg.catalogs.draft import Draft
from medkg.catalogs.inline import Text
from medkg.model.entries import Event
from medkg.model.names import fold
from medkg.model.vocabularies import Vocabulary

_IMAGES = (
    r"(?:x rays?|cts?|ct scans?|mris?|mrs?|images?|scans?|sections?|slides?|ultrasounds?|radiographs?"
    r"|photographs?|photos?|videos?|fundus)"
)
_LABELS = (
    r"(?:segmentations?|segmented|segmenting|segment\w*tion|segmention|detection|classification|labels?|masks?|annotations?"
    r"|contours?|boundar(?:y|ies)|parsing|tracking|recognition|grading|lesions?)"
)
_FOLLOWED_BY_IMAGES = re.compile(rf" ?(?:{_IMAGES}|data ?sets?)\b")
_IMAGES_OF = re.compile(rf"\b{_IMAGES} (?:of|from) (?:the |an? |human )?(?:[\w-]+ ){{0,3}}$")
_IMAGED_IN = re.compile(rf"(?:\bin|\b{_LABELS}\b[^.;]{{0,80}} from) (?:the |an? |human )?$")
_FOLLOWED_BY_LABELS = re.compile(rf"[^.;)]{{0,60}}?\b{_LABELS}\b")
_LABELLED = re.compile(rf" {_LABELS}$")
_LABELS_OF = re.compile(rf"\b{_LABELS} (?:of|for|from)\b[^.;]{{0,80}}$")
_CANCER = r"(?:cancers?|carcinomas?|tumou?rs?)"
_SPREAD_OR_PATIENTS = re.compile(rf" ?(?:{_CANCER} metastas[ie]s|(?:{_CANCER} )?patients?)\b")


def add_anatomy(draft: Draft, scheme: Vocabulary, text: str) -> None:
    """Add the body parts in a text, to the field that the words around them imply."""
    folded = fold(text)
    for mention in scheme.mentions(text):
        name, after = folded[mention.start : mention.end], folded[mention.end :]
        draft.add(_anatomy_field(folded[: mention.start], name, after), [mention.concept.key])


def _anatomy_field(before: str, name: str, after: str) -> str:
    """The field of a body part, by its name as in 'disk boundaries' and by the words around it.

    Metastases and patients of a cancer say neither what is imaged nor what is labelled.
    """
    if _SPREAD_OR_PATIENTS.match(after):
        return "anatomy"
    if _FOLLOWED_BY_IMAGES.match(after) or _IMAGES_OF.search(before) or _IMAGED_IN.search(before):
        return "imaged_region"
    is_labelled = _LABELLED.search(name) or _FOLLOWED_BY_LABELS.match(after) or _LABELS_OF.search(before)
    return "label_target" if is_labelled else "anatomy"


_YEAR = r"(?:19|20)\d{2}"


def events(scheme: Vocabulary, text: str) -> Iterator[Event]:
    """The meetings in a text with their years; a venue without a year beside it is no event."""
    for match in _event_pattern(tuple(scheme.by_name)).finditer(fold(text)):
        for year in re.findall(_YEAR, match["years"]):
            yield from (Event(venue=key, year=int(year)) for key in scheme.keys_in(match["venues"]))


def challenge_events(scheme: Vocabulary, text: str) -> tuple[tuple[Event, ...], str | None]:
    """The meetings of a challenge cell, and the challenge's own name where the cell has one.

    A venue without a year, such as `Kaggle`, counts as a name.
    """
    named_events = tuple(events(scheme, text))
    own_name = re.search(r"(?<=['’])[A-Z]\w*[A-Za-z]\w*", text)
    return named_events, own_name.group() if own_name else None if named_events else text


@lru_cache(maxsize=4)
def _event_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """The pattern of one or more venues by their folded names, with the years behind them."""
    venue = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) or r"(?!)"
    years = rf"(?P<years>{_YEAR}(?: ?(?:&|,|and) ?{_YEAR})*)(?!\d)"
    return re.compile(rf"\b(?P<venues>(?:{venue})(?: (?:{venue}))*)(?: ?['’][a-z]*| )?{years}")


STATEMENT_KINDS = frozenset(
    {"modality", "dimensionality", "task", "anatomy", "finding", "count", "categories", "event", "access"}
)
"""All kinds of fact that a sentence can state."""


def add_count_cell(draft: Draft, vocabularies: Vocabularies, header: str, cell: Text, *, subsets: int = 0) -> None:
    """Add the numbers of a count cell."""
    if is_blank(cell):
        return
    draft.cells += 1
    numbers = counts.numbers_in_cell(cell.plain, vocabularies)
    if numbers is None:
        draft.add_residue(header, cell.plain)
        return
    with_roles = counts.with_header(header, numbers, vocabularies)
    draft.numbers.extend(counts.with_implied_roles(with_roles, classes=draft.label_categories, subsets=subsets))


def add_sentence(draft: Draft, vocabularies: Vocabularies, text: str, *, kinds: frozenset[str]) -> None:
    """Add the facts of a sentence, of some kinds: any vocabulary field, `count`, `categories`, `event`."""
    for kind in ("modality", "dimensionality", "task", "finding", "access"):
        if kind in kinds:
            draft.add(kind, vocabularies[kind].keys_in(text))
    if "anatomy" in kinds:
        add_anatomy(draft, vocabularies["anatomy"], text)
    if "categories" in kinds and draft.label_categories is None:
        draft.label_categories = category_count(text)
    if "count" in kinds:
        draft.numbers.extend(counts.numbers_in_text(text, vocabularies))
    if "event" in kinds:
        draft.events.update(dict.fromkeys(events(vocabularies["venue"], text)))


def add_keywords(draft: Draft, vocabularies: Vocabularies, header: str, text: str) -> None:
    """Add the concepts of a list of keywords; the other keywords are one residue."""
    kinds = ("modality", "task", "anatomy", "finding", "dimensionality")
    words = [word for word in re.split(r"[,;，、]", text) if word.strip()]
    for word in words:
        add_sentence(draft, vocabularies, word, kinds=frozenset(kinds))
    unknown = [word for word in words if not any(_is_known_keyword(vocabularies[kind], word) for kind in kinds)]
    if unknown:
        draft.add_residue(header, ",".join(unknown))


def _is_known_keyword(vocabulary: Vocabulary, word: str) -> bool:
    """Whether a keyword names a concept, or consists of excluded texts and numbers."""
    return bool(vocabulary.keys_in(word)) or not re.search(r"[^\W\d]", vocabulary.rest(word))


def add_label_cell(draft: Draft, vocabularies: Vocabularies, header: str, cell: Text) -> None:
    """Add the content of the labels: body parts, findings, the number of categories, or that there are no labels."""
    if is_blank(cell):
        return
    draft.cells += 1
    parts = vocabularies["anatomy"].keys_in(cell.plain)
    findings = vocabularies["finding"].keys_in(cell.plain)
    form = vocabularies["format"].find(cell.plain)
    draft.add("label_target", parts)
    draft.add("finding", findings)
    draft.add("label_format", [form.key] if form else [])
    label_categories = _stated_categories(draft, cell.plain)
    draft.label_categories = label_categories or draft.label_categories
    excluded = any(exclusion.text == cell.plain for exclusion in vocabularies["finding"].exclusions)
    if not (parts or findings or form or label_categories or excluded):
        draft.add_residue(header, cell.plain)


def _stated_categories(draft: Draft, text: str) -> int | None:
    """The number of label categories that a cell states, implies or, where it has nothing but classes, lists."""
    if number := category_count(text):
        return number
    if re.search(r"是否|良恶性|benign.?/.?malignant", text):
        return 2
    classes = [part for part in re.split(r"[/、，,]", text) if part.strip()]
    is_classes = draft.concepts.get("task", {}).keys() == {"classification"}
    return len(classes) if is_classes and len(classes) > 1 else None


def add_section(draft: Draft, vocabularies: Vocabularies) -> None:
    """Add the body part, modality and task that the nearest heading names and the entry does not."""
    known_keys = {key for name in ("anatomy", "imaged_region", "label_target") for key in draft.concepts.get(name, ())}
    scheme = vocabularies["anatomy"]
    for heading in reversed(draft.section):
        keys = scheme.keys_in(heading)
        if keys:
            draft.add(
                "anatomy",
                (key for key in keys if not any(key in (concept, *scheme.wider(concept)) for concept in known_keys)),
            )
            break
    for kind in ("modality", "task"):
        if not draft.has(kind):
            concepts = (vocabularies[kind].keys_in(heading) for heading in reversed(draft.section))
            draft.add(kind, next((keys for keys in concepts if keys), ()))


def add_licence_cell(draft: Draft, vocabularies: Vocabularies, header: str, cell: Text) -> None:
    """Add the terms of use that a cell names, links to or shows as a badge."""
    if not cell.plain and "<img" in cell.html:
        _add_badge(draft, vocabularies["licence"], header, cell)
    elif not is_blank(cell) and not cells.says_none(cell.plain):
        draft.cells += 1
        draft.licence = cells.licence(cell.plain, first_address(cell), vocabularies["licence"])


def _add_badge(draft: Draft, vocabulary: Vocabulary, header: str, cell: Text) -> None:
    """Add the terms of use that a cell's images name or it links to; other images are a residue."""
    draft.cells += 1
    names = list(cells.badges(cell.html))
    candidates = [cells.licence(name, first_address(cell), vocabulary) for name in names]
    draft.licence = next((name for name in candidates if name.key), None)
    if draft.licence is None:
        draft.add_residue(header, names[0] if names else cell.html)


def add_release_date(draft: Draft, header: str, cell: Text) -> None:
    """Add the date of release: a year, month or day."""
    if is_blank(cell):
        return
    draft.cells += 1
    match = DATE.fullmatch(cell.plain)
    if match is None:
        draft.add_residue(header, cell.plain)
        return
    draft.released = "-".join(part if len(part) == 4 else part.zfill(2) for part in match.groups() if part)


def add_challenge_cell(draft: Draft, vocabularies: Vocabularies, cell: Text) -> None:
    """Add the meetings of a challenge cell, and the challenge's own name."""
    if is_blank(cell):
        return
    draft.cells += 1
    named_events, name = challenge_events(vocabularies["venue"], cell.plain)
    draft.events.update(dict.fromkeys(named_events))
    draft.challenge.update({name: None} if name else {})

"""Numbers as catalogues write them: `131+70`, `20CT、20MRI`, `97患者/237套`, `88.3K`, `12万`, `6 Categories`.

A cell of a count column has to be counts only (`numbers_in_cell`); in running text a number counts only before a unit
(`numbers_in_text`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from medkg.model.names import fold
from medkg.model.vocabularies import Vocabulary

_CHINESE = {"两": 2, **{numeral: value for value, numeral in enumerate("一二三四五六七八九十", start=1)}}
_CLASSES = re.compile(r"(?<![\w.])(\d{1,4})\s+(?:[a-z]+ ){0,2}?(?:categor(?:y|ies)|classes|types of|kinds of)(?![a-z])")
_LABELLED = re.compile(
    r"\b(?:labels?|segmentations?|masks?|annotations?) (?:of|for) (?:the )?(\d{1,4}) "
    r"(?:[a-z]+ ){0,2}?(?:structures|organs|tissues|observations|pathologies|diseases|findings)\b"
)
_KINDS = re.compile(rf"(?<![\d.])(\d{{1,4}}|[{''.join(_CHINESE)}])\s*(?:种|类(?!型))")


def category_count(text: str) -> int | None:
    """The number of label categories that a text states; None where it states none.

    >>> category_count("3D CT, 140 Cases, 6 Categories"), category_count("四种血细胞类型"), category_count("20 Cases")
    (6, 4, None)
    """
    folded = fold(text)
    match = _CLASSES.search(folded) or _LABELLED.search(folded) or _KINDS.search(folded)
    return _CHINESE.get(match.group(1)) or int(match.group(1)) if match else None


NUMBER = re.compile(
    r"(?P<about>~|≈|>|约|超过|\b(?:n\s*=|over|more than|about|around|approximately|nearly|almost)\s*)?\s*"
    r"(?<![a-z0-9.\-])(?<!\d/)(?P<digits>\d{1,3}(?:[,.]\d{3}){1,4}(?!\d)|\d{1,12}(?:\.\d{1,6})?)\s?(?P<scale>k|m|万|million|thousand)?(?P<plus>\+)?"
    r"(?![a-z%\d]|[-‐–]\w|\s*(?:%|mm|cm|tesla|度)|\.\d)"
)
"""A number in a folded text, with the words and marks that call it rounded."""

_SCALE = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000, "万": 10_000, None: 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number in a text; unit, role and modality are None where the text does not state them."""

    value: int
    unit: str | None = None
    role: str | None = None
    modality: str | None = None
    is_approximate: bool = False


def number_value(digits: str, scale: str | None = None) -> int:
    """The integer that digits with separators and a scale stand for.

    >>> number_value("327.680"), number_value("88.3", "k"), number_value("4,500")
    (327680, 88300, 4500)
    """
    if re.fullmatch(r"\d{1,3}([,.]\d{3})+", digits):
        return int(re.sub(r"[,.]", "", digits)) * _SCALE[scale]
    integer, _, fraction = digits.replace(",", "").partition(".")
    scaled: float = int(integer + fraction) * _SCALE[scale] / 10 ** len(fraction)
    return round(scaled)


def is_approximate(match: re.Match[str]) -> bool:
    """Whether the form of a number says that it is approximate; `n = 80` does not."""
    about = (match["about"] or "").strip()
    return bool(match["scale"] or match["plus"] or (about and not re.match(r"n\s*=", about)))


_STOP = re.compile(
    r"[.;:()（），。；、/]|,(?!\d{3})|[的和中由与]"
    r"|\b(?:of|in|for|from|with|per|across|on|by|to|covering|that|and)\b"
)
_FILLER = re.compile(r"[\s()（）:：个份*]|\b(?:n|about|over)\b|=")


def numbers_in_cell(text: str, vocabularies: Mapping[str, Vocabulary]) -> tuple[Number, ...] | None:
    """The numbers of a count cell; None where the cell is not numbers only."""
    parts = [part for part in re.split(r"[+、/;]|,(?!\d{3})", fold(_with_spaces(text))) if part.strip(" *-")]
    numbers = [_number_of_part(part, vocabularies) for part in parts]
    return None if any(number is None for number in numbers) else tuple(number for number in numbers if number)


def with_header(header: str, numbers: tuple[Number, ...], vocabularies: Mapping[str, Vocabulary]) -> tuple[Number, ...]:
    """The numbers of a cell, with the unit and role of the column's header where they have none."""
    unit = next(iter(vocabularies["unit"].keys_in(header)), None)
    role = next(iter(vocabularies["count-role"].keys_in(header)), None)
    return tuple(replace(number, unit=number.unit or unit, role=number.role or role) for number in numbers)


def numbers_in_text(text: str, vocabularies: Mapping[str, Vocabulary]) -> Iterator[Number]:
    """The numbers in a sentence that are followed by a unit; two joined by 'and' share it."""
    folded = fold(_with_spaces(text))
    matches = [match for match in NUMBER.finditer(folded) if _is_whole(match) and not _numbers_an_item(match, folded)]
    pending: list[tuple[re.Match[str], str]] = []
    bounds = [*(match.start() for match in matches), len(folded)]
    for match, end in zip(matches, bounds[1:], strict=True):
        window = folded[match.end() : end]
        stop = _STOP.search(window)
        phrase = window[: stop.start()] if stop else window
        unit = _unit(phrase, vocabularies)
        if unit is None:
            is_joined = bool(stop and stop.group() in ("and", "和") and not window[stop.end() :].strip())
            pending = [*pending, (match, phrase)] if is_joined else []
            if _stands_alone(match, phrase):
                yield _number(match, "", vocabularies, None)
            continue
        for joined_match, joined_phrase in [*pending, (match, phrase)]:
            number = _number(joined_match, joined_phrase, vocabularies, unit)
            is_subset = folded[: joined_match.start()].endswith("subset of")
            yield replace(number, role="subset" if is_subset else None if number.role == "labelled" else number.role)
        pending = []


def _is_whole(match: re.Match[str]) -> bool:
    """Whether a number can count things: it has no fraction, unless a scale makes it whole."""
    return bool(match["scale"]) or re.search(r"\.(?!\d{3}(?:\D|$))", match["digits"]) is None


def _numbers_an_item(match: re.Match[str], folded: str) -> bool:
    """Whether a number is the mark of a list item, as in `1) gated 2) non-gated`."""
    opened = folded.rfind("(", 0, match.start()) > folded.rfind(")", 0, match.start())
    return folded[match.end() : match.end() + 1] == ")" and not opened


def _stands_alone(match: re.Match[str], phrase: str) -> bool:
    """Whether a number without a unit is a count by its form: `n = 80`, or `14K` between commas."""
    return re.match(r"n\s*=", match["about"] or "") is not None or (bool(match["scale"]) and not phrase.strip())


def _with_spaces(text: str) -> str:
    """The text without ranges and compounds such as `4-chamber`, and with a space in `20CT`."""
    bare = re.sub(r"(?<![A-Za-z\d.])\d[\d,.]*[-‐](?=[A-Za-z])", "", re.sub(r"\d+\s*[-–]\s*\d+", "…", text))
    return re.sub(r"(?<=\d)(?=(?:CT|MRI?|PET|US)\b)", " ", bare)


def _number_of_part(part: str, vocabularies: Mapping[str, Vocabulary]) -> Number | None:
    matches = list(NUMBER.finditer(part))
    if len(matches) != 1 or not _is_whole(matches[0]):
        return None
    surroundings = part[: matches[0].start()] + " " + part[matches[0].end() :]
    remainder = surroundings
    for name in ("unit", "count-role", "modality"):
        remainder = vocabularies[name].rest(remainder)
    return (
        None
        if _FILLER.sub("", remainder)
        else _number(matches[0], surroundings, vocabularies, _unit(surroundings, vocabularies))
    )


def _number(
    match: re.Match[str], surroundings: str, vocabularies: Mapping[str, Vocabulary], unit: str | None
) -> Number:
    role = next(iter(vocabularies["count-role"].keys_in(surroundings)), None)
    modality = next(iter(vocabularies["modality"].keys_in(surroundings)), None)
    return Number(
        value=number_value(match["digits"], match["scale"]),
        unit=unit,
        role=role,
        modality=modality,
        is_approximate=is_approximate(match),
    )


def _unit(phrase: str, vocabularies: Mapping[str, Vocabulary]) -> str | None:
    """The last unit named, as the head of an English noun phrase and of a Chinese classifier phrase is."""
    units = vocabularies["unit"].keys_in(phrase)
    if units:
        return units[-1]
    plural = re.search(r"\b(cts|mris|x rays|xrays|ultrasounds|radiographs|wsis)\b", phrase)
    return "scan" if plural and plural.group() in ("cts", "mris", "ultrasounds") else "image" if plural else None


def with_implied_roles(numbers: tuple[Number, ...], *, classes: int | None, subsets: int) -> tuple[Number, ...]:
    """The numbers of a sum with the roles that its form implies, where it names none.

    As many parts as classes are the sizes of the classes; as many as numbered parts in the name are
    subsets; otherwise two parts are train and test, by the convention of the catalogues.
    """
    if len(numbers) < 2 or any(number.role or number.modality for number in numbers):
        return numbers
    if len({number.unit for number in numbers}) > 1:
        return numbers
    if len(numbers) == subsets:
        implied = ["subset"] * len(numbers)
    elif len(numbers) == classes or len(numbers) > 2:
        implied = ["class"] * len(numbers)
    else:
        implied = ["train", "test"]
    return tuple(replace(number, role=role) for number, role in zip(numbers, implied, strict=True))

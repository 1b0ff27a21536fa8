"""The number of label categories that a text states: `6 Categories`, `14 disease classes`, `24种动作`, `四种血细胞`."""

from __future__ import annotations

import re

from medkg.model.vocabularies import fold

_CHINESE = {"两": 2, **{numeral: value for value, numeral in enumerate("一二三四五六七八九十", start=1)}}
_CLASSES = re.compile(r"(?<![\w.])(\d{1,4})\s+(?:[a-z]+ ){0,2}?(?:categor(?:y|ies)|classes|types of|kinds of)(?![a-z])")
_LABELLED = re.compile(
    r"\b(?:labels?|segmentations?|masks?|annotations?) (?:of|for) (?:the )?(\d{1,4}) "
    r"(?:[a-z]+ ){0,2}?(?:structures|organs|tissues|observations|pathologies|diseases|findings)\b"
)
_KINDS = re.compile(rf"(?<![\d.])(\d{{1,4}}|[{''.join(_CHINESE)}])\s*(?:种|类(?!型))")


def categories(text: str) -> int | None:
    """The number of label categories a text states, None where it states none.

    >>> categories("3D CT, 140 Cases, 6 Categories"), categories("四种血细胞类型"), categories("20 Cases")
    (6, 4, None)
    """
    folded = fold(text)
    match = _CLASSES.search(folded) or _LABELLED.search(folded) or _KINDS.search(folded)
    return _CHINESE.get(match.group(1)) or int(match.group(1)) if match else None

"""Body parts that a text names: imaged or labelled where its words tell, else plain.

'whole-slide images of lymph node sections' images the node; 'liver segmentation' labels the liver.
"""

from __future__ import annotations

import re

from medkg.catalogs.draft import Draft
from medkg.model.vocabularies import Vocabulary, fold

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


def anatomy(draft: Draft, scheme: Vocabulary, text: str) -> None:
    """Add the body parts a text names to the field its words tell."""
    folded = fold(text)
    for mention in scheme.mentions(text):
        own, after = folded[mention.start : mention.end], folded[mention.end :]
        draft.add(_field(folded[: mention.start], own, after), [mention.concept.key])


def _field(before: str, own: str, after: str) -> str:
    """The field for a body part by the words around it, and by its own, as in 'disk boundaries'.

    A cancer's spread is labelled elsewhere, and patients of a cancer are imaged wherever it may be.
    """
    if _SPREAD_OR_PATIENTS.match(after):
        return "anatomy"
    if _FOLLOWED_BY_IMAGES.match(after) or _IMAGES_OF.search(before) or _IMAGED_IN.search(before):
        return "imaged_region"
    is_labelled = _LABELLED.search(own) or _FOLLOWED_BY_LABELS.match(after) or _LABELS_OF.search(before)
    return "label_target" if is_labelled else "anatomy"

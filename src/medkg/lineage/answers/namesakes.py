"""Names that mean more than one dataset to those who write them, though one dataset bears them.

A wrong dataset would get a wrong verdict, so that lineage is stricter about names than a search.
"""

from __future__ import annotations

import re

from medkg.lineage.register import Register


def namesakes(register: Register, slug: str, name: str) -> list[str]:
    """Other datasets that somebody who writes a name may mean: none for a slug, and mostly none for a name.

    `ATLAS` may mean each of ATLAS (stroke) and ATLAS (liver); and ACDC, of the heart by MR, may be written for
    ACDC-LungHP, of the lung under the microscope. The name of a series means all of its editions.
    """
    if name in (slug, f"dataset:{slug}"):
        return []
    editions = register.editions.get(slug, ())
    challenges = {each.subject for each in register.claims if each.is_challenge}
    others = sorted(register.labels.keys() - challenges - {slug, *editions})
    longer = [other for other in others if _goes_on(name, register.labels[other])]
    return [other for other in longer if _is_bracketed(name, register.labels[other]) or _differ(register, slug, other)]


def _goes_on(name: str, label: str) -> bool:
    """Whether a label is a name and more; task 10 is not task 1 and more."""
    return re.match(rf"{re.escape(name.strip())}(?:[\s(-]|(?<!\d)\d)", label, re.IGNORECASE) is not None


def _is_bracketed(name: str, label: str) -> bool:
    return label[len(name.strip()) :].lstrip().startswith("(")


def _differ(register: Register, one: str, other: str) -> bool:
    """Whether no modality is common to the sources of two datasets."""
    first, second = register.families.get(one), register.families.get(other)
    return bool(first and second and not first & second)

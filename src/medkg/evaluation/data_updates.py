"""Updates that only list quads, INSERT DATA { … } and DELETE DATA { … } alone: what they change is plain from the text.

They are the most frequent, and the size of the store makes no difference to them.
https://www.w3.org/TR/sparql11-update/#insertData
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pyoxigraph import Store

from medkg.evaluation.changes import Change
from medkg.evaluation.forms import BLANK, end_of_prologue
from medkg.evaluation.languages import Language, wanted
from medkg.evaluation.lines import joined, lines

_DATA = re.compile(rf"(INSERT|DELETE){BLANK}*+(DATA)", re.IGNORECASE | re.ASCII)


def data_change(
    store: Store, text: str, prefixes: Mapping[str, str], language: Language, base_iri: str | None
) -> Change | None:
    """What a well-formed update that only lists quads changes in a store; None for any other.

    With WHERE in the place of DATA the text is an operation too if, and only if, it has no second one.
    """
    match = _DATA.match(text, end_of_prologue(text))
    if match is None or language.error(f"{text[: match.start(2)]}{text[match.end(2) :]}\nWHERE {{}}", prefixes):
        return None
    # read by the engine into a store of their own, the quads are in its normal form and their blank nodes are new
    listed = Store()
    inserted = f"{text[: match.start(1)]}INSERT{text[match.end(1) :]}"
    listed.update(inserted, prefixes=wanted(prefixes, text), base_iri=base_iri)
    if match[1].upper() == "DELETE":
        return Change(removed=joined(lines(quad for quad in listed if quad in store)))
    return Change(added=joined(lines(quad for quad in listed if quad not in store)))

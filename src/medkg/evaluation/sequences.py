"""Updates that declare prefixes or a base anew between their operations, as the standard allows.

    Update ::= Prologue ( Update1 ( ';' Update )? )?      https://www.w3.org/TR/sparql11-update/#rUpdate

The engine reads declarations at the beginning only. So an update is taken apart into sequences of operations that
each begin with declarations, and each is given those before it too. What else is before it is blanked and not cut
out, so that places in a sequence are places in the whole text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from medkg.evaluation.forms import BLANK, DECLARATION, end_of_prologue

_SEAM = re.compile(rf";{BLANK}*+(?={DECLARATION})", re.IGNORECASE | re.ASCII)


def sequences(text: str, is_well_formed: Callable[[str], bool]) -> Iterator[str]:
    r"""The parts of an update that are to be carried out one after the other; most have only one.

    `is_well_formed` is the judge of updates with declarations at their beginning only.

    >>> list(sequences("CLEAR ALL; BASE <a:>\nCLEAR ALL", lambda text: not text.endswith(" CLEER ALL")))
    ['CLEAR ALL; ', '           BASE <a:>\nCLEAR ALL']
    """
    declared, start = "", 0
    for match in _SEAM.finditer(text):
        before = declared + text[start : match.end()]
        # in a comment both would be well-formed, in a string neither
        if is_well_formed(f"{before} CLEAR ALL") and not is_well_formed(f"{before} CLEER ALL"):
            yield before
            prologue = end_of_prologue(before)
            declared, start = before[:prologue] + re.sub(r"[^\n]", " ", before[prologue:]), match.end()
    yield declared + text[start:]

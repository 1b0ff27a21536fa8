"""Characters that no text of a record may hold: XML has no way to write them, or alters them, and nothing shows them.

These are the control characters but tab and line feed, lone surrogates and Unicode's noncharacters.
https://www.w3.org/TR/xml/#charsets, https://www.unicode.org/faq/private_use.html#noncharacters
"""

from __future__ import annotations

import re

_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(f"{chr(end)}{chr(end + 1)}" for end in range(0xFFFE, 0x110000, 0x10000))
UNPRINTABLE = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{_NONCHARACTERS}]")
"""One character that no text may hold."""


def printable(text: str) -> str:
    r"""The text without the characters that no text may hold.

    >>> printable("Li\x07TS\tand\nACDC")
    'LiTS\tand\nACDC'
    """
    return UNPRINTABLE.sub("", text)

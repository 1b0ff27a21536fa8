"""Text that was decoded in the wrong encoding and written again, put right."""

from __future__ import annotations

import ftfy

_ENCODING_ONLY = ftfy.TextFixerConfig(
    unescape_html=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_latin_ligatures=False,
    fix_line_breaks=False,
    normalization=None,
)


def repair(text: str) -> str:
    """The text with mojibake undone and everything else, width, quotes and line ends included, as it was.

    >>> repair("112ä¾‹")
    '112例'
    """
    return "\n".join(ftfy.fix_text(line, _ENCODING_ONLY) for line in text.split("\n"))

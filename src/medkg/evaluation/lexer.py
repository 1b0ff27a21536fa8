"""SPARQL texts as tokens, after the terminals of the grammar: https://www.w3.org/TR/sparql12-query/#sparqlGrammar.

Time is linear in the text. Where the engine reads a text otherwise than the grammar does, the lexer follows the engine:
keywords need no space between them (`SELECTDISTINCT`), and `<` compares behind an operand of an expression
(`FILTER(?a<?b&&?c>?d)`). The engine may still find another reading of a hostile text, so that calls out of the machine
are refused by the engine's own parser (docs/adr/0054-cut-sparql-into-tokens-and-let-the-engine-judge.md).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from enum import Enum, auto
from typing import NamedTuple

MAX_DEPTH = 200
"""The number of brackets that may be open at one place of a text, or of triples within triples."""

NAME_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
"""The characters that names begin with, as a range of a regular expression; those of XML are the same.

https://www.w3.org/TR/sparql12-query/#rPN_CHARS_U, https://www.w3.org/TR/xml/#NT-NameStartChar
"""

# https://www.w3.org/TR/sparql12-query/#sparqlGrammar, with LATERAL and ADJUST, which the engine knows besides
_WORDS = """
    a ABS ADD ADJUST ALL AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL CLEAR COALESCE CONCAT CONSTRUCT CONTAINS COPY
    COUNT CREATE DATA DATATYPE DAY DEFAULT DELETE DESC DESCRIBE DISTINCT DROP ENCODE_FOR_URI EXISTS FALSE FILTER
    FLOOR FROM GRAPH GROUP GROUP_CONCAT HASLANG HASLANGDIR HAVING HOURS IF IN INSERT INTO IRI ISBLANK ISIRI
    ISLITERAL ISNUMERIC ISTRIPLE ISURI LANG LANGDIR LANGMATCHES LATERAL LCASE LIMIT LOAD MAX MD5 MIN MINUS MINUTES
    MONTH MOVE NAMED NOT NOW OBJECT OFFSET OPTIONAL ORDER PREDICATE PREFIX RAND REDUCED REGEX REPLACE ROUND SAMETERM
    SAMEVALUE SAMPLE SECONDS SELECT SEPARATOR SERVICE SHA1 SHA256 SHA384 SHA512 SILENT STR STRAFTER STRBEFORE STRDT
    STRENDS STRLANG STRLANGDIR STRLEN STRSTARTS STRUUID SUBJECT SUBSTR SUM TIMEZONE TO TRIPLE TRUE TZ UCASE UNDEF
    UNION URI USING UUID VALUES VERSION WHERE WITH YEAR
"""
KEYWORDS = frozenset(_WORDS.split())
"""The words of SPARQL, in capitals but for `a`, which alone is one in lower case only."""


class Kind(Enum):
    """The kinds of tokens."""

    BLANK = auto()
    COMMENT = auto()
    IRI = auto()
    PREFIXED_NAME = auto()
    BLANK_NODE = auto()
    VARIABLE = auto()
    STRING = auto()
    LANGUAGE_TAG = auto()
    NUMBER = auto()
    KEYWORD = auto()
    PUNCTUATION = auto()
    ERROR = auto()
    """A word that is no keyword, an IRI with forbidden characters, an unclosed string, any other character."""


class Token(NamedTuple):
    """A piece of a SPARQL text, as it is written, and its offset in the text."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.start + len(self.text)

    @property
    def keyword(self) -> str | None:
        """The keyword that it is, as in `KEYWORDS`; None for other tokens."""
        if self.kind is not Kind.KEYWORD:
            return None
        return self.text if self.text == "a" else self.text.upper()

    @property
    def nesting(self) -> int:
        """How many brackets are open behind it that were not before: 1, 0 or -1."""
        return (self.text in _OPENING_BRACKETS) - (self.text in _CLOSING_BRACKETS)


_CHARACTER = rf"[-0-9{NAME_START}\u00b7\u0300-\u036f\u203f\u2040]"
_BASE = NAME_START.replace("_", "")
_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?:[0-9:{NAME_START}]|{_ESCAPE})(?:\.*+(?:{_CHARACTER}|:|{_ESCAPE}))*+"
_EXPONENT = r"[eE][-+]?[0-9]++"

# No repetition is taken back (`++`, `*+`), so that each pattern takes time in proportion to what it reads. `UNCLOSED`
# strings end where the engine stops reading them: with their line, long ones with the text.
_TOKEN = re.compile(
    rf"""(?P<BLANK>[\t\n\r\ ]++)
    | (?P<COMMENT>\#[^\n\r]*+)
    | (?P<VARIABLE>[?$][0-9{NAME_START}][0-9{NAME_START}\u00b7\u0300-\u036f\u203f\u2040]*+)
    | (?P<PREFIXED_NAME>[{_BASE}](?:\.*+{_CHARACTER})*+(?P<colon>:(?:{_LOCAL})?+)?+ | :(?:{_LOCAL})?+)
    | (?P<NUMBER>[-+]?(?:(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++){_EXPONENT}|[0-9]*+\.[0-9]++|[0-9]++))
    | (?P<STRING>\"{{3}}(?:[^"\\]|\\.|"(?!""))*+\"{{3}} | '{{3}}(?:[^'\\]|\\.|'(?!''))*+'{{3}}
        | (?!\"{{3}})"(?:[^"\\\n\r]|\\[^\n\r])*+" | (?!'{{3}})'(?:[^'\\\n\r]|\\[^\n\r])*+')
    | (?P<UNCLOSED>\"{{3}}.*+ | '{{3}}.*+ | ["'][^\n\r]*+)
    | (?P<LANGUAGE_TAG>@[A-Za-z]++(?:--?[A-Za-z0-9]++)*+)
    | (?P<BLANK_NODE>_:[0-9{NAME_START}](?:\.*+{_CHARACTER})*+)
    | (?P<PUNCTUATION>\^\^|&&|\|\||!=|>=|\)>>|>>|\{{\||\|\}}|[{{}}()\[\];,.*/+\-!=>^|?~&$])
    | (?P<OTHER>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_LESS = re.compile(r"(?P<PUNCTUATION><=?)")
_IRI = re.compile(
    r"""(?P<IRI><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)
    | (?P<MALFORMED><[^<>\x00-\x20]*+>)
    | (?P<PUNCTUATION><<\(|<<|<=|<)""",
    re.VERBOSE,
)
_KEYWORD = re.compile(f"(?ai:{'|'.join(sorted(KEYWORDS - {'a'}, key=len, reverse=True))})|a")
_KEYWORDS = re.compile(rf"(?:{_KEYWORD.pattern})++(?![{NAME_START}])")
_WORD = re.compile(rf"[{_BASE}]{_CHARACTER}*+")
_KINDS = {**Kind.__members__, "MALFORMED": Kind.ERROR, "UNCLOSED": Kind.ERROR, "OTHER": Kind.ERROR}


def tokens(text: str, prefixes: Container[str] = ()) -> Iterator[Token]:
    """Every token of a text, blanks and comments included, so that joined they are the text.

    `prefixes` are those that need no declaration. A name with another prefix that is a keyword is that keyword and a
    name without a prefix, as the engine has it.

    >>> [token.text for token in tokens("ASK{?s a:b'c'}", {"a"})]
    ['ASK', '{', '?s', ' ', 'a:b', "'c'", '}']
    """
    return _Lexer(text, prefixes).tokens()


def code(text: str, prefixes: Container[str] = ()) -> Iterator[Token]:
    """The tokens of a text that mean something: neither blanks nor comments."""
    return (token for token in tokens(text, prefixes) if token.kind not in (Kind.BLANK, Kind.COMMENT))


def place(text: str, offset: int) -> str:
    r"""An offset as line and column, from 1.

    >>> place("ASK {\n ? }", 7)
    'line 2, column 2'
    """
    line = text.count("\n", 0, offset) + 1
    return f"line {line}, column {offset - text.rfind(chr(10), 0, offset)}"


class _Mode(Enum):
    """The parts of a text by how they take brackets and `<`."""

    PATTERN = auto()
    """Triples, data and operations: `<` begins an IRI, and brackets hold terms and paths."""
    CLAUSE = auto()
    """SELECT, GROUP BY, HAVING and ORDER BY: brackets hold expressions."""
    EXPRESSION = auto()
    """Inside the brackets of an expression: `<` compares behind an operand."""


_CLAUSES = frozenset({"SELECT", "BY", "HAVING"})
_CLAUSE_ENDS = frozenset({"WHERE", "FROM", "LIMIT", "OFFSET", "VALUES"})
_BEFORE_TERMS = frozenset({"a", "FALSE", "TRUE", "UNDEF", "VALUES"})  # of keywords, those whose brackets hold terms
_CALLING = ("FILTER", "BY", "HAVING")
_NAMES = frozenset({Kind.IRI, Kind.PREFIXED_NAME})
_OPERANDS = frozenset({*_NAMES, Kind.VARIABLE, Kind.STRING, Kind.LANGUAGE_TAG, Kind.NUMBER})
_OPERAND_ENDS = frozenset({")", ")>>", "}", "TRUE", "FALSE"})
_OPENING_BRACKETS, _CLOSING_BRACKETS = frozenset("([{") | {"<<(", "{|"}, frozenset(")]}") | {")>>", "|}"}
_MAX_SPLIT_CHARACTERS = 60  # of a prefix that may be keywords and a prefix
_NO_TOKEN = Token(Kind.BLANK, "", 0)


class _Lexer:
    """A text, and the state that decides how its next token is read."""

    def __init__(self, text: str, prefixes: Container[str]) -> None:
        self._text = text
        self._prefixes = prefixes
        self._declared: set[str] = set()
        self._modes = [_Mode.PATTERN]  # of the open brackets, the innermost last
        self._last = self._before_last = _NO_TOKEN  # of those that mean something

    def tokens(self) -> Iterator[Token]:
        """The tokens in order."""
        text, end = self._text, 0
        while end < len(text):
            if text[end] == "<":
                tokens: Iterable[Token] = (self._angle(end),)
            else:
                match = _TOKEN.match(text, end)
                assert match is not None  # any character is at least an error
                kind = _KINDS[match.lastgroup or ""]
                tokens = self._name(match) if kind is Kind.PREFIXED_NAME else (Token(kind, match[0], end),)
            for token in tokens:
                yield token
                end += len(token.text)
                if token.kind is not Kind.BLANK and token.kind is not Kind.COMMENT:
                    self._note(token)

    def _angle(self, start: int) -> Token:
        """The token at a `<`: an IRI, where none compares."""
        last = self._last
        is_operator = self._modes[-1] is _Mode.EXPRESSION and (
            last.kind in _OPERANDS or (last.keyword or last.text) in _OPERAND_ENDS
        )
        match = (_LESS if is_operator else _IRI).match(self._text, start)
        assert match is not None
        return Token(_KINDS[match.lastgroup or ""], match[0], start)

    def _name(self, match: re.Match[str]) -> Iterable[Token]:
        """A prefixed name, or the words before its colon or in place of it."""
        start, colon = match.start(), match.start("colon")
        if colon < 0 and match[0][0] != ":":
            return self._words(start, match.end())
        prefix = match[0].partition(":")[0]
        if self._last.keyword == "PREFIX":
            self._declared.add(prefix)
        elif not self._is_known(prefix) and (end := self._keywords_end(prefix)):
            return self._words(start, start + end)
        return (Token(Kind.PREFIXED_NAME, match[0], start),)

    def _is_known(self, prefix: str) -> bool:
        """Whether a prefix is declared, in the text so far or elsewhere."""
        return prefix in self._declared or prefix in self._prefixes

    def _keywords_end(self, prefix: str) -> int:
        """How much of an undeclared prefix is keywords, as in `GRAPHex:g` and `true.ex:a`; 0 where it is a name."""
        end = 0
        while len(prefix) <= _MAX_SPLIT_CHARACTERS and (match := _KEYWORD.match(prefix, end)):
            end = match.end()
            rest = prefix[end:].lstrip(".")
            if not rest or self._is_known(rest) or match[0].upper() == "PREFIX":
                return end
        return 0

    def _words(self, start: int, end: int) -> Iterator[Token]:
        """The tokens of a stretch without prefixed names: keywords, other words, dots and numbers."""
        while start < end:
            match = _KEYWORDS.match(self._text, start, end)
            for word in _KEYWORD.finditer(match[0] if match else ""):
                yield Token(Kind.KEYWORD, word[0], start + word.start())
            if match is None:
                match = _WORD.match(self._text, start, end) or _TOKEN.match(self._text, start, end)
                assert match is not None
                yield Token(_KINDS[match.lastgroup or "OTHER"], match[0], start)
            start = match.end()

    def _note(self, token: Token) -> None:
        """Take a token into account that is neither blank nor comment."""
        modes = self._modes
        if token.kind is Kind.KEYWORD and modes[-1] is not _Mode.EXPRESSION:
            if token.keyword in _CLAUSES:
                modes[-1] = _Mode.CLAUSE
            elif token.keyword in _CLAUSE_ENDS:
                modes[-1] = _Mode.PATTERN
        elif token.kind is Kind.PUNCTUATION and token.text in _OPENING_BRACKETS:
            is_expression = token.text == "(" and self._holds_expression()
            if token.text == "{" and modes[-1] is _Mode.CLAUSE and self._last.keyword != "EXISTS":
                modes[-1] = _Mode.PATTERN
            modes.append(_Mode.EXPRESSION if is_expression else _Mode.PATTERN)
        elif token.kind is Kind.PUNCTUATION and token.text in _CLOSING_BRACKETS and len(modes) > 1:
            modes.pop()
        self._before_last, self._last = self._last, token

    def _holds_expression(self) -> bool:
        """Whether a bracket here opens an expression or arguments, and not terms or a path."""
        if self._modes[-1] is not _Mode.PATTERN:
            return True
        keyword = self._last.keyword
        if keyword is not None:
            return keyword not in _BEFORE_TERMS
        # the name of a function, or one that the engine may take for `FILTER :name`
        prefix = self._last.text.partition(":")[0].upper()
        return self._last.kind in _NAMES and (self._before_last.keyword == "FILTER" or prefix.endswith(_CALLING))

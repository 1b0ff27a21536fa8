"""YAML text to nodes with their lines; text that is no YAML becomes one fault with its line."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from yaml.nodes import Node, ScalarNode
from yaml.reader import Reader, ReaderError

from medkg.errors import Fault

CODES = {
    "unreadable-file": "A file must be open to reading.",
    "not-text": "A file must be UTF-8 text.",
    "empty-file": "A file must hold a record.",
    "yaml-syntax": "A file must be YAML, indented with spaces.",
}

NULL = "tag:yaml.org,2002:null"
_NESTING_LIMIT = 1000  # libyaml recurses, and far deeper nesting would end the process
_WAYS_OUT = {
    "mapping values are not allowed": "put a text that holds ': ' in quotes, and check the indentation",
    "could not find expected ':'": "write the line as `field: value`",
    "did not find expected key": "check quotes and indentation on this line and the one above",
    "did not find expected '-'": "indent the items of a list alike, each behind '- '",
    "did not find expected ','": "close the bracket, and separate its items by commas",
    "unexpected end of stream": "close the quotes",
    "cannot start any token": "put a text that begins with this character in quotes",
    "another document": "keep one record a file, without '---' between",
    "undefined alias": "put a text that begins with '*' in quotes",
}


def read_text(path: Path, shown_path: Path) -> str:
    """The text of a file, without its byte-order mark; `shown` names the file in faults."""
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"cannot be read: {error.strerror}; mend or remove it"
        raise Fault(file=shown_path, code="unreadable-file", message=message) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Fault(
            file=shown_path,
            line=content.count(b"\n", 0, error.start) + 1,
            code="not-text",
            message=f"is not UTF-8 text (byte 0x{content[error.start]:02x}); save it as UTF-8, or move it elsewhere",
        ) from None


def compose(text: str, shown_path: Path) -> Node:
    """The root node of a YAML text."""
    _refuse_depth(text, shown_path)
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        raise _syntax_fault(error, text, shown_path) from None
    except ReaderError:
        raise _control_character(text, shown_path) from None
    if root is None or (isinstance(root, ScalarNode) and root.tag == NULL):
        raise Fault(
            file=shown_path, line=1, code="empty-file", message="holds no record; write its fields, or delete the file"
        )
    return root


def _syntax_fault(error: yaml.MarkedYAMLError, text: str, shown_path: Path) -> Fault:
    is_unclosed = "end of stream" in (error.problem or "")
    mark = error.context_mark if is_unclosed or not error.problem_mark else error.problem_mark
    line = mark.line + 1 if mark else 1
    return Fault(file=shown_path, line=line, code="yaml-syntax", message=f"is not YAML: {_problem(error, text, line)}")


def _problem(error: yaml.MarkedYAMLError, text: str, line: int) -> str:
    """The reason why a text is no YAML, with the line where that began and the way out."""
    line_text = [*text.splitlines()[:line], ""][line - 1]
    if re.match(r" *\t", line_text):
        return "a tab in the indentation; indent with spaces"
    problem = (error.problem or "not understood").removeprefix("but ")
    first_line = error.context_mark.line + 1 if error.context_mark else line
    origin = f" ({error.context}, begun on line {first_line})" if first_line != line else ""
    way_out = next((f"; {way}" for sign, way in _WAYS_OUT.items() if sign in problem), "")
    return f"{problem}{origin}{way_out}"


def _control_character(text: str, shown_path: Path) -> Fault:
    match = Reader.NON_PRINTABLE.search(text)
    place = match.start() if match else 0
    return Fault(
        file=shown_path,
        line=text.count("\n", 0, place) + 1,
        code="not-text",
        message=f"holds the control character U+{ord(text[place]):04X}; a record is plain text, delete the character",
    )


def _refuse_depth(text: str, shown_path: Path) -> None:
    """Refuse brackets or list signs that nest too deeply for libyaml."""
    depth = 0
    for match in re.finditer(rf"[\[{{\]}}]|(?:[-?:] +){{{_NESTING_LIMIT}}}", text):
        depth += _NESTING_LIMIT if len(match.group()) > 1 else 1 if match.group() in "[{" else -1
        if depth >= _NESTING_LIMIT:
            line = text.count("\n", 0, match.start()) + 1
            raise Fault(file=shown_path, line=line, code="yaml-syntax", message="nests too deep to be a record")

"""The parameters of a stored query: values come as people write them and become RDF terms, never text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from medkg.errors import ParameterError, UnknownName
from medkg.graph import terms
from medkg.graph.queries.names import CLASSES, Names
from medkg.model.forms import DATE

Term = NamedNode | Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One variable of a query that whoever asks gives a value.

    Without one the default is taken, and without a default an optional variable stays free.
    """

    name: str
    type: str
    help: str
    vocabulary: str | None = None
    default: str | None = None
    optional: bool = False

    @property
    def is_required(self) -> bool:
        """Whether there is no asking without a value for it."""
        return self.default is None and not self.optional

    @property
    def description(self) -> str:
        """The parameter as a list of parameters shows it."""
        kind = f"{self.vocabulary} {self.type}" if self.vocabulary else self.type
        otherwise = f", default {self.default}" if self.default is not None else ", optional" if self.optional else ""
        return f"{self.name} ({kind}{otherwise}): {self.help}"

    def misfit(self, text: str) -> str | None:
        """Why a text cannot be a value of it, whatever the graph holds; None where it can."""
        form = _FORMS.get(self.type)
        if form is None or re.fullmatch(form.pattern, text.strip(), re.ASCII):
            return None
        return f"{text!r} is {form.otherwise}"

    def term(self, text: str, names: Names) -> Term:
        """The term that a text means; a `ParameterError` where it means none."""
        if problem := self.misfit(text):
            raise ParameterError(f"{self.name}: {problem}")
        try:
            if self.vocabulary:
                return names.concept(self.vocabulary, text)
            if self.type in CLASSES:
                return names.thing(self.type, text)
        except UnknownName as error:
            raise ParameterError(f"{self.name}: {error}") from None
        return _FORMS[self.type].literal(text.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """How a literal is written, what is wrong with a text that is none, and the literal of one that is."""

    pattern: str
    otherwise: str
    literal: Callable[[str], Literal]


_FORMS: Mapping[str, _Form] = {
    "integer": _Form(
        pattern=r"[-+]?\d{1,18}",
        otherwise="no whole number, such as 100",
        literal=lambda text: terms.integer(int(text)),
    ),
    "date": _Form(
        pattern=DATE, otherwise="no year, month or day, such as 2022, 2022-07 or 2022-07-15", literal=terms.date
    ),
    "language": _Form(
        pattern=r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*",
        otherwise="no language tag, such as en or zh",
        literal=lambda text: Literal(text.lower()),
    ),
    "string": _Form(pattern=r"(?s).+", otherwise="no text", literal=Literal),
}

TYPES = ("concept", *CLASSES, *_FORMS)
"""The types of parameters."""

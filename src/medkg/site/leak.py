"""The leakage check: whether what is tested on was trained on, as `medkg leak` tells it, under an address to share."""

from __future__ import annotations

import json
import shlex
from collections import Counter
from collections.abc import Iterator, Sequence

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import BadRequest

from medkg.errors import UnknownName
from medkg.evaluation import HTML
from medkg.lineage.answers import Pair, Plain, leaks
from medkg.web.addresses import addresses
from medkg.web.answers import page, reply
from medkg.web.choice import chosen
from medkg.web.datasets import JSON
from medkg.web.pairs import Cell, Comparer
from medkg.web.query_parameters import given, takes
from medkg.web.remembered import around, remembered, views
from medkg.web.safer import Choice, choice
from medkg.web.served import Served, served
from medkg.web.splits import MOST, MOST_NAMES, SIDES, Splits
from medkg.web.telling import Teller, teller
from medkg.web.understood import Understood, side_of, understood

leak = Blueprint("leak", __name__)

MOST_TOLD = 28
"""Pairs that a page tells in full; of more, each has an address of its own."""

_MOST_SAFE = 8
_TOO_MANY = f"At most {MOST} sets on a side, please; `medkg leak` takes any number."


@leak.get("/leak")
@takes("evidence", "format", repeatable=dict.fromkeys(SIDES, MOST_NAMES))
def check() -> Response:
    """The pairs of a training set and a test set that share images, and a form; 404 where a name is not understood."""
    form, media_type = chosen((HTML, JSON), given().get("format"), request.accept_mimetypes)
    now, splits = served(), Splits.read(given())
    asked = understood(splits, now)
    if form is JSON:
        pairs = _compared(_comparable(asked), now)
        found = Plain(lines=now.register.lines).leaks(pairs)
        response = reply(
            lambda: (json.dumps(found, ensure_ascii=False, indent=2) + "\n").encode(),
            media_type,
            identity=(now.state, asked.splits.address()),
        )
    elif not asked.is_wrong and asked.splits.parameters != _given():
        return _see(asked.splits)
    else:
        response = _page(asked, now)
    address = asked.splits.address(_root(), JSON.name)
    response.headers.add("Link", f'<{address}>; rel="alternate"; type="{JSON.media_type}"')
    return response


def _comparable(asked: Understood) -> Understood:
    """What is asked, if it can be compared; otherwise why not."""
    if asked.is_wrong:
        raise UnknownName("\n".join(each.message for side in SIDES for each in asked.mistakes[side]))
    if asked.is_too_much:
        raise BadRequest(_TOO_MANY)
    if not all(asked.splits.of(side) for side in SIDES):
        raise BadRequest("Name at least one dataset as train and one as test: /leak?train=…&test=…")
    return asked


def _compared(asked: Understood, now: Served) -> list[Pair]:
    """The pairs of what is asked."""
    return leaks(views(now)[asked.splits.layer], asked.sides("train"), asked.sides("test"), find=around(now))


def _page(asked: Understood, now: Served) -> Response:
    """The page of what is asked; with nothing compared where it cannot be."""
    is_ready = not asked.is_wrong and not asked.is_too_much
    tells, splits = teller(now), asked.splits
    comparer = Comparer(views(now)[splits.layer], tells)
    pairs = _compared(asked, now) if is_ready else []
    rows = comparer.matrix(pairs)
    cells = [each for row in rows for each in row]
    groups = dict(_groups(cells))
    html = render_template(
        "leak/page.html",
        asked=asked,
        splits=splits,
        most=MOST,
        rows=rows,
        columns=[each.test for each in rows[0]] if rows else [],
        groups={heading: list(map(comparer.account, found)) for heading, found in groups.items()},
        shown={each.key for found in groups.values() for each in found},
        counts={grade: sum(each.grade == grade for each in cells) for grade in ("definite", "possible")},
        quiet=[each for each in cells if not each.is_told],
        alone=lambda pair: Splits(train=(pair.train.name,), test=(pair.test.name,), layer=splits.layer).address(
            _root()
        ),
        party=lambda name: comparer.party(side_of(name)),
        example=None if splits.train or splits.test else example(now).address(_root()),
        choice=_choice(asked, now, tells) if is_ready and splits.train else None,
        command=command(splits),
        safe_command=shlex.join(["medkg", "safe", "--test-for", *(each.dataset for each in asked.sides("train"))]),
        root=_root(),
        json=JSON.name,
    )
    if not is_ready:
        return Response(html, status=404 if asked.is_wrong else 400)
    return page(html)


def _groups(cells: Sequence[Cell]) -> Iterator[tuple[str, list[Cell]]]:
    """The pairs of which there is something to tell, by heading, the worst first; no more than a page takes."""
    grades = {
        "Leaks": "definite",
        "Possible leaks": "possible",
        "Stated to be disjoint": "disjoint",
        "None known, with something to heed": "none-known",
    }
    room = MOST_TOLD
    for heading, grade in grades.items():
        found = [each for each in cells if each.grade == grade and each.is_told]
        if found:
            yield heading, found[: max(room, 0)]
        room -= len(found)


def _choice(asked: Understood, now: Served, tells: Teller) -> Choice:
    """Test sets that share nothing known with what is trained on, besides those that are asked for."""
    trained = list(dict.fromkeys(side.dataset for side in asked.sides("train")))
    tested = {side.dataset for side in asked.sides("test")}
    return choice(now, views(now)[asked.splits.layer], tells, trained, without=tested, most=_MOST_SAFE)


@remembered
def example(now: Served) -> Splits:
    """A check worth looking at: what most others drew on as the test, and two of those others as training sets."""
    drawn = [each for each in now.register.claims if each.claim.relation == "derivedFrom" and each.claim.object]
    sources = Counter(each.claim.object for each in drawn).most_common(1)
    for source, _ in sources:
        takers = sorted({each.subject for each in drawn if each.claim.object == source and not each.is_challenge})
        return Splits(train=tuple(takers[:2]), test=(str(source),))
    return Splits()


def command(splits: Splits) -> str:
    """The command line that asks the same.

    >>> command(Splits(train=("lits:train", "ct-org"), test=("btcv",), layer="catalogs"))
    'medkg leak --train lits:train ct-org --test btcv --evidence catalogs'
    """
    words = [word for side in SIDES for word in (f"--{side}", *splits.of(side))]
    return shlex.join(["medkg", "leak", *words, *(["--evidence", "catalogs"] if splits.layer == "catalogs" else [])])


def _given() -> list[tuple[str, str]]:
    """The parameters of the address that was asked, but for the format."""
    return [(name, value) for name, value in request.args.items(multi=True) if name != "format"]


def _see(splits: Splits) -> Response:
    """The way to the one address of a check, of which a form makes many."""
    response = Response(status=302)
    response.headers["Location"] = splits.address(_root())
    response.vary.add("Accept")
    return response


def _root() -> str:
    return addresses().root

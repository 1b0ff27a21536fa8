"""A picture of a large family shows the nearest members and says how many it leaves out."""

from __future__ import annotations

from xml.etree import ElementTree

from medkg.lineage import Family, family
from medkg.lineage.register import Register
from medkg.lineage.relatives import nearest_members
from medkg.lineage.svg import svg
from tests.lineage.claim_lines import claims_in

SVG = "{http://www.w3.org/2000/svg}"


def of(lines: list[str]) -> Family:
    return family(Register(claims=tuple(claims_in(lines))).view("all"), "pool")


def members(found: Family) -> set[str]:
    return set(found.generations)


def test_a_family_that_fits_is_left_as_it_is() -> None:
    whole = of(["a derivedFrom pool whole", "b derivedFrom a whole"])
    assert nearest_members(whole, 3) == (whole, 0)


def test_the_nearest_are_kept_and_the_rest_is_counted() -> None:
    whole = of(
        [
            *(f"draw-{index:03} derivedFrom pool whole" for index in range(150)),
            *(f"far-{index:03} derivedFrom draw-{index:03} whole" for index in range(150)),
        ]
    )
    found, left_out = nearest_members(whole, 200)
    assert len(members(found)) == 200
    assert left_out == 101
    assert {f"draw-{index:03}" for index in range(150)} <= members(found)
    assert members(found) >= {end for tie in found.ties for end in (tie.subject, tie.object)}


def test_of_those_equally_near_the_surest_are_kept() -> None:
    found, left_out = nearest_members(
        of(["z derivedFrom pool whole", "a possiblyOverlaps pool", "b successorOf pool"]), 2
    )
    assert (members(found), left_out) == ({"pool", "z"}, 2)


def test_the_picture_says_what_it_does_not_show() -> None:
    found, left_out = nearest_members(of([f"draw-{index:03} derivedFrom pool whole" for index in range(250)]), 200)
    picture = ElementTree.fromstring(svg(found, {}, left_out=left_out))
    assert len(picture.findall(f"{SVG}rect")) == 200 + 1  # and the paper
    assert "Not shown: 51 more, further away." in {each.text for each in picture.iter(f"{SVG}text")}

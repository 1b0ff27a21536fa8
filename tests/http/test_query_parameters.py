"""Every address refuses parameters that it does not take, and values that name nothing; no page offers such."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from werkzeug.test import Client, TestResponse

from medkg.http import routes
from medkg.http.query_parameters import refuse_others
from tests import real
from tests.asking import problem
from tests.servers import BEARER, Running

EXAMPLES = {
    "/": "/",
    "/<path:name>": "/dataset/lits",
    "/catalog": "/catalog",
    "/catalog/<catalog_id>/<any(entries, defects, differences):table>.csv": "/catalog/openmedlab/entries.csv",
    "/catalog/<catalog_id>/defects": "/catalog/openmedlab/defects",
    "/catalog/<catalog_id>/differences": "/catalog/openmedlab/differences",
    "/compare": "/compare?d=lits&d=kits19",
    "/complete": "/complete?q=li",
    "/dataset/<slug>/cite.bib": "/dataset/lits/cite.bib",
    "/dataset/<slug>/lineage": "/dataset/lits/lineage",
    "/dataset/<slug>/lineage.<any(svg, mmd):form>": "/dataset/lits/lineage.svg",
    "/dataset/<slug>/lineage.json": "/dataset/lits/lineage.json",
    "/datasets": "/datasets?q=LiTS",
    "/feed.atom": "/feed.atom",
    "/help": "/help",
    "/help/api": "/help/api",
    "/help/cite": "/help/cite",
    "/help/grades": "/help/grades",
    "/leak": "/leak?train=lits&test=kits19",
    "/paper/<path:address>": "/paper/arxiv.org/abs/1901.04056",
    "/query/<name>": "/query/overlap-with-a-dataset?dataset=lits",
    "/robots.txt": "/robots.txt",
    "/shapes": "/shapes",
    "/sitemap-<int:number>.xml": "/sitemap-1.xml",
    "/sitemap.xml": "/sitemap.xml",
    "/static/<path:filename>": "/static/medkg.css",
}
KINDS = (
    "/challenge/lits-miccai2017",
    "/catalog/openmedlab",
    "/catalog/linhandev/record/lits",
    "/anatomy",
    "/anatomy/liver",
    "/licence/cc-by-4-0",
    "/ontology",
)
"""Things of every kind, whose pages are made each in its own way."""

MARKS = ("utm_source=newsletter", "utm_medium=email", "fbclid=IwAR0", "gclid=Cj0K", "msclkid=1", "mc_eid=a")


def get(address: str, accept: str = "*/*") -> TestResponse:
    return real.client().get(address, headers={"Accept": accept})


def also(address: str, parameter: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{parameter}"


def test_there_is_an_example_of_every_path() -> None:
    pages = {each.path for each in routes.routes(real.app())} - {each.path for each in routes.SERVER_ROUTES}
    assert pages | {routes.STATIC.path} == set(EXAMPLES)


@pytest.mark.parametrize("address", [*EXAMPLES.values(), *KINDS])
@pytest.mark.parametrize("name", ["finding", "venue", "Format", "modalities", "x"])
def test_a_parameter_that_the_address_does_not_take_is_400_and_named(address: str, name: str) -> None:
    answer = get(also(address, f"{name}=ct"))
    assert answer.status_code == 400
    assert f"{name!r} is no parameter of this address" in problem(answer)["detail"]


@pytest.mark.parametrize("route", routes.routes(real.app()), ids=lambda route: str(route.path))
def test_a_refusal_tells_the_parameters_that_there_are(route: routes.Route) -> None:
    if route.path not in EXAMPLES or route.path in ("/<path:name>", "/query/<name>"):
        return
    detail = problem(get(also(EXAMPLES[route.path], "nonsense=1")))["detail"]
    assert (f"It takes {', '.join(route.parameters)}." if route.parameters else "It takes none.") in detail


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("/datasets?modalities=ct", "modality"),
        ("/datasets?licences=unknown", "licence"),
        ("/leak?train=lits&tests=kits19", "test"),
        ("/compare?ds=lits", "d"),
        ("/dataset/lits?formats=turtle", "format"),
        ("/dataset/lits/lineage?deep=1", "depth"),
        ("/dataset/lits/lineage.json?toward=kits19", "towards"),
        ("/query/overlap-with-a-dataset?datasets=lits", "dataset"),
        ("/complete?q=l&kinds=task", "kind"),
    ],
)
def test_a_misspelt_parameter_is_told_with_the_one_that_was_meant(address: str, meant: str) -> None:
    answer = get(address)
    assert answer.status_code == 400
    assert f"did you mean {meant!r}?" in problem(answer)["detail"]


def test_all_that_is_not_taken_is_told_at_once() -> None:
    detail = problem(get("/datasets?finding=a&venue=b&anatomy=liver"))["detail"]
    assert "'finding'" in detail
    assert "'venue'" in detail


def test_a_browser_is_told_on_a_page() -> None:
    answer = get("/datasets?finding=nodule", accept="text/html")
    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert "finding" in BeautifulSoup(answer.text, "html.parser").get_text()


@pytest.mark.parametrize("address", [*EXAMPLES.values(), *KINDS])
def test_the_marks_of_newsletters_and_advertisements_change_nothing(address: str) -> None:
    plain = real.client().get(address, headers={"Accept": "*/*"}, follow_redirects=False)
    for mark in MARKS:
        marked = get(also(address, mark))
        if marked.status_code == 302:  # a search and a check lead to their one address, which has no marks
            assert marked.headers["Location"] == address
        else:
            assert (marked.status_code, marked.data) == (plain.status_code, plain.data)


@pytest.mark.parametrize(
    "address",
    [
        "/datasets?anatomy=livver",
        "/datasets?modality=ct&modality=x-rays-of-nothing",
        "/datasets?lineage=sure",
        "/datasets?catalog=openmodlab",
        "/datasets?year=soon",
        "/datasets?sort=upside",
        "/datasets?page=0",
        "/datasets?page=-1",
        "/datasets?page=two",
        "/datasets?page=²",
        "/datasets?format=xls",
        "/datasets?q=" + "a" * 201,
        "/datasets?" + "&".join(f"year={1950 + number}" for number in range(51)),
        "/complete?q=l&kind=datasets",
        "/leak?train=lits&test=kits19&evidence=mine",
        "/leak?train=lits&test=kits19&format=csv",
        "/dataset/lits/lineage?evidence=mine",
        "/dataset/lits/lineage?depth=deep",
        "/dataset/lits/lineage.json?towards=litz",
        "/dataset/lits?format=docx",
        "/query/overlap-with-a-dataset?dataset=kist19",
    ],
)
def test_a_value_that_names_nothing_is_400(address: str) -> None:
    for accept in ("*/*", "text/html"):
        assert get(address, accept).status_code == 400


@pytest.mark.parametrize(
    "address", ["/catalog/openmedlab?page=first", "/anatomy/liver?page=9999", "/dataset/lits?page=1"]
)
def test_a_page_that_there_is_not_is_400(address: str) -> None:
    assert get(address, "text/html").status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "/datasets?sort=name&sort=cases",
        "/datasets?q=liver&q=brain",
        "/dataset/lits?format=turtle&format=jsonld",
        "/dataset/lits/lineage?depth=1&depth=2",
        "/query/overlap-with-a-dataset?dataset=lits&dataset=kits19",
    ],
)
def test_what_is_given_once_is_not_given_twice(address: str) -> None:
    assert "may be given once" in problem(get(address))["detail"]


@pytest.mark.parametrize(
    "address", ["/datasets?q=&anatomy=&sort=&page=&format=", "/leak?train=lits&test=kits19&evidence=&format="]
)
def test_a_parameter_without_a_value_is_not_given(address: str) -> None:
    assert real.client().get(address, headers={"Accept": "text/html"}, follow_redirects=True).status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/graph-store?defualt", 400),
        ("/graph-store?default&graphs=http://example.org/", 400),
        ("/graph-store?default&utm_source=x", 200),
        ("/.well-known/void?formats=turtle", 400),
        ("/.well-known/void?format=turtle", 200),
        ("/.well-known/void?utm_source=x", 200),
        ("/livez?x=1", 200),
        ("/readyz?x=1", 200),
        ("/metrics?x=1", 200),
    ],
)
def test_what_the_front_answers_refuses_what_it_does_not_take_and_probes_read_nothing(
    client: Client, address: str, status: int
) -> None:
    assert client.get(address, headers={"Accept": "text/turtle, */*;q=0.5"}).status_code == status


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_the_format_of_a_graph_that_is_sent_is_its_media_type(writable: Running, url: str, method: str) -> None:
    answer = writable.client.open(
        f"{url}&format=jsonld", method=method, data=b"", content_type="text/turtle", headers=BEARER
    )
    assert answer.status_code == 400
    assert "'format' is no parameter of this address" in problem(answer)["detail"]


def addresses(page: str) -> Iterator[str]:
    """Every address of ours that a page offers, forms with all of their fields."""
    answer = real.client().get(page, headers={"Accept": "text/html"}, follow_redirects=True)
    soup = BeautifulSoup(answer.text if answer.mimetype == "text/html" else "", "html.parser")
    for name, element in (("href", "a, link"), ("src", "img, script"), ("data-lineage", "figure"), ("data-url", "*")):
        for each in soup.select(f":is({element})[{name}]"):
            yield urljoin(page, str(each[name]))
    for form in soup.select("form"):
        if str(form.get("method", "get")).lower() == "get":
            names = [str(each["name"]) for each in form.select("[name]")]
            yield f"{urljoin(page, str(form.get('action', '')))}?{'&'.join(f'{name}=1' for name in names)}"


def test_no_page_offers_an_address_that_is_refused() -> None:
    adapter, known = real.app().url_map.bind(""), {each.path: each for each in routes.routes(real.app())}
    seen: set[tuple[str, frozenset[str]]] = set()
    pages = (*EXAMPLES.values(), *KINDS, "/datasets", "/datasets?q=zzz&anatomy=liver", "/compare", "/leak")
    for parts in (urlsplit(address) for page in pages for address in addresses(page)):
        names = frozenset(name for name, _ in parse_qsl(parts.query, keep_blank_values=True))
        if names and not parts.netloc:
            is_front = parts.path in {each.path for each in routes.SERVER_ROUTES}
            seen.add((parts.path if is_front else str(adapter.match(parts.path, return_rule=True)[0].rule), names))
    for rule, names in seen:
        if rule != "/query/<name>":  # whose parameters are those of the question
            refuse_others(names, known[rule].parameters)
    assert len(seen) > 15

"""Questions to the small graph, and how tests ask them."""

from __future__ import annotations

from typing import Any

from werkzeug.test import Client, TestResponse

ASK = "ASK { ?s ?p ?o }"
TITLES = 'SELECT ?title { ?d a dcat:Dataset ; dcterms:title ?title FILTER(?title = "LiTS"@en) }'
CASES = "SELECT ?n { ?d medkg:caseCount ?n }"
EVERYTHING = "SELECT * { ?s ?p ?o }"
CONSTRUCT = "CONSTRUCT { ?d dcterms:title ?t } WHERE { ?d a dcat:Dataset ; dcterms:title ?t }"
DESCRIBE = "DESCRIBE dataset:lits"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p . ?q ?r ?s }"
"""Would take years."""

RECORD_A = "https://w3id.org/medkg/catalog/a/record/lits"
RECORD_B = "https://w3id.org/medkg/catalog/b/record/lits"

BROWSERS = {
    "Firefox": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Chrome": (
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
        "application/signed-exchange;v=b3;q=0.7"
    ),
    "Safari": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
}
BROWSER = BROWSERS["Firefox"]


def ask(client: Client, query: str = ASK, accept: str = "", **parameters: Any) -> TestResponse:
    """The answer to a query by GET."""
    headers = {"Accept": accept} if accept else {}
    return client.get("/sparql", query_string={"query": query, **parameters}, headers=headers)


def problem(answer: TestResponse) -> dict[str, Any]:
    """The problem that an answer tells, which must be one: https://www.rfc-editor.org/rfc/rfc9457."""
    assert answer.content_type == "application/problem+json", answer.text
    told: dict[str, Any] = answer.get_json(force=True)
    assert set(told) - {"instance"} == {"type", "title", "status", "detail"}
    assert ("instance" in told) <= (answer.status_code >= 500)  # only where something is in our log
    assert told["status"] == answer.status_code
    return told

"""A report of an error, to be filled in: a text to copy, and the page of an issue tracker that takes it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from medkg.graph.dossier import Dossier


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is wrong with something, as far as that can be said before anybody has said what it is."""

    title: str
    body: str

    @property
    def text(self) -> str:
        """All of it, to be copied."""
        return f"{self.title}\n\n{self.body}"

    def address(self, issues: str) -> str:
        r"""The page for a new issue with the report in it, as GitHub, Gitea and Forgejo take it.

        https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/creating-an-issue#creating-an-issue-from-a-url-query

        >>> Report(title="LiTS & more", body="a\nb").address("https://example.org/issues/new?template=data.md")
        'https://example.org/issues/new?template=data.md&title=LiTS%20%26%20more&body=a%0Ab'
        """
        parts = urlsplit(issues)
        filled = urlencode({"title": self.title, "body": self.body}, quote_via=quote)
        return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, filled))), fragment=""))


def report(known: Dossier, revision: str) -> Report:
    """The report of an error in what is known of a dataset."""
    return Report(
        title=f"Something is wrong with {known.label}",
        body=f"Dataset: {known.iri}\nFile: data/datasets/{known.slug}.yaml\nRevision: {revision}\n"
        "What is wrong, and on which line of which catalogue: \n"
        "What is right, and who says so (paper, page): \n",
    )

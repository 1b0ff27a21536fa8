"""Redirects from other spellings of a path to its page: from `/dataset/LiTS/` to `/dataset/lits`.

Each page has one path, without empty segments and, except for IRIs of papers, in lower case. A request for an unknown
path is redirected where the normalised path has a page.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, HTTPException, NotFound
from werkzeug.routing import RequestRedirect

from medkg.errors import MedkgError, ParameterError, UnknownName
from medkg.http.messages import PATH_SAFE_CHARACTERS

# A conditional request that any version satisfies, so that most views write no body.
_PROBE = {"REQUEST_METHOD": "GET", "QUERY_STRING": "", "HTTP_ACCEPT": "", "HTTP_IF_NONE_MATCH": "*"}


class RedirectingFlask(Flask):
    """A Flask application that redirects from other spellings of a path."""

    def handle_user_exception(self, e: Exception) -> HTTPException | ResponseReturnValue:
        """The response to an exception of a view; a redirect where another spelling of the path has a page."""
        redirect = self._redirect(e) if isinstance(e, NotFound | UnknownName | BadRequest | ParameterError) else None
        return super().handle_user_exception(redirect or e)

    def _redirect(self, error: Exception) -> RequestRedirect | None:
        """The redirect to the page that is meant by a path; None where no page is, or the path itself has one."""
        others = _other_spellings(request.path)
        if others and not isinstance(error, NotFound) and self._address(request.path) is not None:
            return None
        return next((redirect_to(address) for address in map(self._address, others) if address is not None), None)

    def _address(self, path: str) -> str | None:
        """The address of the page at a path; None where no page is."""
        environ = {**request.environ, **_PROBE, "PATH_INFO": path.encode().decode("latin-1")}
        with self.request_context(environ):
            try:
                self.dispatch_request()
            except RequestRedirect as redirect:
                return redirect.new_url
            except (NotFound, UnknownName):
                return None
            except (HTTPException, MedkgError):
                pass  # the page exists and refuses this request
            return request.script_root + quote(path, safe=PATH_SAFE_CHARACTERS)


def redirect_to(address: str) -> RequestRedirect:
    """The redirect of the current request, with its query, to another address.

    With status 308, which keeps method and body: https://www.rfc-editor.org/rfc/rfc9110#section-15.4.9.
    """
    query = quote(request.query_string, safe="%/:?#[]@!$&'()*+,;=")
    return RequestRedirect(f"{address}?{query}" if query else address)


def _other_spellings(path: str) -> list[str]:
    """The normalised spellings of a path that differ from it.

    >>> _other_spellings("/dataset//LiTS/"), _other_spellings("/dataset/lits"), _other_spellings("/")
    (['/dataset/LiTS', '/dataset/lits'], [], [])
    """
    plain = f"/{'/'.join(filter(None, path.split('/')))}"
    return [spelling for spelling in dict.fromkeys((plain, plain.lower())) if spelling != path]

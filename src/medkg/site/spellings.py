"""Other spellings of the path of a page, which lead to the page: `/dataset/LiTS/` to `/dataset/lits`.

The pages have one path each, without empty segments and in small letters, but for the IRIs of papers. A path of which
nothing is known is tried so before that is said.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, HTTPException, NotFound
from werkzeug.routing import RequestRedirect

from medkg.errors import MedkgError, ParameterError, UnknownName
from medkg.http.messages import IN_PATHS

# A request for whatever there is, from a client that has it already, so that most views have nothing to write.
_PROBE = {"REQUEST_METHOD": "GET", "QUERY_STRING": "", "HTTP_ACCEPT": "", "HTTP_IF_NONE_MATCH": "*"}


class Pages(Flask):
    """An application that leads from other spellings of a path to the path."""

    def handle_user_exception(self, e: Exception) -> HTTPException | ResponseReturnValue:
        """The answer to what a view or a check before it raises; a redirect where another path is meant."""
        redirect = self._redirect(e) if isinstance(e, NotFound | UnknownName | BadRequest | ParameterError) else None
        return super().handle_user_exception(redirect or e)

    def _redirect(self, error: Exception) -> RequestRedirect | None:
        """What leads to the page that is meant by a path; None where there is none, or this path has a page itself."""
        others = _others(request.path)
        if others and not isinstance(error, NotFound) and self._address(request.path) is not None:
            return None
        return next((moved(address) for address in map(self._address, others) if address is not None), None)

    def _address(self, path: str) -> str | None:
        """The address of what there is at a path; None where there is nothing."""
        environ = {**request.environ, **_PROBE, "PATH_INFO": path.encode().decode("latin-1")}
        with self.request_context(environ):
            try:
                self.dispatch_request()
            except RequestRedirect as redirect:
                return redirect.new_url
            except (NotFound, UnknownName):
                return None
            except (HTTPException, MedkgError):
                pass  # it is there, and has something to say about the request
            return request.script_root + quote(path, safe=IN_PATHS)


def moved(address: str) -> RequestRedirect:
    """What leads a request, with its query, to another address.

    By 308, which leaves method and body as they are: https://www.rfc-editor.org/rfc/rfc9110#section-15.4.9.
    """
    query = quote(request.query_string, safe="%/:?#[]@!$&'()*+,;=")
    return RequestRedirect(f"{address}?{query}" if query else address)


def _others(path: str) -> list[str]:
    """What may be meant by a path instead.

    >>> _others("/dataset//LiTS/"), _others("/dataset/lits"), _others("/")
    (['/dataset/LiTS', '/dataset/lits'], [], [])
    """
    plain = f"/{'/'.join(filter(None, path.split('/')))}"
    return [each for each in dict.fromkeys((plain, plain.lower())) if each != path]

"""What is asked of every request before a page sees it."""

from collections.abc import Callable
from urllib.parse import unquote

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase

type View = Callable[[HttpRequest], HttpResponseBase]


def refuse_nul(get_response: View) -> View:
    """A NUL character in an address is no word of ours, and PostgreSQL takes none: 400, instead of a fault of each page."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path_info or "\0" in unquote(request.META["QUERY_STRING"]):
            raise BadRequest("A NUL character in the address.")
        return get_response(request)

    return answer

"""Requests that no honest browser sends are answered before they reach anything that could trip over them."""

from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse

from apps.core.views import bad_request

Handler = Callable[[HttpRequest], HttpResponse]
NUL = "\x00"  # no column of PostgreSQL can hold it; a query with it ends in an error instead of an answer


def whole_text(get_response: Handler) -> Handler:
    """400 for a NUL character in address, query, cookie or form; stands before whatever reads any of these."""

    def middleware(request: HttpRequest) -> HttpResponse:
        read = [request.path_info, *request.COOKIES.values(), *_words(request.GET.lists())]
        return bad_request(request) if any(NUL in text for text in read) else get_response(request)

    def process_view(request: HttpRequest, view: Callable, args: list, kwargs: dict) -> HttpResponse | None:
        if request.method != "POST":
            return None
        names = [file.name or "" for _key, files in request.FILES.lists() for file in files]
        return bad_request(request) if any(NUL in text for text in (*_words(request.POST.lists()), *names)) else None

    middleware.process_view = process_view
    return middleware


def _words(lists: Iterable[tuple[str, list[str]]]) -> list[str]:
    return [text for key, values in lists for text in (key, *values)]

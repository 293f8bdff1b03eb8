"""Headers of every answer, and of those that belong to a person."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.core.views import too_large, wrong_method

Handler = Callable[[HttpRequest], HttpResponse]


def resource_policy(get_response: Handler) -> Handler:
    """Nothing of ours is drawn into pages of others: stands before the static files, so that they say it too."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def private_pages(get_response: Handler) -> Handler:
    """Pages of a signed-in person are not kept by caches."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.user.is_authenticated:
            response.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


def method_in_words(get_response: Handler) -> Handler:
    """Django answers a wrong method with an empty page; people get one that says what to do."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and not response.streaming and not response.content:
            return wrong_method(request, response)
        return response

    return middleware


def large_uploads(get_response: Handler) -> Handler:
    """A clear page when a form came with too large a file: `core.uploads` stopped reading, later fields are lost."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, view: Callable, args: list, kwargs: dict) -> HttpResponse | None:
        if request.method == "POST" and request.content_type == "multipart/form-data":
            request.POST  # noqa: B018 (reads the upload)
        if getattr(request, "upload_too_large", False) and not getattr(view, "answers_large_uploads", False):
            return too_large(request)
        return None

    middleware.process_view = process_view
    return middleware

"""Headers of every answer that belongs to a person."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.core.views import too_large

Handler = Callable[[HttpRequest], HttpResponse]


def private_pages(get_response: Handler) -> Handler:
    """Pages of a signed-in person are not kept by caches; every answer names its resource policy."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.user.is_authenticated:
            response.setdefault("Cache-Control", "private, no-store")
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

"""Whose page a document has. That of an outgoing paper belongs to the app above, which names its drawing here."""

from collections.abc import Callable

from django.forms import Form
from django.http import HttpRequest, HttpResponse

Draw = Callable[[HttpRequest, int, dict[str, Form]], HttpResponse]
OUTGOING: list[Draw] = []


def register(draw: Draw) -> None:
    """`draw(request, pk, forms)` gives the page of an outgoing paper, with forms that were not in order."""
    if draw not in OUTGOING:
        OUTGOING.append(draw)


def draw_outgoing(request: HttpRequest, pk: int, open_forms: dict[str, Form]) -> HttpResponse:
    return OUTGOING[0](request, pk, open_forms)

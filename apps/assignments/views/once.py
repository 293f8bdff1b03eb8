"""A form that is sent twice is taken once. The second click goes where the first one led, also where the act took away
the right to do it again, or the choices that the form had.
"""

from django.http import HttpRequest

from apps.journal.forms import read_token
from apps.journal.models import FormReceipt
from apps.journal.services import settle_form, take_form


class Repeated(Exception):
    """This form was taken while the present one waited; `url`: where it led."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class NotInOrder(Exception):
    """The form has mistakes: what was begun is undone, and it may be sent again."""


def led_to(request: HttpRequest) -> str:
    """Where this form led when this person sent it before, "" if never."""
    row = FormReceipt.objects.filter(token=read_token(request), person=request.user).first()
    return row.result_url if row else ""


def claim(request: HttpRequest) -> None:
    """In the transaction that does the work. Raises Repeated."""
    first, url = take_form(token=read_token(request), person=request.user)
    if not first:
        raise Repeated(url)


def settle(request: HttpRequest, url: str) -> None:
    settle_form(token=read_token(request), result_url=url)

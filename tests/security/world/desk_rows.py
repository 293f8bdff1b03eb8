"""What handlers keep for their own work; it belongs to one clerk of the office and holds the secret."""

from django.db import models

from apps.people.models import Person
from apps.servicedesk.enums import ViewScope
from apps.servicedesk.models import CannedReply, SavedView
from apps.servicedesk.view_filter import ViewFilter

Kept = tuple[models.Model, dict[str, object], dict[str, object]]


def rows_of(clerk: Person, secret: str) -> dict[str, Kept]:
    """Row, what its addresses need, what its forms need."""
    reply = canned_reply(clerk, secret)
    return {"saved view": saved_view(clerk, secret), "canned reply": reply}


def saved_view(clerk: Person, secret: str) -> Kept:
    row = SavedView.objects.create(
        owner=clerk, name=secret, query=ViewFilter(sort="newest").as_json(), scope=ViewScope.OFFICE
    )
    return row, {"pk": row.pk}, {"name": "words", "shared": "own", "sort": "due"}


def canned_reply(clerk: Person, secret: str) -> Kept:
    row = CannedReply.objects.create(owner=clerk, name=secret, body={"zh-hant": secret})
    return row, {"pk": row.pk}, {"name": "words", "body_en": "words"}

"""The history of a thing for pages of apps that lie below the journal and cannot ask it."""

from django import template
from django.db.models import Model

from apps.journal.models import Entry

register = template.Library()
LATEST = 50


@register.simple_tag
def history_of(obj: Model, *, internal: bool = False) -> list[Entry]:
    """The latest entries about `obj`, newest first (one query); with `internal` those for the office's eyes too."""
    entries = Entry.objects.about(obj).order_by("-at", "-pk")
    return list((entries if internal else entries.public())[:LATEST])

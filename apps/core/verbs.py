"""The words of a thing's history. An app's own words are `VERBS` in its `verbs.py`; those all share are here."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _

VERBS: Mapping[str, str] = {
    "created": _("created"),
    "edited": _("edited"),
    "changed": _("changed"),
    "deleted": _("deleted"),
    "published": _("published"),
    "withdrawn": _("withdrawn"),
    "submitted": _("submitted"),
    "taken": _("taken on"),
    "assigned": _("assigned"),
    "returned": _("returned for correction"),
    "corrected": _("corrected"),
    "asked_approval": _("approval asked for"),
    "approved": _("approved"),
    "sent_back": _("sent back"),
    "refused": _("refused"),
    "completed": _("completed"),
    "reopened": _("opened again"),
    "cancelled": _("cancelled"),
    "paused": _("paused"),
    "resumed": _("resumed"),
    "rated": _("rated"),
    "reminded": _("reminded"),
    "acknowledged": _("acknowledged"),
    "excused": _("excused"),
    "commented": _("wrote a message"),
    "noted": _("wrote an internal note"),
    "attached": _("attached a file"),
    "imported": _("imported"),
    "undone": _("undone"),
    "invited": _("invited"),
    "activated": _("activated"),
    "deactivated": _("deactivated"),
    "revoked": _("revoked"),
    "issued": _("issued"),
}
ICONS: Mapping[str, str] = {
    "created": "plus",
    "submitted": "send",
    "approved": "check",
    "completed": "circle-check",
    "returned": "undo-2",
    "sent_back": "undo-2",
    "refused": "x",
    "withdrawn": "x",
    "cancelled": "x",
    "commented": "message-square",
    "noted": "sticky-note",
    "attached": "paperclip",
    "reminded": "bell",
    "published": "megaphone",
    "assigned": "user-check",
    "taken": "user-check",
    "edited": "pencil",
    "corrected": "pencil",
}


@cache
def words_of(app_label: str) -> Mapping[str, str]:
    """The words an app has of its own, or none."""
    name = f"{apps.get_app_config(app_label).name}.verbs"
    return import_module(name).VERBS if find_spec(name) else {}


def label(entry: object) -> str:
    """The words of `entry.verb` for the thing it is about; an unknown verb is shown as it is, without underscores."""
    kind = ContentType.objects.get_for_id(entry.subject_type_id)  # kept by Django, no query per row
    own = words_of(kind.app_label)
    return str(own.get(entry.verb) or VERBS.get(entry.verb) or entry.verb.replace("_", " "))


def icon(verb: str) -> str:
    return ICONS.get(verb, "circle-dot")

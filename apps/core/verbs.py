"""The words of a thing's history. An app's own words are `VERBS` in its `verbs.py`; those all share are here.

An app that writes about the things of one below gives its words there too, by label: `ABOUT = {"documents": VERBS}`.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import pgettext_lazy

VERBS: Mapping[str, str] = {
    "created": pgettext_lazy("history", "created"),
    "file_blocked": pgettext_lazy("history", "file blocked"),
    "edited": pgettext_lazy("history", "edited"),
    "changed": pgettext_lazy("history", "changed"),
    "deleted": pgettext_lazy("history", "deleted"),
    "published": pgettext_lazy("history", "published"),
    "withdrawn": pgettext_lazy("history", "withdrawn"),
    "submitted": pgettext_lazy("history", "submitted"),
    "taken": pgettext_lazy("history", "taken on"),
    "assigned": pgettext_lazy("history", "assigned"),
    "returned": pgettext_lazy("history", "returned for correction"),
    "corrected": pgettext_lazy("history", "corrected"),
    "asked_approval": pgettext_lazy("history", "approval asked for"),
    "approved": pgettext_lazy("history", "approved"),
    "sent_back": pgettext_lazy("history", "sent back"),
    "refused": pgettext_lazy("history", "refused"),
    "completed": pgettext_lazy("history", "completed"),
    "reopened": pgettext_lazy("history", "opened again"),
    "cancelled": pgettext_lazy("history", "cancelled"),
    "paused": pgettext_lazy("history", "paused"),
    "resumed": pgettext_lazy("history", "resumed"),
    "rated": pgettext_lazy("history", "rated"),
    "reminded": pgettext_lazy("history", "reminded"),
    "acknowledged": pgettext_lazy("history", "acknowledged"),
    "excused": pgettext_lazy("history", "excused"),
    "commented": pgettext_lazy("history", "wrote a message"),
    "noted": pgettext_lazy("history", "wrote an internal note"),
    "attached": pgettext_lazy("history", "attached a file"),
    "imported": pgettext_lazy("history", "imported"),
    "undone": pgettext_lazy("history", "undone"),
    "invited": pgettext_lazy("history", "invited"),
    "activated": pgettext_lazy("history", "activated"),
    "deactivated": pgettext_lazy("history", "deactivated"),
    "revoked": pgettext_lazy("history", "revoked"),
    "issued": pgettext_lazy("history", "issued"),
    "exported": pgettext_lazy("history", "exported a list"),
}
ICONS: Mapping[str, str] = {
    "created": "plus",
    "file_blocked": "shield-alert",
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
    """The words an app has of its own, and those that apps above it have for its things."""
    modules = {config.label: f"{config.name}.verbs" for config in apps.get_app_configs()}
    found = {label: import_module(name) for label, name in modules.items() if has_verbs(name)}
    own = dict(found[app_label].VERBS) if app_label in found else {}
    for module in found.values():
        own |= getattr(module, "ABOUT", {}).get(app_label, {})
    return own


@cache
def has_verbs(name: str) -> bool:
    return name.startswith("apps.") and find_spec(name) is not None


def label(entry: object) -> str:
    """The words of `entry.verb` for the thing it is about; an unknown verb is shown as it is, without underscores."""
    kind = ContentType.objects.get_for_id(entry.subject_type_id)  # kept by Django, no query per row
    own = words_of(kind.app_label)
    return str(own.get(entry.verb) or VERBS.get(entry.verb) or entry.verb.replace("_", " "))


def icon(verb: str) -> str:
    return ICONS.get(verb, "circle-dot")

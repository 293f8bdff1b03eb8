"""Who changed what about how the portal is set up: catalogue, people and posts, sessions, forms, calendars, channels.

What may be asked for is listed here; no part of an address reaches the database but by these names.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.journal.models import Entry


@dataclass(frozen=True)
class Topic:
    """A group of things whose history is shown, by their models' names ("people.post")."""

    code: str
    label: str | Promise
    models: tuple[str, ...]


TOPICS = {
    topic.code: topic
    for topic in (
        Topic(
            "catalogue",
            _("catalogue and forms"),
            (
                "servicedesk.service",
                "servicedesk.area",
                "servicedesk.papertemplate",
                "servicedesk.legalhold",
                "questionnaires.form",
                "seals.seal",
            ),
        ),
        Topic("people", _("people, posts and sessions"), ("people.person", "people.post", "people.deputy")),
        Topic("units", _("units and groups"), ("people.unit", "people.group")),
        Topic("programs", _("programs and their keys"), ("interfaces.integration", "interfaces.subscription")),
        Topic(
            "settings",
            _("settings"),
            (
                "core.calendar",
                "core.calendarversion",
                "core.numberseries",
                "delivery.grouprobot",
                "reports.subscription",
                "documents.series",
            ),
        ),
    )
}


class AuditForm(forms.Form):
    topic = forms.ChoiceField(
        label=_("about"),
        choices=[("", _("everything")), *((topic.code, topic.label) for topic in TOPICS.values())],
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    actor = forms.CharField(
        label=_("number of who did it"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    since = forms.DateField(
        label=_("from"), required=False, widget=forms.DateInput(attrs={"class": "form-control", "type": "date"})
    )
    until = forms.DateField(
        label=_("until"), required=False, widget=forms.DateInput(attrs={"class": "form-control", "type": "date"})
    )


def kinds_of(topic: str) -> list[ContentType]:
    """The kinds of things of one topic, or of all (one query)."""
    chosen = [TOPICS[topic]] if topic in TOPICS else TOPICS.values()
    named = {name for each in chosen for name in each.models}
    return [kind for kind in ContentType.objects.all() if f"{kind.app_label}.{kind.model}" in named]


def narrowed(asked: dict[str, object]) -> QuerySet:
    """The lines that were asked for, with names; cleaned data of AuditForm comes in."""
    rows = Entry.objects.filter(subject_type__in=kinds_of(str(asked.get("topic") or "")))
    if asked.get("actor"):
        rows = rows.filter(actor__number__iexact=asked["actor"])
    if asked.get("since"):
        rows = rows.filter(at__gte=midnight(asked["since"]))
    if asked.get("until"):
        rows = rows.filter(at__lt=midnight(asked["until"] + timedelta(days=1)))
    return rows.select_related("actor", "on_behalf_of", "subject_type").prefetch_related("subject")


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())


def lines_of(entry: Entry) -> list[tuple[str, str]]:
    """The changes of a line in words: (name, before → after)."""
    return [(name, in_words(change)) for name, change in entry.changes.items()]


def in_words(change: object) -> str:
    if isinstance(change, list) and len(change) == 2:
        return " → ".join("—" if value in (None, "") else str(value) for value in change)
    return str(change)

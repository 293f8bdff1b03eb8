"""Write drafts. Two people in one draft do not overwrite each other unseen."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal import files
from apps.journal.models import Attachment
from apps.journal.services import record
from apps.notices.audience import Rule
from apps.notices.models import Notice, Occurrence, TemplateVersion
from apps.notices.rich import clean_html
from apps.people.models import Person

FIELDS = (
    "title",
    "body",
    "notice_class",
    "needs_acknowledgement",
    "audience",
    "unit",
    "publish_at",
    "acknowledge_by",
    "expires_at",
)
WITH_USUAL_VALUES = (
    "joins_until",
    "reminder_days",
    "is_urgent",
    "urgent_reason",
    "ladder",
    "robots",
    "audience_from_id",
    "audience_version",
)  # may be left out of the values
ALL_FIELDS = (*FIELDS, *WITH_USUAL_VALUES)


class UnableToSave(Exception):
    """The draft cannot be saved; the text says why."""


class VersionClash(UnableToSave):
    """Somebody else saved meanwhile: `current` is how it stands now."""

    def __init__(self, current: Notice) -> None:
        self.current = current
        super().__init__(_("Somebody else has changed this draft meanwhile."))


@transaction.atomic
def create_draft(
    *,
    actor: Person | None,
    values: Mapping[str, object],
    attachments: Iterable[Attachment] = (),
    on_behalf_of: Person | None = None,
    template_version: TemplateVersion | None = None,
    at: datetime | None = None,
) -> Notice:
    """A new draft. `values` has the FIELDS; texts are cleaned here, whoever calls. `on_behalf_of`: then the sender.

    No `actor`: the portal makes it by itself, for the sender. `template_version`: what it is begun from.
    """
    at = at or now()
    notice = Notice(sender=on_behalf_of or actor, template_version=template_version, created_at=at)
    _fill(notice, values)
    notice.save()
    if attachments:
        files.attach(list(attachments), to=notice, person=actor)
    record(actor=actor, verb="created", obj=notice, on_behalf_of=on_behalf_of, at=at)
    _record_lists(notice, Rule(), actor, at)
    return notice


@transaction.atomic
def edit_draft(
    *,
    notice: Notice,
    actor: Person,
    version: int,
    values: Mapping[str, object],
    attachments: Iterable[Attachment] = (),
    removed: Iterable[int] = (),
    at: datetime | None = None,
) -> Notice:
    """Save a draft that stands at `version`. Raises VersionClash when it does not, UnableToSave when it is no draft."""
    notice = Notice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    if not notice.is_editable:
        raise UnableToSave(_("Only a draft can be changed."))
    if notice.version != version:
        raise VersionClash(notice)
    before = notice.rule
    changed = _fill(notice, values)
    notice.version += 1
    notice.save()
    files.attach(list(attachments), to=notice, person=actor)
    Attachment.objects.of(notice).filter(pk__in=list(removed)).update(subject_type=None, subject_id=None)
    record(actor=actor, verb="edited", obj=notice, changes={"fields": changed}, at=at or now())
    _record_lists(notice, before, actor, at or now())
    return notice


@transaction.atomic
def discard_draft(*, notice: Notice, actor: Person, at: datetime | None = None) -> None:
    """Throw a draft away; its history stays. Raises UnableToSave when it is no draft."""
    notice = Notice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    if not notice.is_editable:
        raise UnableToSave(_("Only a draft can be thrown away."))
    record(actor=actor, verb="discarded", obj=notice, changes={"title": notice.title}, at=at or now())
    Attachment.objects.of(notice).update(subject_type=None, subject_id=None)
    Occurrence.objects.thrown_away(notice, actor=actor)
    notice.delete()


def _record_lists(notice: Notice, before: Rule, actor: Person, at: datetime) -> None:
    """Files are not kept: the history says of each new list which file it was and how many numbers it had."""
    for file in notice.rule.files:
        if file not in before.files:
            changes = {"file": file.name, "day": file.day, "sha256": file.sha256, "count": len(file.numbers)}
            record(actor=actor, verb="list_read", obj=notice, changes=changes, at=at)


def _fill(notice: Notice, values: Mapping[str, object]) -> list[str]:
    """Set the fields; gives the names of those that changed."""
    usual = {name: getattr(notice, name) for name in WITH_USUAL_VALUES}
    wanted = {**usual, **values, "body": {language: clean_html(text) for language, text in values["body"].items()}}
    changed = (
        [name for name in ALL_FIELDS if getattr(notice, name, None) != wanted[name]] if notice.pk else list(ALL_FIELDS)
    )
    for name in ALL_FIELDS:
        setattr(notice, name, wanted[name])
    return changed

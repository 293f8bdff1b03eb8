"""Let a draft of a notice collect answers, or no longer."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.notices.models import Notice
from apps.people.models import Person
from apps.questionnaires.models import FormVersion
from apps.replies.models import Collection
from apps.replies.services.errors import UnableToCollect


@transaction.atomic
def collect(
    *,
    notice: Notice,
    actor: Person,
    form_version: FormVersion,
    confirmed_by_units: bool,
    round_of: Collection | None = None,
    closes_at: datetime | None = None,
    at: datetime | None = None,
) -> Collection:
    """The notice asks for this form. Saying it again changes what was said. Raises UnableToCollect.

    `round_of`: an earlier collection of the same form, from which people's forms are filled.
    """
    at = at or now()
    notice = _draft(notice)
    if not form_version.form.collects:
        raise UnableToCollect(_("This form is not meant to be sent out with notices."))
    if round_of and round_of.form_version.form_id != form_version.form_id:
        raise UnableToCollect(_("The earlier round has another form."))
    if closes_at and closes_at <= max(at, notice.publish_at or at):
        raise UnableToCollect(_("Nothing could be handed in: the end lies before the beginning."))
    values = {
        "form_version": form_version,
        "round_of": round_of,
        "confirmed_by_units": confirmed_by_units,
        "closes_at": closes_at,
    }
    row, made = Collection.objects.get_or_create(
        notice=notice, defaults=values | {"created_by": actor, "created_at": at}
    )
    if not made:
        Collection.objects.filter(pk=row.pk).update(**values, version=row.version + 1)
        row.refresh_from_db()
    _ask(notice, True)
    record(actor=actor, verb="collecting", obj=notice, changes={"form": form_version.form.code}, at=at)
    return row


@transaction.atomic
def stop_collecting(*, notice: Notice, actor: Person, at: datetime | None = None) -> None:
    """The draft asks for no form any more. Doing it again changes nothing. Raises UnableToCollect."""
    notice = _draft(notice)
    if Collection.objects.filter(notice=notice).delete()[0]:
        _ask(notice, False)
        record(actor=actor, verb="not_collecting", obj=notice, at=at or now())


def _draft(notice: Notice) -> Notice:
    notice = Notice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    if not notice.is_editable:
        raise UnableToCollect(_("Only a draft can be changed."))
    return notice


def _ask(notice: Notice, needs_answer: bool) -> None:
    """The version goes up: a page of the draft that is open elsewhere shall notice."""
    if notice.needs_answer != needs_answer:
        notice.needs_answer = needs_answer
        notice.version += 1
        notice.save(update_fields=["needs_answer", "version"])

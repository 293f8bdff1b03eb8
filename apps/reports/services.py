"""Give the summary to people by mail, stop it, and send what is due."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.core.calendar import office_time
from apps.core.clock import now
from apps.core.measure import Period
from apps.delivery.enums import MessageClass
from apps.delivery.models import Delivery
from apps.delivery.services import Text, create_message, tell_message
from apps.journal.enums import Origin
from apps.journal.files import store_bytes
from apps.journal.services import record
from apps.people.models import Person
from apps.reports.enums import Rhythm
from apps.reports.mail_words import file_name, mail_words
from apps.reports.models import Edition, Subscription
from apps.reports.pdf import summary_pdf
from apps.reports.rhythms import Due, due_periods
from apps.reports.rules import can_read_summary
from apps.reports.summary import build_summary


class UnableToSubscribe(Exception):
    """The person may not read the summary."""


@transaction.atomic
def start_mails(*, person: Person, rhythm: str, actor: Person, at: datetime | None = None) -> Subscription:
    """From the next day of sending on. Nothing changes for who gets it already. Raises UnableToSubscribe."""
    at = at or now()
    if not can_read_summary(person):
        words = _("%(name)s may not read the summary: it is for the college leaders and the director.")
        raise UnableToSubscribe(words % {"name": person.name})
    row, is_new = Subscription.objects.get_or_create(
        person=person, rhythm=rhythm, defaults={"started_at": at, "started_by": actor}
    )
    row = Subscription.objects.select_for_update().get(pk=row.pk)
    if row.is_active and not is_new:
        return row
    row.started_at, row.started_by, row.stopped_at = at, actor, None
    row.save(update_fields=["started_at", "started_by", "stopped_at"])
    _note(row, "summary_started", person, actor, at)
    return row


@transaction.atomic
def stop_mails(*, subscription: Subscription, actor: Person, at: datetime | None = None) -> None:
    """What is in the outbox already still goes."""
    at = at or now()
    row = Subscription.objects.select_for_update(of=("self",)).select_related("person").get(pk=subscription.pk)
    if not row.is_active:
        return
    row.stopped_at = at
    row.save(update_fields=["stopped_at"])
    _note(row, "summary_stopped", row.person, actor, at)


def _note(row: Subscription, verb: str, person: Person, actor: Person, at: datetime) -> None:
    record(actor=actor, verb=verb, obj=row, changes={"person": person.number, "rhythm": row.rhythm}, at=at)


def send_due_summaries(*, at: datetime) -> int:
    """Send the summaries whose day has come to all who do not have them; gives how many went into the outbox."""
    office = office_time()
    return sum(send_summary(due, at=at) for rhythm in Rhythm for due in due_periods(rhythm, office.day(at), office))


@transaction.atomic
def send_summary(due: Due, *, at: datetime) -> int:
    """Once to each subscriber, however often it runs: a second sender waits for the first one's rows."""
    rows = Subscription.objects.due(due).with_right(office_time().day(at))
    rows = rows.select_for_update(of=("self",)).select_related("person").order_by("pk")
    people = [row.person for row in rows]
    if not people:
        return 0
    edition = Edition.objects.filter(rhythm=due.rhythm, first=due.period.first).select_related("message").first()
    edition = edition or make_edition(due, at=at)
    have = set(Delivery.objects.filter(message=edition.message).values_list("person", flat=True))
    waiting = [person for person in people if person.pk not in have]
    for person in waiting:
        tell_message(message=edition.message, person=person, at=at)
    return len(waiting)


def make_edition(due: Due, *, at: datetime) -> Edition:
    """Words and PDF in every language, from the functions of the page, as they stand at `at`; in one transaction.

    Optional: a mail of which it is uncertain whether it left is not sent again.
    """
    message = create_message(
        source=f"reports.edition:{due.rhythm}:{due.period.first}",
        message_class=MessageClass.OPTIONAL,
        texts={language: _text(due, language, at) for language, _name in settings.LANGUAGES},
        target_url=page_of(due.period),
        at=at,
    )
    period = due.period
    return Edition.objects.create(rhythm=due.rhythm, first=period.first, last=period.last, made_at=at, message=message)


def _text(due: Due, language: str, at: datetime) -> Text:
    """The words and the PDF of one language show the same counts: both come from one reading."""
    with override(language):
        summary = build_summary(due.period, at=at)
        blob = store_bytes(summary_pdf(summary), content_type="application/pdf", origin=Origin.PORTAL)
        subject, text, html = mail_words(summary, due.rhythm)
    return Text(subject, text, html, file=blob, file_name=file_name(due.period))


def page_of(period: Period) -> str:
    """The summary page of these days, as it counts today."""
    return f"{reverse('reports:summary')}?period=custom&from={period.first}&to={period.last}"

"""Letters that `delivery` keeps for us become messages of their requests, or wait for a person.

A mail only adds words: a public message, or, while the request waits for the requester, the answer. It approves
nothing, closes nothing and opens nothing again.
"""

import time
from contextlib import suppress
from datetime import datetime

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.calendar import CalendarYearMissing
from apps.core.clock import now
from apps.delivery.letters import queue
from apps.delivery.letters.reading import Letter, read_letter
from apps.delivery.models import InboundMail
from apps.journal.models import Attachment
from apps.people.models import Person
from apps.servicedesk.enums import CLOSED_STATES, MOVES, MailReason, MailState, RequestState, Who
from apps.servicedesk.models import MailIn, Request, RequestMessage
from apps.servicedesk.models.mail import TEXT_CHARS
from apps.servicedesk.reopening import may_still_reopen
from apps.servicedesk.rules import capacity, capacity_for
from apps.servicedesk.services.errors import UnableToMove
from apps.servicedesk.services.mail_checks import ASIDE, Case, reason_against
from apps.servicedesk.services.mail_files import refusals, take_files
from apps.servicedesk.services.messages import post_message
from apps.servicedesk.services.requesting import answer
from apps.servicedesk.services.telling import tell_people

log = structlog.get_logger(__name__)
AT_ONCE = 500
SECONDS = 40.0  # a job ends after this time; beat asks again each minute


def sweep_mail(*, at: datetime | None = None, seconds: float = SECONDS) -> int:
    """Take up what `delivery` keeps for us, each once; gives the number. One bad mail does not stop the others."""
    at, ends, done = at or now(), time.monotonic() + seconds, 0
    for number in queue.waiting(AT_ONCE):
        try:
            done += take_up(number, at)
        except Exception:
            log.exception("mail_not_taken_up", inbound=number)
        if time.monotonic() >= ends:
            break
    return done


def take_up(number: int, at: datetime) -> bool:
    """One mail in its own transaction; False when somebody else has it."""
    with queue.taken_up(number) as inbound:
        if inbound is None:
            return False
        if queue.is_worn_out(inbound):
            keep(Case(inbound, unopened(inbound), at), MailReason.BROKEN)
            return True
        letter = read_letter(queue.raw_of(inbound), settings.INBOUND_AUTHSERV_ID)
        case = Case(inbound, letter, at)
        reason = reason_against(case)
        if reason is None:
            reason = write(case)
        if reason is not None:
            keep(case, reason)
    return True


def unopened(inbound: InboundMail) -> Letter:
    """What is known of a mail that is not to be opened again."""
    words = {"subject": inbound.subject, "shown_sender": inbound.sender}
    return Letter(**words, unreadable=True, fingerprint=f"inbound:{inbound.pk}")


def keep(case: Case, reason: MailReason) -> MailIn:
    """The mail waits for a person, or is put aside."""
    aside = reason in ASIDE
    row = row_of(case, state=MailState.ASIDE if aside else MailState.WAITING, reason=reason)
    row.settled_at = case.at if aside else None
    row.person = case.sender if row.is_proved else None
    row.request = case.request  # a hint for whoever places it
    row.save()
    log.info("mail_kept", mail=row.pk, reason=reason.value)
    return row


def row_of(case: Case, **fields: object) -> MailIn:
    letter = case.letter
    return MailIn(
        inbound=case.inbound,
        proof=case.proof,
        sender=letter.sender or letter.shown_sender,
        subject=letter.subject,
        own_id=letter.message_id,
        text=letter.written[:TEXT_CHARS],
        fingerprint=letter.fingerprint,
        received_at=case.inbound.received_at,
        **fields,
    )


def write(case: Case) -> MailReason | None:
    """Add the words to the request; the reason when its person may not."""
    person, request = case.route.person, case.request
    try:
        with transaction.atomic(), translation.override(person.language):
            files, notes = take_files(case.letter, person=person, request=request)
            if not case.letter.written.strip() and not files and not refusals(notes):
                return MailReason.EMPTY
            if len(case.letter.written) > TEXT_CHARS:
                notes.append({"code": "shortened", "name": "", "why": ""})
            body = case.letter.written[:TEXT_CHARS].strip() or _("(files only)")
            message = post(request, person, body, files, case.at)
            row = row_of(case, state=MailState.IN_REQUEST, notes=notes)
            row.person, row.request, row.message = person, message.request, message  # a merged one's words go on
            row.save()
            answer_by_itself(row, at=case.at)
    except (PermissionDenied, UnableToMove):
        return MailReason.NOT_ALLOWED
    return None


def post(request: Request, person: Person, body: str, files: list[Attachment], at: datetime) -> RequestMessage:
    """As the answer where the office waits for one from this person, else as a public message."""
    waits = request.state == RequestState.WAITING_REQUESTER
    if waits and capacity_for(person, "answer", request, at):
        with suppress(UnableToMove), transaction.atomic():  # the office may go on in this moment
            answer(request=request, actor=person, note=body, attachments=files, at=at)
            return RequestMessage.objects.filter(request=request, author=person).latest("pk")
    return post_message(request=request, author=person, body=body, attachments=files, at=at)


def answer_by_itself(row: MailIn, *, at: datetime) -> None:
    """One mail at most, once a day for a person and request: which files were not taken, and how to open again what is
    closed. Never to what a machine wrote (such mails do not come here).
    """
    lines = [*refusals(row.notes), *words_on_closed(row.request, row.person, at)]
    if not lines or MailIn.objects.answered_by_itself(person=row.person, request=row.request, at=at).exists():
        return
    row.auto_answered_at = at
    row.save(update_fields=["auto_answered_at"])
    tell_people(
        [row.person],
        "about_mail",
        request=row.request,
        actor=None,
        at=at,
        note="\n\n".join(lines),
        mail=row.own_id,
        form="reopen" if can_be_reopened(row.request, at) else "",
    )


def words_on_closed(request: Request, person: Person, at: datetime) -> list[str]:
    """Kept as a message, but nobody works on it: what the requester can do."""
    if request.state not in CLOSED_STATES or capacity(person, request, Who.REQUESTER, at) is None:
        return []
    if can_be_reopened(request, at):
        words = _("The request is closed. Your words stand there. Only you can open it again, by the link below.")
        return [words]
    return [_("The request is closed. Your words stand there; for anything new please file a new request.")]


def can_be_reopened(request: Request, at: datetime) -> bool:
    try:
        return request.state in MOVES["reopen"].sources and may_still_reopen(request, at)
    except CalendarYearMissing:
        return False

"""What stands beside a request and names its people, when they are removed (`retention`): participants, watchers,
letters, links, what was noted when it was filed for somebody, requests that come again.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Q

from apps.delivery.letters import queue
from apps.imports.forgetting import forget_rows
from apps.servicedesk.enums import MailState, RecurrenceState, RequestState
from apps.servicedesk.help_figures import with_outcome
from apps.servicedesk.importing.target import OldRequests
from apps.servicedesk.models import (
    ArticleOpening,
    Consent,
    ImportedRequest,
    Link,
    MailIn,
    Participant,
    Recurrence,
    Request,
    StatusLink,
    TimeSpent,
    Watcher,
)

GONE = "—"
OPENINGS_KEPT = timedelta(days=7)  # longer than FILED_WITHIN, shorter than any retention
OPENINGS_AT_ONCE = 5000
Instead = Mapping[int, int]


def forget_company(row: Request, instead: Instead) -> None:
    """Who took part and who watched are removed; a link between requests names only the office."""
    Participant.objects.filter(request=row).delete()
    Watcher.objects.filter(request=row).delete()
    StatusLink.objects.filter(request=row).delete()
    TimeSpent.objects.filter(request=row).update(word="")
    for link in Link.objects.filter(Q(source=row) | Q(target=row), made_by__in=list(instead)):
        link.made_by_id = instead[link.made_by_id]
        link.save(update_fields=["made_by"])


def forget_letters(row: Request, at: datetime) -> int:
    """Mails that stand in the request lose words and bytes; that one came, and when, stays. One that still waits for a
    person is not the request's yet.
    """
    mails = MailIn.objects.filter(Q(request=row) | Q(message__request=row)).exclude(state=MailState.WAITING)
    found = list(mails.values_list("pk", "inbound_id"))
    queue.forget(inbound for _mail, inbound in found)
    emptied = {"subject": "", "text": "", "sender": "", "notes": [], "own_id": "", "person": None, "forgotten_at": at}
    return MailIn.objects.filter(pk__in=[mail for mail, _inbound in found]).update(**emptied)


def forget_filing(row: Request, instead: Instead) -> None:
    """How somebody asked at the counter, an objection and what was found; what an old system told, and its file."""
    for consent in Consent.objects.filter(request=row):
        consent.note, consent.objection = "", consent.objection and GONE
        consent.settlement = consent.settlement and GONE
        consent.noted_by_id = instead.get(consent.noted_by_id, consent.noted_by_id)
        consent.save(update_fields=["note", "objection", "settlement", "noted_by"])
    if ImportedRequest.objects.filter(request=row).update(details=""):
        forget_rows(target=OldRequests.code, object_ids=[row.pk])


def hand_on_recurrences(row: Request, instead: Instead) -> None:
    """A request that still comes again goes on from the newest one made of it; one that has none, or that has ended,
    ends and loses its answers.
    """
    for known in Recurrence.objects.filter(origin=row).select_related("answer_set"):
        newer = newest_of(known)
        if newer and known.state != RecurrenceState.ENDED:
            known.origin = newer
            known.save(update_fields=["origin"])
        else:
            end(known, instead)


def newest_of(known: Recurrence) -> Request | None:
    made = known.rows.filter(request__removed_at__isnull=True, request__isnull=False)
    made = made.exclude(request=known.origin_id).exclude(request__state=RequestState.DRAFT)
    last = made.select_related("request").order_by("-day", "-pk").first()
    return last and last.request


def end(known: Recurrence, instead: Instead) -> None:
    known.state, known.next_at = RecurrenceState.ENDED, None
    known.kept_by_id = instead.get(known.kept_by_id, known.kept_by_id)
    known.version += 1
    known.save(update_fields=["state", "next_at", "kept_by", "version"])
    known.rows.exclude(reason="").update(reason=GONE)
    answers = known.answer_set
    answers.answers = {}
    answers.filled_by_id = instead.get(answers.filled_by_id, answers.filled_by_id)
    answers.version += 1
    answers.save(update_fields=["answers", "filled_by", "version"])


def forget_openings(at: datetime) -> int:
    """Who opened an article is let go once it is known whether a filing followed; what was counted stays."""
    rows = ArticleOpening.objects.filter(person__isnull=False, at__lt=at - OPENINGS_KEPT).order_by("at", "pk")
    found = list(with_outcome(rows).values_list("pk", "was_filed")[:OPENINGS_AT_ONCE])
    for filed in (True, False):
        keys = [pk for pk, was_filed in found if was_filed is filed]
        ArticleOpening.objects.filter(pk__in=keys).update(person=None, filed=filed)
    return len(found)

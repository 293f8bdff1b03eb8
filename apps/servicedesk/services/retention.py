"""Ageing out: some time after closing the person is removed from a request, what was counted stays.

Service, unit, number, states, times, clock and rating stay, so no past figure moves. Requester, whoever filed for them
and everybody who acted on their side become one placeholder that nobody can sign in as; answers, files, messages,
titles, reasons, tasks' words and what was mailed go, and so does everything beside it (`forgetting`). A legal hold
stops it, and so does a request that goes on with this one merged into it.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import translation

from apps.approvals.models import Step
from apps.approvals.services import redact_steps
from apps.core.clock import now
from apps.core.enums import ClockKind
from apps.core.text import localized
from apps.delivery.services import forget_messages
from apps.journal.enums import Origin
from apps.journal.files import store_bytes
from apps.journal.models import Attachment, Entry
from apps.journal.services import forget_forms, record, redact
from apps.people.enums import OFFICE_ROLES
from apps.people.models import Person
from apps.servicedesk.enums import CertificateState
from apps.servicedesk.models import (
    Certificate,
    ClockEntry,
    LegalHold,
    Merge,
    Participant,
    Request,
    RequestMessage,
    RetentionRun,
)
from apps.servicedesk.services import forgetting
from apps.servicedesk.services.holding import lock_holds
from apps.servicedesk.services.moving import lock
from apps.servicedesk.services.texts import write_text
from apps.tasks import services as tasks
from apps.tasks.models import Report, Task

CHUNK = 500
REASON = "retention"
KEPT_CHANGES = ("state", "due_at", "priority", "rating")
NAME = "已移除"
GONE = "—"
FORMS_KEPT = timedelta(days=30)


def due(at: datetime) -> QuerySet:
    """Requests whose time is over at `at` and that nothing holds. The one condition for the run and its preview."""
    return overdue_for_removal(at).exclude(Exists(holds_of_row(at))).exclude(Exists(goes_on_elsewhere()))


def held(at: datetime) -> QuerySet:
    """Requests whose time is over and that a legal hold keeps."""
    return overdue_for_removal(at).filter(Exists(holds_of_row(at)))


def overdue_for_removal(at: datetime) -> QuerySet:
    days = F("service__retention__days") * timedelta(days=1)
    return Request.objects.filter(
        closed_at__isnull=False, removed_at__isnull=True, service__retention__days__isnull=False
    ).filter(closed_at__lt=at - days)


def goes_on_elsewhere() -> QuerySet:
    """The open requests into which a request was merged: what stands in it is still worked with."""
    return Merge.objects.filter(request=OuterRef("pk"), undone_at__isnull=True, into__closed_at__isnull=True)


def holds_of_row(at: datetime) -> QuerySet:
    """The holds that stand over a request: its own, its service's, or one of its people's."""
    return LegalHold.objects.standing(at).filter(
        Q(request=OuterRef("pk"))
        | Q(service=OuterRef("service"))
        | Q(person=OuterRef("requester"))
        | Q(person=OuterRef("filed_by"))
        | Q(person__in=Participant.objects.filter(request=OuterRef(OuterRef("pk"))).values("person"))
    )


def preview(at: datetime) -> list[tuple[int, int]]:
    """(service, requests) that a run at `at` would take, the most first."""
    rows = due(at).order_by().values("service").annotate(count=Count("pk")).order_by("-count", "service")
    return list(rows.values_list("service", "count"))


def run(*, at: datetime | None = None, limit: int | None = None) -> RetentionRun:
    """Remove people from what is due, one request at a time, and write down what was done. Safe to repeat."""
    at = at or now()
    counts: Counter[str] = Counter()
    for pk in list(due(at).order_by("closed_at", "pk").values_list("pk", flat=True)[:limit]):
        counts.update(remove_person(pk, at=at))
    counts["papers"] = empty_old_papers(at)
    counts["openings"] = forgetting.forget_openings(at)
    counts["held"] = held(at).count()
    counts["forms"] = forget_forms(before=at - FORMS_KEPT)
    return RetentionRun.objects.create(at=at, counts={name: count for name, count in counts.items() if count})


@transaction.atomic
def remove_person(pk: int, *, at: datetime) -> dict[str, int]:
    """Remove everybody on the asking side from one request; nothing if it is not due any more."""
    row = lock(Request(pk=pk))
    lock_holds(shared=True)
    if not due(at).filter(pk=pk).exists():
        return {}
    instead = placeholders(row)
    counts = {"requests": 1, "files": remove_files(row, at), "messages": empty_messages(row, instead)}
    empty_answers(row, instead)
    counts["mails"] = forget_messages(source=f"servicedesk.request:{row.pk}")
    row.returns.update(note=GONE, answers_before={})
    row.third_party_waits.update(party=GONE, note="")
    redact_steps(subject=row, reason=REASON, instead=instead, at=at)
    counts["tasks"] = tasks.forget(subject=row, reason=REASON, instead=instead, at=at)
    counts["letters"] = forgetting.forget_letters(row, at)
    forgetting.forget_company(row, instead)
    forgetting.forget_filing(row, instead)
    forgetting.hand_on_recurrences(row, instead)
    counts["entries"] = redact(obj=row, reason=REASON, kept=KEPT_CHANGES, instead=instead, at=at)
    leave_placeholder(row, instead, at)
    empty_clock(row)
    write_text(Request.objects.select_related("answer_set__form_version").get(pk=row.pk))
    record(actor=None, verb="removed", obj=row, internal=True, at=at)
    return counts


def placeholders(row: Request) -> dict[int, int]:
    """Who stands in place of each person on the asking side. Who filed for another stays another."""
    stand_in = placeholder()
    instead = dict.fromkeys(side_of(row), stand_in.pk) | {row.requester_id: stand_in.pk}
    if row.filed_by_id != row.requester_id and row.filed_by_id in instead:
        instead[row.filed_by_id] = placeholder().pk
    return instead


def placeholder() -> Person:
    """Nobody: an inactive account without password, address or post."""
    person = Person(number=f"removed-{uuid4().hex[:16]}", name=NAME, is_active=False)
    person.set_unusable_password()
    person.save()
    return person


def side_of(row: Request) -> set[int]:
    """Everybody who had to do with the request and does not work for the office."""
    found = {row.requester_id, row.filed_by_id, row.urged_by_id}
    for rows in (
        RequestMessage.objects.filter(request=row).values_list("author", "on_behalf_of"),
        Entry.objects.about(row).values_list("actor", "on_behalf_of"),
        Participant.objects.filter(request=row).values_list("person", "added_by"),
        Report.objects.filter(task__in=Task.objects.about(row)).values_list("author", "on_behalf_of"),
    ):
        found.update(key for pair in rows for key in pair)
    office = set(Step.objects.about(row).values_list("decided_by", flat=True)) | {row.handler_id}
    return found - office - workers(found) - {None}


def workers(keys: Iterable[int | None]) -> set[int]:
    """Those of `keys` who hold an office post, or held one."""
    people = Person.objects.filter(pk__in=[key for key in keys if key], posts__role__in=OFFICE_ROLES)
    return set(people.values_list("pk", flat=True))


def empty_answers(row: Request, instead: dict[int, int]) -> None:
    answers = row.answer_set
    answers.answers = {}
    answers.filled_by_id = instead.get(answers.filled_by_id, answers.filled_by_id)
    answers.version += 1
    answers.save(update_fields=["answers", "filled_by", "version"])


def empty_messages(row: Request, instead: dict[int, int]) -> int:
    """Who wrote when stays, as a placeholder on the asking side; what was written goes."""
    rows = list(RequestMessage.objects.filter(request=row))
    for message in rows:
        message.body = GONE
        message.author_id = instead.get(message.author_id, message.author_id)
        message.on_behalf_of_id = instead.get(message.on_behalf_of_id, message.on_behalf_of_id)
    RequestMessage.objects.bulk_update(rows, ["body", "author", "on_behalf_of"])
    return len(rows)


def remove_files(row: Request, at: datetime) -> int:
    """Files of the request and its messages; the bytes go with the nightly removal of orphans. Papers that can still be
    checked stay until they end.
    """
    count = 0
    for thing in (row, *RequestMessage.objects.filter(request=row)):
        files = Attachment.objects.of(thing)
        if thing == row and has_valid_paper(row, at):
            files = files.exclude(role="certificate")
        count += files.delete()[0]
    return count


def has_valid_paper(row: Request, at: datetime) -> bool:
    return any(paper.state_at(at) == CertificateState.VALID for paper in row.certificates.all())


def leave_placeholder(row: Request, instead: dict[int, int], at: datetime) -> None:
    """The row names nobody; its title is that of its service. Nothing that is counted changes."""
    with translation.override(settings.LANGUAGE_CODE):
        title = localized(row.service.name) or row.service.code
    Request.objects.filter(pk=row.pk).update(
        requester=instead[row.requester_id],
        filed_by=instead.get(row.filed_by_id, row.filed_by_id),
        urged_by=instead.get(row.urged_by_id, row.urged_by_id),
        title=title,
        rating_note="",
        version=F("version") + 1,
        removed_at=at,
    )


def empty_clock(row: Request) -> None:
    """The lines of the ledger keep their moments and minutes; a new due time keeps a sign that it had a reason."""
    lines = ClockEntry.objects.filter(request=row).exclude(reason="")
    lines.filter(kind=ClockKind.SET_DUE).update(reason=GONE)
    lines.exclude(kind=ClockKind.SET_DUE).update(reason="")


def empty_old_papers(at: datetime) -> int:
    """Certificates of requests that name nobody lose their words and bytes once they are no longer valid; the number
    stays, and their check page says only that they do not hold.
    """
    count = 0
    rows = Certificate.objects.filter(request__removed_at__isnull=False).exclude(printed={})
    over = Q(expires_at__lte=at) | Q(revoked_at__isnull=False) | Q(replaced_by__isnull=False)
    for paper in rows.filter(over).order_by("pk")[:CHUNK]:
        with transaction.atomic():
            for thing in (paper, paper.request):
                Attachment.objects.of(thing).delete()
            redact(obj=paper, reason=REASON, at=at)
            forget_messages(source=f"servicedesk.certificate:{paper.pk}")
            paper.printed, paper.extra, paper.revoke_reason = {}, {}, paper.revoke_reason and GONE
            paper.person = paper.request.requester
            paper.blob = paper.blob and store_bytes(b"removed\n", content_type="text/plain", origin=Origin.PORTAL)
            paper.save(update_fields=["printed", "extra", "person", "revoke_reason", "blob"])
        count += 1
    return count

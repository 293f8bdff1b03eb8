"""Certificates that are over, and batches of them, lose their words, bytes and people when their time has come.

A certificate of a request follows its request. One of a batch has none: its time is that of the service, counted from
the issue of the batch. What can still be checked stays until it ends; what a batch keeps beside its certificates (what
was looked at, the file for the printer) goes without waiting for that. A legal hold on the service, the request or
anybody named stops each.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from apps.delivery.services import forget_messages
from apps.journal.enums import Origin
from apps.journal.files import store_bytes
from apps.journal.models import Attachment
from apps.journal.services import redact
from apps.people.models import Person
from apps.servicedesk.enums import BatchState
from apps.servicedesk.models import Certificate, LegalHold, PaperBatch, PaperBatchRow
from apps.servicedesk.services.holding import lock_holds

CHUNK = 500
REASON = "retention"
GONE = "—"


def due_papers(at: datetime) -> QuerySet[Certificate]:
    """Certificates that hold no more, of requests that name nobody or of batches whose time is over."""
    over = Q(expires_at__lte=at) | Q(revoked_at__isnull=False) | Q(replaced_by__isnull=False)
    aged = Q(request__removed_at__isnull=False) | Q(batch__in=due_batches(at))
    holds = LegalHold.objects.standing(at).filter(
        Q(person=OuterRef("person")) | Q(request=OuterRef("request")) | Q(service=OuterRef("request__service"))
    )
    return Certificate.objects.filter(over, aged).exclude(printed={}).exclude(Exists(holds))


def due_batches(at: datetime) -> QuerySet[PaperBatch]:
    """Batches whose time is over and whose service nothing holds; what was never issued counts from its first look."""
    days = F("service__retention__days") * timedelta(days=1)
    rows = PaperBatch.objects.exclude(state=BatchState.ISSUING).filter(service__retention__days__isnull=False)
    held = LegalHold.objects.standing(at).filter(service=OuterRef("service"))
    return rows.alias(since=Coalesce("issued_at", "created_at")).filter(since__lt=at - days).exclude(Exists(held))


def empty_papers(at: datetime, *, placeholder: Callable[[], Person]) -> int:
    """The number stays, and the check page says only that it does not hold; gives how many were emptied."""
    rows = due_papers(at).select_related("request").order_by("pk")[:CHUNK]
    stand_in: Person | None = None
    count = 0
    for paper in rows:
        with transaction.atomic():
            lock_holds(shared=True)
            if not due_papers(at).filter(pk=paper.pk).exists():
                continue
            if paper.request is None:
                stand_in = stand_in or placeholder()
            empty_paper(paper, paper.request.requester if paper.request else stand_in, at)
        count += 1
    return count


def empty_paper(paper: Certificate, instead: Person, at: datetime) -> None:
    for thing in filter(None, (paper, paper.request)):
        Attachment.objects.of(thing).delete()
    redact(obj=paper, reason=REASON, instead={paper.person_id: instead.pk}, at=at)
    forget_messages(source=f"servicedesk.certificate:{paper.pk}")
    paper.printed, paper.extra, paper.revoke_reason = {}, {}, paper.revoke_reason and GONE
    paper.person = instead
    paper.blob = paper.blob and store_bytes(b"removed\n", content_type="text/plain", origin=Origin.PORTAL)
    paper.save(update_fields=["printed", "extra", "person", "revoke_reason", "blob"])


@transaction.atomic
def empty_batches(at: datetime) -> int:
    """Rows keep their place, state and certificate; gives how many batches lost something. The sheet with the table of
    everybody goes too: a certificate has its own. What nobody issued is thrown away.
    """
    lock_holds(shared=True)
    held = LegalHold.objects.standing(at).filter(person__isnull=False).values("person")
    rows = PaperBatchRow.objects.exclude(person__in=held).exclude(printed={}, given=GONE, person__isnull=True)
    kept = Exists(PaperBatchRow.objects.filter(batch=OuterRef("pk"), person__in=held))
    shown = Exists(Certificate.objects.filter(batch=OuterRef("pk")).exclude(printed={}))
    parts = {
        "combined": Q(combined__isnull=False) & ~kept,  # the sheets of all are in one file: a hold on one keeps it
        "answers": ~Q(answers={}) & ~shown & ~kept,  # needed while one of them may be issued anew
        "state": Q(state=BatchState.CHECKED),
    }
    tables = tables_of(due_batches(at).exclude(kept).exclude(answers={}))
    wanted = Q(Exists(rows.filter(batch=OuterRef("pk"))), pk__in=tables, _connector=Q.OR)
    for part in parts.values():
        wanted |= part
    found = list(due_batches(at).filter(wanted).order_by("pk").select_for_update(of=("self",))[:CHUNK])
    for batch in found:
        if batch.answers.pop(tables.get(batch.pk, ""), None):
            batch.save(update_fields=["answers"])
    keys = [batch.pk for batch in found]
    lost = {"combined": None, "answers": {}, "state": BatchState.CANCELLED}
    for name, part in parts.items():
        PaperBatch.objects.filter(part, pk__in=keys).update(**{name: lost[name]})
    reason = Case(When(reason="", then=Value("")), default=Value(GONE))
    rows.filter(batch__in=keys).update(printed={}, given=GONE, person=None, reason=reason)
    return len(keys)


def tables_of(batches: QuerySet[PaperBatch]) -> dict[int, str]:
    """The question that holds the table of everybody, by batch; those without such a sheet are left out."""
    keys = ((row, row.template_version.content.get("table")) for row in batches.select_related("template_version"))
    return {row.pk: key for row, key in keys if key and row.answers.get(key)}

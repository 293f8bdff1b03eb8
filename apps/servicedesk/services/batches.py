"""Certificates for a whole class: looked at first, then issued by a job in chunks that may break off and go on.

A batch is no pile of requests: nobody asked, so nothing waits, is late or can be rated. Each person of it has a row
with what would be printed or why not, and afterwards an own certificate, with a number in the order of the rows.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from celery import current_app
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.enums import BatchState, PaperRowState
from apps.servicedesk.models import Certificate, PaperBatch, PaperBatchRow, PaperVersion, Service
from apps.servicedesk.papers import certificates
from apps.servicedesk.papers.batch_rows import own_answers
from apps.servicedesk.papers.certificates import UnableToIssue
from apps.servicedesk.papers.content import read_content
from apps.servicedesk.papers.fields import Holder, holders
from apps.servicedesk.papers.merging import merge
from apps.servicedesk.rules import can_issue_batches
from apps.servicedesk.services.papers import make_paper, note_issued, write_certificate

log = structlog.get_logger(__name__)
MOST = 5000
CHUNK = 50
GIVEN_UP_AFTER = timedelta(minutes=10)  # without a step in between: its worker died


class UnableToBatch(Exception):
    """Nobody is named, or the batch is not in a state for this."""


@transaction.atomic
def check_batch(
    *,
    service: Service,
    version: PaperVersion,
    people: Sequence[Person],
    unknown: Sequence[str] = (),
    answers: Mapping[str, object],
    language: str,
    source: str,
    actor: Person,
    at: datetime | None = None,
) -> PaperBatch:
    """Look at everybody, issue nothing: a row for each of `people` and for each `unknown` number, with what would be
    printed or why not. Raises PermissionDenied, UnableToBatch.
    """
    at = at or now()
    if not can_issue_batches(actor):
        raise PermissionDenied(_("Certificates for many are issued by clerks and the director."))
    if not people:
        raise UnableToBatch(_("Nobody is named. Choose a class, or type numbers that are in the roster."))
    if len(people) + len(unknown) > MOST:
        raise UnableToBatch(_("At most %(most)d people at once.") % {"most": MOST})
    batch = PaperBatch.objects.create(
        service=service,
        template_version=version,
        language=language,
        answers=dict(answers),
        source=source[:200],
        created_by=actor,
        created_at=at,
    )
    look = Look(batch, people, at)
    rows = [look.row(place, person, actor) for place, person in enumerate(people, start=1)]
    left_out = {"batch": batch, "state": PaperRowState.LEFT_OUT, "reason": _("Nobody has this number.")}
    rows += [
        PaperBatchRow(place=place, given=given[:80], **left_out)
        for place, given in enumerate(unknown, start=len(rows) + 1)
    ]
    PaperBatchRow.objects.bulk_create(rows, batch_size=1000)
    record(actor=actor, verb="batch_checked", obj=batch, changes={"people": [None, len(rows)]}, at=at)
    return batch


class Look:
    """What a batch would print at a moment, for some of its people (a fixed number of queries)."""

    def __init__(self, batch: PaperBatch, people: Sequence[Person], at: datetime) -> None:
        self.batch, self.at = batch, at
        self.content = read_content(batch.template_version.content)
        self.questions = certificates.questions_of(batch.service)
        self.holders = holders(people, self.content.holder, certificates.local_date(at))

    def filled(self, person: Person) -> certificates.Filled:
        """Raises UnableToIssue."""
        holder: Holder | None = self.holders.get(person.pk)
        if not person.is_active:
            raise UnableToIssue(_("%(name)s is not active any more.") % {"name": person.name})
        if holder is None:
            raise UnableToIssue(certificates.missing_post(person, self.content.holder))
        return certificates.fill(
            self.content,
            holder,
            questions=self.questions,
            answers=own_answers(self.batch.answers, self.content.table, person),
            language=self.batch.language,
            at=self.at,
        )

    def row(self, place: int, person: Person, actor: Person) -> PaperBatchRow:
        made = PaperBatchRow(batch=self.batch, place=place, person=person, given=person.number)
        try:
            if person == actor:
                raise UnableToIssue(_("Nobody issues a certificate to themselves. Let a colleague do it."))
            made.printed, made.state = self.filled(person).printed, PaperRowState.READY
        except UnableToIssue as error:
            made.state, made.reason = PaperRowState.LEFT_OUT, str(error)[:300]
        return made


@transaction.atomic
def issue_batch(*, batch: PaperBatch, actor: Person, at: datetime | None = None) -> PaperBatch:
    """Let a worker issue what was looked at. Pressed twice, the second time changes nothing.

    Raises PermissionDenied, UnableToBatch (thrown away, nobody would get one).
    """
    at = at or now()
    if not can_issue_batches(actor):
        raise PermissionDenied(_("Certificates for many are issued by clerks and the director."))
    row = PaperBatch.objects.select_for_update().get(pk=batch.pk)
    if row.state in (BatchState.ISSUING, BatchState.DONE):
        return row
    if row.state == BatchState.CANCELLED:
        raise UnableToBatch(_("This batch was thrown away."))
    if row.rows.filter(person=actor, state=PaperRowState.READY).exists():
        raise UnableToBatch(_("You are among these people. Let a colleague issue it."))
    if not row.rows.filter(state=PaperRowState.READY).exists():
        raise UnableToBatch(_("Nobody of these would get a certificate."))
    row.state, row.issued_by, row.issued_at = BatchState.ISSUING, actor, at
    row.save(update_fields=["state", "issued_by", "issued_at"])
    record(actor=actor, verb="batch_issued", obj=row, at=at)
    transaction.on_commit(lambda: ask_for_batch(row.pk), robust=True)
    return row


@transaction.atomic
def throw_away(*, batch: PaperBatch, actor: Person, at: datetime | None = None) -> PaperBatch:
    """Nothing was issued, and nothing will be."""
    if not can_issue_batches(actor):
        raise PermissionDenied(_("Certificates for many are issued by clerks and the director."))
    row = PaperBatch.objects.select_for_update().get(pk=batch.pk)
    if row.state == BatchState.CANCELLED:
        return row
    if row.state != BatchState.CHECKED:
        raise UnableToBatch(_("This batch is issued already; revoke single certificates instead."))
    row.state = BatchState.CANCELLED
    row.save(update_fields=["state"])
    record(actor=actor, verb="batch_cancelled", obj=row, at=at or now())
    return row


def ask_for_batch(batch_id: int) -> None:
    """Ask a worker to issue now; without a broker the next sweep does."""
    try:
        current_app.send_task("servicedesk.issue_batch", args=[batch_id], queue="report", retry=False, expires=240)
    except Exception as error:
        log.warning("nudge_failed", batch_id=batch_id, error=type(error).__name__)


def run_batch(batch_id: int, *, at: datetime | None = None) -> bool:
    """Issue what is left of a batch, draw the sheets, join them; True if this call finished it.

    Claimed first, so that two workers do not draw the same; a worker that died is taken over after ten minutes and
    goes on where it broke off. All papers bear the day on which the batch was issued.
    """
    at = at or now()
    free = Q(started_at__isnull=True) | Q(started_at__lte=at - GIVEN_UP_AFTER)
    if not PaperBatch.objects.filter(free, pk=batch_id, state=BatchState.ISSUING).update(started_at=at):
        return False
    batch = PaperBatch.objects.select_related("service", "template_version__template", "issued_by").get(pk=batch_id)
    while issue_chunk(batch):
        step(batch)
    draw_missing(batch, at)
    return finish_batch(batch, at)


def step(batch: PaperBatch) -> None:
    """Say that the worker lives."""
    PaperBatch.objects.filter(pk=batch.pk).update(started_at=now())


@transaction.atomic
def issue_chunk(batch: PaperBatch) -> int:
    """The next rows in their order get their numbers; gives how many were settled."""
    ready = PaperBatchRow.objects.select_for_update(of=("self",)).filter(batch=batch, state=PaperRowState.READY)
    rows = list(ready.select_related("person").order_by("place")[:CHUNK])
    look = Look(batch, [row.person for row in rows], batch.issued_at)
    for row in rows:
        try:
            row.certificate = write_certificate(
                person=row.person,
                version=batch.template_version,
                filled=look.filled(row.person),
                language=batch.language,
                actor=batch.issued_by,
                at=batch.issued_at,
                batch=batch,
            )
            row.state = PaperRowState.ISSUED
            note_issued(row.certificate)
        except UnableToIssue as error:
            row.state, row.reason = PaperRowState.FAILED, str(error)[:300]
        row.save(update_fields=["state", "reason", "certificate"])
    return len(rows)


def draw_missing(batch: PaperBatch, at: datetime) -> None:
    """The sheets, one by one; one that fails stays for the next sweep and does not stop the others."""
    missing = Certificate.objects.filter(batch=batch, blob__isnull=True).order_by("pk")
    for done, pk in enumerate(list(missing.values_list("pk", flat=True)), start=1):
        try:
            make_paper(pk, at=at)
        except Exception:
            log.exception("paper_failed", certificate_id=pk)
        if not done % CHUNK:
            step(batch)


def finish_batch(batch: PaperBatch, at: datetime) -> bool:
    """Join the sheets into one file to print, once all are there."""
    papers = Certificate.objects.filter(batch_row__batch=batch).order_by("batch_row__place").select_related("blob")
    if papers.filter(blob__isnull=True).exists():
        PaperBatch.objects.filter(pk=batch.pk).update(started_at=None)
        return False
    combined = merge([paper.blob for paper in papers]) if papers else None
    done = {"state": BatchState.DONE, "combined": combined, "finished_at": at}
    return bool(PaperBatch.objects.filter(pk=batch.pk, state=BatchState.ISSUING).update(**done))


def run_waiting_batches(*, at: datetime | None = None) -> int:
    """What no worker heard of, and what a dead one left; gives how many were finished."""
    at = at or now()
    keys = PaperBatch.objects.filter(state=BatchState.ISSUING).order_by("issued_at").values_list("pk", flat=True)
    return sum(run_batch(key, at=at) for key in list(keys))


def counts_of(batch: PaperBatch) -> dict[str, int]:
    """How many rows stand in each state (one query)."""
    rows = PaperBatchRow.objects.filter(batch=batch).values("state").annotate(count=Count("pk"))
    return dict.fromkeys(PaperRowState.values, 0) | dict(rows.values_list("state", "count"))

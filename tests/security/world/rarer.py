"""Rows of the rarer kinds, beside the things that have an address: each has words in it."""

from datetime import date, timedelta

import pgtrigger
from django.utils import timezone

from apps.assignments.enums import Urgency
from apps.assignments.models import Assignment, Call, DueEntry, Verdict
from apps.assignments.models import Extension as Wish
from apps.core.clock import now
from apps.delivery.models import Evidence, InboundMail
from apps.documents.enums import ReaderState
from apps.documents.models import DocumentText, Edition, FileText, LedgerCheck, Reader
from apps.documents.services import note_used_on_paper, reserve_number, void
from apps.imports.models import Batch, Row
from apps.interfaces.models import Try
from apps.journal.models import Attachment
from apps.journal.services import record
from apps.knowledge.services.feedback import say_whether_it_helped
from apps.notices.audience import Rule
from apps.notices.models import CheckRun, MissingRow
from apps.relays.models import Copy, Extension
from apps.replies.models import Reply, ReplyEvent
from apps.servicedesk.enums import Priority
from apps.servicedesk.models import (
    Certificate,
    ImportedRequest,
    PaperBatch,
    RecurrenceDate,
    Return,
    ThirdPartyWait,
    TimeSpent,
)
from apps.servicedesk.plan import plan_to_json
from apps.servicedesk.services.plans import plan_of
from apps.tasks.models import Report
from tests import factories
from tests.documents import factories as papers
from tests.notices import factories as board
from tests.security.world.base import SECRET, World

LABELLED = {"answer.purpose": SECRET, "name": SECRET}
PROBLEM = {"column": "name", "code": "bad_number", "params": {"value": SECRET}, "refuses": True}
IN_JSON = (
    (Batch, {"columns": [{"sheet": SECRET, "line": 1, "titles": ["number", "name", SECRET]}], "problem": SECRET}),
    (
        Row,
        {
            "problems": [PROBLEM],
            "mended": [{"column": "name", "codes": ["filled_down"], "from": SECRET}],
            "before": {"name": SECRET},
            "after": {"name": SECRET},
        },
    ),
    (Edition, {"reason": SECRET, "words": {"title": SECRET}, "files": [{"name": SECRET}]}),
    (LedgerCheck, {"faults": [SECRET]}),
    (Assignment, {"urgency": Urgency.MOST_URGENT, "urgency_name": dict.fromkeys(("zh-hant", "zh-hans", "en"), SECRET)}),
    (Reply, {"returned": {"note": SECRET}}),
    (ReplyEvent, {"remarks": {"note": SECRET}}),
    (Certificate, {"printed": LABELLED, "extra": {"labels": {"answer.purpose": SECRET}}}),
    (PaperBatch, {"answers": {"purpose": SECRET}}),
    (InboundMail, {"parsed": {"text": SECRET}}),
    (Evidence, {"detail": {"answer": SECRET}}),
)


def add_rarer_rows(world: World) -> None:
    """Not part of the world itself: some of these change what may be done next."""
    _beside_the_request(world)
    _beside_notices(world)
    _beside_assignments(world)
    _beside_documents(world)
    say_whether_it_helped(article=world.things["article"].row, person=world.owner, helped=False, word=SECRET)
    type(world.things["mail"].row).objects.update(notes=[{"code": "refused", "name": SECRET, "why": SECRET}])
    with pgtrigger.ignore():
        for model, values in IN_JSON:
            model.objects.update(**values)
    call = world.things["address of a program"].row.calls.get()
    Try.objects.create(call=call, at=now(), status=500, words=SECRET, millis=1)
    record(actor=world.sender, verb="changed", obj=world.things["service"].row, changes={"name": SECRET}, note=SECRET)


def _beside_documents(world: World) -> None:
    row = world.things["document"].row
    person = factories.person("免閱", "staff")
    Reader.objects.create(
        circulation=row.circulations.get(),
        person=person,
        order=9,
        state=ReaderState.EXCUSED,
        excuse=SECRET,
        added_by=world.sender,
    )
    DocumentText.objects.update_or_create(document=row, defaults={"words": SECRET})
    blob = Attachment.objects.of(row).first().blob
    FileText.objects.update_or_create(blob=blob, defaults={"text": SECRET})
    reserve_number(series=papers.series("doc_out"), words=SECRET, until=timezone.localdate(), actor=world.sender)
    used = reserve_number(series=papers.series("doc_out"), words=SECRET, until=timezone.localdate(), actor=world.sender)
    note_used_on_paper(line=used, title=SECRET, receiver=SECRET, on=timezone.localdate(), actor=world.sender)
    gone = papers.entered(world.sender)
    void(document=gone, reason=SECRET, actor=world.people["director"])


def _beside_the_request(world: World) -> None:
    row, day = world.things["request"].row, date(2026, 12, 1)
    task = world.things["task"].row
    Report.objects.create(task=task, text=SECRET, author=task.owner)
    Return.objects.create(
        request=row,
        fields=["purpose"],
        note=SECRET,
        returned_by=world.sender,
        corrected_at=now(),
        answers_before={"purpose": SECRET},
    )
    words = {"party": SECRET, "note": SECRET}
    ThirdPartyWait.objects.create(request=row, expected_on=day, made_by=world.sender, ended_at=now(), **words)
    TimeSpent.objects.create(request=world.things["timed request"].row, person=world.sender, minutes=5, word=SECRET)
    ImportedRequest.objects.create(
        request=row,
        batch=world.things["batch"].row,
        old_number=SECRET,
        folded=SECRET,
        old_state=SECRET,
        details=SECRET,
    )
    planned = world.things["request in approval"].row
    type(row).objects.filter(pk=planned.pk).update(plan=plan_to_json(plan_of(world.things["service"].row)))
    again = world.things["recurring request"].row
    RecurrenceDate.objects.create(recurrence=again, date=day, day=day, state="failed", reason=SECRET)
    row.clock.create(kind="set_due", at=now(), reason=SECRET, new_due_at=now() + timedelta(days=2))
    type(row).objects.filter(pk=row.pk).update(priority=Priority.HIGH, rating_note=SECRET)


def _beside_notices(world: World) -> None:
    line = world.things["unit of a relay"].row
    wanted = now() + timedelta(days=9)
    Extension.objects.create(
        line=line, old=now() + timedelta(days=5), wanted=wanted, reason=SECRET, note=SECRET, asked_by=world.owner
    )
    sent = world.things["notice"].row
    repeated = board.published(world.sender, rule=Rule(numbers=(world.owner.number,)))
    Copy.objects.create(notice=repeated, source=sent, edition=1, note=SECRET)
    run = CheckRun.objects.create(at=now(), notices=1, people=1)
    MissingRow.objects.create(run=run, notice=sent, kind="line", person=world.owner, note=SECRET)


def _beside_assignments(world: World) -> None:
    part, said = world.things["part of an assignment"].row, world.things["reported part"].row.reports.get()
    Verdict.objects.create(report=said, kind="returned", note=SECRET, by=world.sender)
    Call.objects.create(part=part, outcome="no_answer", note=SECRET, by=world.sender)
    due = part.due_at + timedelta(days=3)
    DueEntry.objects.create(part=part, kind="extended", due_at=due, words=SECRET, by=world.sender)
    wish = {"part": part, "old": part.due_at, "wanted": due, "asked_by": world.owner, "decided_by": world.sender}
    Wish.objects.create(state="refused", reason=SECRET, note=SECRET, decided_at=now(), **wish)

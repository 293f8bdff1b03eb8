"""Nothing that hangs on a request is forgotten when its people are removed."""

import json
from datetime import UTC, date, datetime, time

import pytest
from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import InternalError, models, transaction

from apps.delivery.models import InboundMail, ReplyRoute
from apps.imports import services as imports
from apps.imports.models import Batch, Row
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.enums import MailState, RecurrenceState, RequestState
from apps.servicedesk.models import MailIn, Participant, Recurrence, Request, RequestText, Retention, Service, Watcher
from apps.servicedesk.services import retention
from apps.servicedesk.services.texts import rebuild_texts
from apps.tasks import services as tasks
from apps.tasks.models import Report, Task
from tests import factories
from tests.imports.factories import AT, csv_bytes
from tests.servicedesk import factories as desk
from tests.servicedesk import letters
from tests.servicedesk.stories import moment, taken

pytestmark = pytest.mark.django_db
SECRET = "機密之事"
LATER = datetime(2027, 6, 1, 2, tzinfo=UTC)
EMPTIED = {
    "servicedesk.RequestMessage.request": "body, author",
    "servicedesk.Return.request": "note, answers",
    "servicedesk.ThirdPartyWait.request": "party, note",
    "servicedesk.ClockEntry.request": "reason",
    "servicedesk.Certificate.request": "printed, extra, person, bytes; once it is no longer valid",
    "servicedesk.MailIn.request": "text, sender, person, raw bytes",
    "servicedesk.Consent.request": "note, objection, settlement",
    "servicedesk.ImportedRequest.request": "details",
    "servicedesk.Participant.request": "removed",
    "servicedesk.Watcher.request": "removed",
    "servicedesk.StatusLink.request": "removed",
    "servicedesk.TimeSpent.request": "word",
    "servicedesk.RequestText.request": "written anew",
    "servicedesk.Recurrence.origin": "goes on from a newer request, or is ended and emptied",
    "servicedesk.Link.source": "who made it",
    "servicedesk.Link.target": "who made it",
    "tasks.Task.subject": "title, words, reports, files, mails",
    "approvals.Step.subject": "note",
    "journal.Entry.subject": "note, changes, actors of the asking side",
    "journal.Attachment.subject": "removed",
}
KEPT = {
    "servicedesk.Certificate.renewal": "which request followed a certificate: no words",
    "servicedesk.Merge.request": "which request stood in which, by whom of the office: no words",
    "servicedesk.Merge.into": "as Merge.request",
    "servicedesk.Escalation.request": "that a rule spoke up, and when: no words",
    "servicedesk.RatingInvitation.request": "moments only",
    "servicedesk.RecurrenceDate.request": "that a date was made: its words go with the recurrence",
    "servicedesk.LegalHold.request": "why the office kept it is on record, with the office's name",
    "servicedesk.MailIn.draft": "the request is another row's: see MailIn.request",
    "journal.Redaction.subject": "the record that words were taken out",
    "journal.FormReceipt.subject": "gone after a day",
    "assignments.Assignment.subject": "given about papers, with words of its own; a request is not assigned",
    "assignments.DueEntry.subject": "the paper that a unit waits for; requests cannot be named there",
    "seals.SealUse.subject": "the ledger of a seal is kept for itself, by the rules for seals",
}


def keys_to_requests() -> set[str]:
    """Every foreign key to a request, and every generic one, which may lead to a request."""
    found = set()
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created and field.related_model is Request:
                found.add(f"{model._meta.label}.{field.name}")
        generic = any(isinstance(field, GenericForeignKey) for field in model._meta.private_fields)
        if generic or {"subject_type", "subject_id"} <= {field.name for field in model._meta.fields}:
            found.add(f"{model._meta.label}.subject")
    return found


def test_each_key_to_a_request_is_emptied_or_kept_for_a_reason() -> None:
    assert keys_to_requests() - set(EMPTIED) - set(KEPT) == set()
    assert not set(EMPTIED) & set(KEPT)
    assert all({**EMPTIED, **KEPT}.values())


@pytest.fixture
def service() -> Service:
    made = desk.service()
    Retention.objects.create(service=made, days=90)
    return made


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


@pytest.fixture
def mate() -> Person:
    return letters.student("同伴")


@pytest.fixture
def request_(service: Service, clerk: Person, mate: Person, settings: object) -> Request:
    """With a participant who wrote by mail, a watcher, a task with a report, in progress."""
    letters.switched_on(settings)
    row = taken(letters.student(), clerk, of=service, answers={**desk.ANSWERS, "purpose": SECRET})
    services.add_participant(request=row, actor=row.requester, person=mate, may_act=True, at=moment(23, 10))
    services.watch(request=row, actor=factories.clerk("科員乙"), at=moment(23, 10))
    letters.receive(letters.answer(row, mate, SECRET), at=moment(23, 11))
    values = {"title": SECRET, "words": SECRET, "owner": mate}
    given = services.give_task(request=row, actor=clerk, values=values, at=moment(23, 12))
    tasks.report(task=given, actor=mate, text=f"做了 {SECRET}", at=moment(23, 14))
    return row


def closed(row: Request, clerk: Person) -> Request:
    return services.complete(request=row, actor=clerk, note="", at=moment(25, 10))


def dump() -> str:
    labels = ("servicedesk", "questionnaires", "journal", "approvals", "tasks", "delivery")
    rows = [list(model.objects.values()) for label in labels for model in apps.get_app_config(label).get_models()]
    return json.dumps(rows, default=str, ensure_ascii=False)


def names(person: Person) -> set[str]:
    """Where the person is still named in what hangs on requests."""
    found = set()
    for label in ("servicedesk", "tasks", "questionnaires"):
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.fields:
                leads = isinstance(field, models.ForeignKey) and field.related_model is Person
                if leads and model.objects.filter(**{field.name: person}).exists():
                    found.add(f"{model._meta.label}.{field.name}")
    return found


def test_company_tasks_and_letters_go_with_the_people(request_: Request, clerk: Person, mate: Person) -> None:
    closed(request_, clerk)
    assert MailIn.objects.get().state == MailState.IN_REQUEST
    assert SECRET in dump()
    assert retention.run(at=LATER).counts["requests"] == 1

    assert SECRET not in dump()
    assert names(request_.requester) == names(mate) == set()
    assert not Participant.objects.exists()
    assert not Watcher.objects.exists()
    assert not ReplyRoute.objects.exists()
    assert InboundMail.objects.get().blob is None
    assert (Task.objects.get().title, Report.objects.get().text) == ("—", "—")
    assert not list(rebuild_texts(write=False))
    assert RequestText.objects.get().said.startswith(request_.number.lower())


def test_a_report_is_emptied_by_nothing_else(request_: Request) -> None:
    with pytest.raises(InternalError), transaction.atomic():
        Report.objects.update(text="—")


def recurrence(row: Request) -> Recurrence:
    values = {
        "frequency": "weekly",
        "weekday": 1,
        "starts_on": date(2026, 11, 23),
        "ends_on": None,
        "time": time(9),
        "day_off": "next",
        "files_itself": True,
    }
    return services.repeat(request=row, actor=row.requester, values=values, at=moment(23, 15))


def test_what_comes_again_goes_on_from_a_newer_one(request_: Request, clerk: Person) -> None:
    known = recurrence(request_)
    services.run_recurrences(moment(24, 10))
    newer = known.rows.get().request
    assert newer.state == RequestState.SUBMITTED
    closed(request_, clerk)
    retention.run(at=LATER)
    known.refresh_from_db()

    assert (known.origin, known.state) == (newer, RecurrenceState.RUNNING)
    assert known.kept_by == newer.requester


def test_what_has_no_newer_one_ends(request_: Request, clerk: Person) -> None:
    known = recurrence(request_)
    closed(request_, clerk)
    retention.run(at=LATER)
    known.refresh_from_db()

    assert (known.state, known.next_at, known.answer_set.answers) == (RecurrenceState.ENDED, None, {})
    assert not known.kept_by.is_active


def test_a_merged_one_waits_for_the_one_it_stands_in(request_: Request, service: Service, clerk: Person) -> None:
    other = taken(factories.student("乙生"), clerk, of=service)
    services.merge(request=request_, into=other, actor=clerk, note="同一件", at=moment(24, 9))
    assert "requests" not in retention.run(at=LATER).counts

    services.complete(request=other, actor=clerk, at=moment(25, 10))
    assert retention.run(at=LATER).counts["requests"] == 2
    row = Request.objects.get(pk=request_.pk)
    with pytest.raises(services.UnableToMerge):
        services.unmerge(request=row, actor=clerk, note="分開", at=LATER)
    assert Request.objects.get(pk=row.pk).state == RequestState.MERGED


def test_file_of_the_old_system_goes_with_the_people(service: Service, clerk: Person) -> None:
    """Rows of a file name what they became by a number, not by a key: the test of keys above does not see them."""
    student = factories.student(number="S001")
    header = ["申請編號", "學號", "服務事項", "狀態", "申請日期", "辦結日期", "標題", "說明"]
    lines = [
        ["A-001", "S001", service.code, "已辦結", "2026-03-02", "2026-03-03", SECRET, SECRET],
        ["A-002", "S001", service.code, "辦理中", "2026-08-28", "", "還在辦", ""],
    ]
    file = csv_bytes(header, *lines)
    batch, again = (
        imports.stage(data=file, file_name="old.csv", actor=None, target="requests", at=AT) for _each in range(2)
    )
    imports.commit(batch=imports.check(batch=batch, actor=None, at=AT), actor=None, at=AT)
    imports.check(batch=again, actor=None, at=AT)
    old = batch.blob
    assert retention.run(at=LATER).counts["requests"] == 1

    rows = json.dumps(list(Row.objects.values()), default=str, ensure_ascii=False)
    assert (SECRET in rows, "A-001" in rows, "還在辦" in rows) == (False, False, True)
    assert not Batch.objects.filter(blob=old).exists()
    assert SECRET not in dump()
    assert Request.objects.get(requester=student).title == "還在辦"
    with pytest.raises(imports.UnableToUndo) as refused:
        imports.undo(batch=batch, actor=None, at=AT)
    assert refused.value.stayed == 1

"""Every job at every hard moment: what it does then, and that a second run changes nothing.

Jobs with rules of their own about days and hours have them tested beside their app; `test_every_job.py` says where.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.storage import default_storage
from django.http import QueryDict

from apps.core.calendar import office_time
from apps.core.date_rules import DayOff
from apps.core.jobs import beat_heartbeat, check_calendars
from apps.core.models import Heartbeat
from apps.delivery import jobs as delivery
from apps.delivery.enums import DeliveryState, EvidenceKind, Queue
from apps.delivery.inbound import ingest
from apps.delivery.models import Delivery, Evidence
from apps.delivery.services import plan
from apps.delivery.tokens import bounce_address
from apps.imports import jobs as imports
from apps.imports.enums import BatchState
from apps.imports.models import Batch
from apps.interfaces import jobs as interfaces
from apps.interfaces.models import Call, PersonalExport
from apps.interfaces.personal.making import ask_copy
from apps.journal.exporting import ask_export
from apps.journal.files import store_bytes
from apps.journal.jobs import make_export, remove_orphans, scan_blob, sweep_scans
from apps.journal.listings import LISTINGS
from apps.journal.models import Attachment, Blob, ListExport
from apps.notices import jobs as notices
from apps.notices import services as notice_services
from apps.notices.models import Notice, Occurrence
from apps.people.jobs import invite_many
from apps.people.models import Invitation, Person
from apps.servicedesk import jobs as servicedesk
from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import Certificate, MailIn, Request
from apps.servicedesk.papers.certificates import version_for
from apps.servicedesk.services import batches
from apps.servicedesk.services.mail_placing import discard
from tests import factories
from tests.delivery.conftest import Sink, sink
from tests.delivery.factories import mail, message
from tests.delivery.test_inbound import dsn
from tests.imports.factories import CHEN, LIN, roster, staged
from tests.interfaces.listener import listening
from tests.interfaces.test_hooks import subscribed, taken
from tests.jobs.moments import MOMENTS, Moment, freeze, stand_at
from tests.journal.scanner import ScriptedScanner
from tests.notices import factories as make
from tests.notices import series_factories as regular
from tests.people.test_services import imported
from tests.servicedesk import factories as desk
from tests.servicedesk.letters import letter
from tests.servicedesk.test_certificates import issued

__all__ = ["sink"]
pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture(params=MOMENTS.values(), ids=MOMENTS.keys())
def moment(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, settings) -> Moment:
    stand_at(request.param, monkeypatch, settings)
    return request.param


def twice(job: Callable[..., None], *arguments: object) -> None:
    job(*arguments)
    job(*arguments)


def test_heartbeat(moment: Moment) -> None:
    twice(beat_heartbeat)
    assert dict(Heartbeat.objects.values_list("name", "at")) == {"beat": moment.at, "worker": moment.at}


def test_calendar_alarm(moment: Moment, caplog: pytest.LogCaptureFixture) -> None:
    twice(check_calendars)
    assert ("calendar_year_missing" in caplog.text) == (moment.at.year != 2026)  # 2027 is known provisionally


def test_calendar_alarm_begins_in_december(monkeypatch, settings, caplog: pytest.LogCaptureFixture) -> None:
    factories.calendar()
    for at, alarm in ((datetime(2026, 11, 30, 15, 59), False), (datetime(2026, 11, 30, 16, 0), True)):
        freeze(monkeypatch, at.replace(tzinfo=UTC))  # midnight in Shanghai
        check_calendars()
        assert ("calendar_year_missing" in caplog.text) == alarm


def test_outbox_sweep(moment: Moment) -> None:
    claimed = mail(state=DeliveryState.SENDING, lease_until=moment.at - MINUTE)
    held = mail(state=DeliveryState.SENDING, lease_until=moment.at + MINUTE)
    over = mail(about=message(expires_at=moment.at), not_before=moment.at + DAY)
    silent = mail(state=DeliveryState.HANDED_OFF, handed_off_at=moment.at - 3 * DAY)
    young = mail(state=DeliveryState.HANDED_OFF, handed_off_at=moment.at - 3 * DAY + MINUTE)
    twice(delivery.sweep)

    states = dict(Delivery.objects.values_list("pk", "state"))
    wanted = {claimed: "planned", held: "sending", over: "cancelled", silent: "unknown", young: "handed_off"}
    assert states == {row.pk: state for row, state in wanted.items()}


def test_mails_leave_in_mail_hours(moment: Moment, monkeypatch, sink: Sink) -> None:
    person = factories.student()
    plan(message=message(), people=Person.objects.filter(pk=person.pk), at=moment.at)
    twice(delivery.send_due, "notice")
    assert len(sink.taken) == moment.mails

    freeze(monkeypatch, moment.next_mails - MINUTE)
    delivery.send_due("notice")
    assert len(sink.taken) == moment.mails
    freeze(monkeypatch, moment.next_mails)
    delivery.send_due("notice")
    assert len(sink.taken) == 1


def test_urgent_mails_leave_at_once(moment: Moment, sink: Sink) -> None:
    person = factories.student()
    plan(message=message(queue=Queue.URGENT), people=Person.objects.filter(pk=person.pk), at=moment.at)
    twice(delivery.send_due, "urgent")
    assert len(sink.taken) == 1


def test_what_came_in_is_read(moment: Moment) -> None:
    row = mail(state=DeliveryState.HANDED_OFF, handed_off_at=moment.at)
    ingest(dsn(row.address, to=bounce_address(row.pk)))
    twice(delivery.sweep_inbound)
    assert [(fact.kind, fact.happened_at) for fact in Evidence.objects.all()] == [
        (EvidenceKind.BOUNCED_HARD, moment.at)
    ]


def test_canary_flies_at_any_hour(moment: Moment, sink: Sink, settings) -> None:
    settings.CANARY_ADDRESS = "canary@portal.example"
    delivery.send_canary()
    twice(delivery.send_due, "notice")
    assert [taken.recipient for taken in sink.taken] == ["canary@portal.example"]


def test_import_is_checked_and_committed(moment: Moment) -> None:
    batch = staged(roster(LIN))
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.CHECKING)
    twice(imports.check, batch.pk, None)
    batch.refresh_from_db()
    assert batch.state == BatchState.CHECKED
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.COMMITTING)
    twice(imports.commit, batch.pk, None)
    batch.refresh_from_db()
    assert (batch.state, Person.objects.filter(number="S001").count()) == (BatchState.COMMITTED, 1)


def test_import_that_stands_still_is_handed_on(moment: Moment) -> None:
    still, moves = staged(roster(LIN)), staged(roster(LIN))
    Batch.objects.filter(pk=still.pk).update(state=BatchState.CHECKING, progress_at=moment.at - 3 * MINUTE)
    Batch.objects.filter(pk=moves.pk).update(state=BatchState.CHECKING, progress_at=moment.at - MINUTE)
    twice(imports.sweep)
    assert dict(Batch.objects.values_list("pk", "progress_at")) == {
        still.pk: moment.at,
        moves.pk: moment.at - MINUTE,
    }


def test_file_that_came_in_is_let_go_after_90_days(moment: Moment) -> None:
    old, young = staged(roster(LIN)), staged(roster(CHEN))
    for batch, age in ((old, 90 * DAY + MINUTE), (young, 90 * DAY - MINUTE)):
        Batch.objects.filter(pk=batch.pk).update(state=BatchState.COMMITTED, committed_at=moment.at - age)
    twice(imports.forget)
    assert list(Batch.objects.values_list("pk", "forgotten_at").order_by("pk")) == [
        (old.pk, moment.at),
        (young.pk, None),
    ]


def test_orphans_go_after_a_day_of_24_hours(moment: Moment, monkeypatch) -> None:
    kept = []
    for word, age in ((b"old", DAY + MINUTE), (b"young", DAY - MINUTE)):
        freeze(monkeypatch, moment.at - age)
        kept.append(store_bytes(word, content_type="text/plain"))
    freeze(monkeypatch, moment.at)
    twice(remove_orphans)
    assert list(Blob.objects.all()) == kept[1:]
    assert not default_storage.exists(kept[0].path)


def published(moment: Moment, **fields: object) -> Notice:
    make.staff(2)
    clerk = make.ground()
    return notice_services.publish(notice=make.draft(clerk, **fields), actor=clerk)


def test_fan_out_and_round(moment: Moment) -> None:
    notice = published(moment)
    twice(notices.fan_out, notice.pk)
    twice(notices.complete_round, notice.rounds.get().pk)
    notice.refresh_from_db()
    mails = Delivery.objects.filter(message=notice.message, channel="mail")
    assert (notice.published_at, notice.fanned_out_at, notice.mail_planned_at) == (moment.at,) * 3
    assert (notice.obligations.count(), mails.count()) == (2, 2)
    assert set(mails.values_list("not_before", flat=True)) == {moment.next_mails}


def test_round_is_planned_by_itself(moment: Moment) -> None:
    notice = published(moment)
    notice_services.finish_all(moment.at)
    notice.rounds.update(is_complete=False)
    Delivery.objects.all().delete()
    twice(notices.complete_round, notice.rounds.get().pk)
    assert Delivery.objects.filter(channel="mail").count() == 2


def test_evidence_is_taken_over(moment: Moment) -> None:
    notice = published(moment)
    notice_services.finish_all(moment.at)
    person = notice.obligations.order_by("pk").first().person
    make.says(notice, person, EvidenceKind.BOUNCED_HARD, at=moment.at)
    twice(notices.refresh)
    assert make.of(notice, person).state == "bounced"


def test_notices_sweep_publishes_and_ends_on_time(moment: Moment, monkeypatch) -> None:
    clerk = make.ground()
    make.staff(2)
    due, ends = moment.at + 10 * MINUTE, moment.at + timedelta(hours=3)
    notice = make.draft(clerk, publish_at=due, expires_at=ends)
    notice_services.schedule(notice=notice, actor=clerk)
    for at, state in (
        (due - MINUTE, "scheduled"),
        (due, "published"),
        (ends - MINUTE, "published"),
        (ends, "expired"),
    ):
        freeze(monkeypatch, at)
        twice(notices.sweep)
        notice.refresh_from_db()
        assert notice.state == state, at
    assert notice.published_at == due
    assert notice.obligations.count() == 2


def test_notices_sweep_makes_what_a_series_owes_once(moment: Moment, monkeypatch) -> None:
    """Out at its hour at any season; a holiday moves the day, a year without a calendar stops it."""
    clerk = make.ground()
    make.staff(2)
    today = moment.at.astimezone(ZoneInfo(moment.zone))
    begin, hour = today.date() - timedelta(days=1), time(23, 59)
    for name, day_off in (("counted", DayOff.NEXT), ("plain", DayOff.AS_IT_IS)):
        regular.series(
            clerk,
            at=moment.at - timedelta(days=2),
            made_from=regular.template(clerk, name, **regular.plain()),
            name=name,
            frequency="weekly",
            weekday=today.weekday(),
            starts_on=begin,
            publish_time=hour,
            lead_days=0,
            day_off=day_off,
        )
    is_known = today.year < 2028
    due = datetime.combine(today.date(), hour, ZoneInfo(moment.zone)).astimezone(UTC)
    freeze(monkeypatch, due - MINUTE)
    twice(notices.sweep)
    assert not Notice.objects.exists()
    freeze(monkeypatch, due)
    twice(notices.sweep)
    works = is_known and office_time().is_working_day(today.date())
    sent = [row.series.name for row in Occurrence.objects.filter(state="sent").select_related("series")]
    assert sorted(sent) == (["counted", "plain"] if works else ["plain"])
    assert set(Notice.objects.values_list("published_at", flat=True)) == {due}


def test_invitations(moment: Moment, settings) -> None:
    settings.EMAIL_BACKEND = "apps.delivery.backends.OutboxBackend"
    people, clerk = [imported() for _number in range(2)], factories.clerk()
    twice(invite_many, [person.pk for person in people], clerk.pk)
    assert Delivery.objects.filter(queue=Queue.URGENT, not_before=moment.at).count() == 2
    assert set(Invitation.objects.values_list("created_at", flat=True)) == {moment.at}


@pytest.fixture
def late(moment: Moment) -> Request:
    """Taken by a clerk, and late since yesterday."""
    clerk = factories.clerk()
    return desk.request(
        RequestState.IN_PROGRESS, handler=clerk, due_at=moment.at - DAY, submitted_at=moment.at - 5 * DAY
    )


def test_late_requests_are_told_in_office_hours(moment: Moment, late: Request) -> None:
    twice(servicedesk.sweep)
    told = Delivery.objects.filter(person=late.handler, channel="portal")
    assert told.count() == moment.works


def test_batch_is_issued_at_any_hour(moment: Moment) -> None:
    clerk, student, service = factories.clerk(), factories.student(), desk.certificate_service()
    given = {"answers": {"purpose": "x"}, "language": "zh-hant", "source": "x"}
    batch = batches.check_batch(
        service=service, version=version_for(service), people=[student], actor=clerk, at=moment.at, **given
    )
    batches.issue_batch(batch=batch, actor=clerk, at=moment.at)
    twice(servicedesk.issue_batch, batch.pk)
    servicedesk.sweep_batches()
    (paper,) = Certificate.objects.all()
    assert (paper.person, paper.issued_at, paper.blob is None) == (student, moment.at, False)


def test_paper_is_made_at_any_hour(moment: Moment) -> None:
    certificate = issued(factories.student(name_en="Lin Xiaoqing"), factories.clerk())
    twice(servicedesk.make_paper, certificate.pk)
    certificate.refresh_from_db()
    assert certificate.blob is not None
    assert [file.uploaded_at for file in Attachment.objects.filter(role="certificate")] == [moment.at]


def test_letter_is_taken_up_at_any_hour(moment: Moment) -> None:
    ingest(letter("lin@student.example", "office@college.example"))
    delivery.sweep_inbound()
    twice(servicedesk.sweep_mail)
    assert list(MailIn.objects.values_list("received_at", "state")) == [(moment.at, "waiting")]


def test_settled_mail_is_forgotten_after_its_days(moment: Moment, monkeypatch, settings) -> None:
    settings.INBOUND_RAW_DAYS = 3
    ingest(letter("lin@student.example", "office@college.example"))
    delivery.sweep_inbound()
    servicedesk.sweep_mail()
    discard(mail=MailIn.objects.get(), note="no matter of ours", actor=factories.clerk())
    for after, forgotten in ((3 * DAY, False), (3 * DAY + MINUTE, True)):
        freeze(monkeypatch, moment.at + after)
        twice(servicedesk.forget_mail)
        assert (MailIn.objects.get().forgotten_at is not None) == forgotten


def test_programs_are_told_at_any_hour(moment: Moment, settings) -> None:
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    with listening() as listener:
        clerk = factories.clerk()
        subscribed(clerk, listener.url)
        taken(clerk)
        twice(interfaces.sweep_hooks)
        assert (len(listener.heard), Call.objects.get().done_at) == (1, moment.at)


def test_files_are_scanned_at_any_hour(moment: Moment, settings, tmp_path) -> None:
    with ScriptedScanner(tmp_path / "s") as scanner:
        settings.CLAMD_URL = scanner.url
        first, second = (store_bytes(word, content_type="text/plain") for word in (b"one", b"two"))
        twice(scan_blob, first.pk)
        twice(sweep_scans)
        found = Blob.objects.filter(pk__in=(first.pk, second.pk)).values_list("scan_state", "scanned_at")
        assert set(found) == {("clean", moment.at)}
        assert scanner.scans == 2


def test_copies_and_lists_are_made_at_any_hour(moment: Moment) -> None:
    person = factories.director()
    copy = ask_copy(person=person, actor=person)
    sheet = ask_export(listing=LISTINGS["services"], user=person, query=QueryDict())
    twice(interfaces.make_copy, copy.pk)
    twice(make_export, sheet.pk)
    assert (PersonalExport.objects.get().made_at, ListExport.objects.get().made_at) == (moment.at, moment.at)

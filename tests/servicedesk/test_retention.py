"""Ageing out: the person goes, the counts stay."""

from datetime import date, datetime, timedelta
from io import StringIO
from threading import Event, Thread

import pytest
from django.core.management import call_command
from django.db import InternalError, connection, transaction
from django.test import Client
from django.urls import reverse

from apps.core.measure import Period
from apps.delivery.models import Message
from apps.journal.models import Attachment, Entry, Redaction
from apps.people.enums import Role
from apps.people.models import Person
from apps.servicedesk import figures, services
from apps.servicedesk.jobs import remove_people
from apps.servicedesk.measures import values_of
from apps.servicedesk.models import (
    ClockEntry,
    LegalHold,
    Participant,
    Request,
    Retention,
    RetentionRun,
    Service,
)
from apps.servicedesk.services import retention
from apps.servicedesk.services.catalogue import ServiceChanged
from apps.servicedesk.services.clocks import rebuild_clocks
from apps.servicedesk.services.consent import note_consent
from apps.servicedesk.services.holding import UnableToHold, lift_hold, place_hold, save_retention
from tests import factories
from tests.jobs.moments import freeze
from tests.servicedesk import aged
from tests.servicedesk import factories as desk
from tests.servicedesk.aged import LATER, SECRET, dump, run
from tests.servicedesk.stories import MONDAY_ELEVEN, moment, taken

pytestmark = pytest.mark.django_db
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture
def service() -> Service:
    return aged.a_service()


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


@pytest.fixture
def closed(service: Service, clerk: Person) -> Request:
    return aged.closed_request(service, clerk)


def figures_of(at: datetime) -> dict[str, object]:
    """Every measure, and how many rows each opens."""
    rows = {code: figures.rows_for(code, NOVEMBER, at).count() for code in figures.FIGURES}
    return {"values": values_of(NOVEMBER, at), "rows": rows}


def test_no_word_of_it_is_left(closed: Request) -> None:
    assert SECRET in dump()
    assert run()["requests"] == 1

    assert SECRET not in dump()
    row = Request.objects.get(pk=closed.pk)
    assert (row.title, row.rating_note, row.answer_set.answers) == (str(row.service), "", {})
    assert not Attachment.objects.exists()


def test_nobody_of_the_asking_side_is_left(closed: Request) -> None:
    student = closed.requester
    run()
    row = Request.objects.get(pk=closed.pk)

    assert row.requester_id == row.filed_by_id != student.pk
    assert (row.requester.is_active, row.requester.has_usable_password()) == (False, False)
    assert row.answer_set.filled_by_id == row.urged_by_id == row.requester_id
    assert student.pk not in {message.author_id for message in row.messages.all()}
    assert student.pk not in {entry.actor_id for entry in Entry.objects.about(row)}
    assert not Request.objects.visible_to(student).filter(pk=row.pk).exists()
    assert row.handler == closed.handler  # who worked on it did so for the office


def test_no_figure_of_the_past_moves(closed: Request, service: Service, clerk: Person) -> None:
    for n in range(5):
        other = taken(factories.student(), clerk, of=service, at=moment(23, 9 + n % 2))
        services.complete(request=other, actor=clerk, at=moment(24 + n % 3, 10))
        services.rate(request=other, actor=other.requester, score=1 + n, at=moment(27, 10))
    for_somebody = services.start_draft(actor=clerk, service=service, requester=factories.student(), at=moment(23, 9))
    note_consent(request=for_somebody, actor=clerk, asked_by="counter", at=moment(23, 9))
    services.save_draft(request=for_somebody, actor=clerk, answers=desk.ANSWERS, at=moment(23, 9))
    services.submit(request=for_somebody, actor=clerk, at=moment(23, 9))
    services.refuse(request=for_somebody, actor=clerk, note="材料不齊", at=moment(23, 10))
    for at in (moment(30, 17), LATER):
        before = figures_of(at)
        if at == LATER:
            assert run()["requests"] == 7
        assert figures_of(at) == before
    assert figures_of(moment(30, 17))["values"]["received"] == (7, None)


def test_clock_stays_to_the_minute(closed: Request) -> None:
    def clock() -> list[object]:
        row = Request.objects.get(pk=closed.pk)
        lines = list(row.clock.order_by("at", "pk").values_list("kind", "at", "new_due_at", "target_minutes"))
        return [lines, row.due_at, row.used_minutes, row.within_target, row.first_response_minutes, row.number]

    before = clock()
    run()
    assert clock() == before
    assert list(rebuild_clocks(write=False)) == []


def test_second_run_finds_nothing(closed: Request) -> None:
    run()
    assert "requests" not in run()
    assert RetentionRun.objects.count() == 2


def test_job_takes_what_is_over_and_no_more(closed: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closed on 25 November 2026 at ten: 90 days later is 23 February 2027 at ten."""
    over = closed.closed_at + timedelta(days=90)
    for at, gone in ((over, False), (over + timedelta(minutes=1), True)):
        freeze(monkeypatch, at)
        remove_people()
        remove_people()
        assert (Request.objects.get(pk=closed.pk).removed_at == at) == gone


def test_open_ones_and_services_without_a_rule_are_left(closed: Request, service: Service, clerk: Person) -> None:
    Retention.objects.update(days=None)
    assert run() == {}
    Retention.objects.update(days=90)
    taken(factories.student(), clerk, of=service)
    assert run()["requests"] == 1


def test_who_filed_for_another_stays_another(service: Service, clerk: Person) -> None:
    """Counter requests are left out of the first answers by that; it must not change."""
    row = taken(factories.student(), clerk, of=service)
    helper = factories.person("系秘書", Role.UNIT_SECRETARY)
    Request.objects.filter(pk=row.pk).update(filed_by=helper)
    services.complete(request=row, actor=clerk, at=MONDAY_ELEVEN)
    run()
    row.refresh_from_db()

    assert row.filed_by_id not in (helper.pk, row.requester_id)


class TestHistory:
    def test_lines_stay_with_their_moments_and_say_why_they_are_empty(self, closed: Request) -> None:
        before = list(Entry.objects.about(closed).values_list("verb", "at"))
        run()
        after = Entry.objects.about(closed)

        assert list(after.values_list("verb", "at"))[: len(before)] == before
        assert {entry.note for entry in after} == {""}
        found = Redaction.objects.get(subject_id=closed.pk, subject_type__model="request")
        assert (found.reason, found.entries) == ("retention", len(before))

    def test_cannot_be_emptied_without_a_redaction(self, closed: Request) -> None:
        entry = Entry.objects.about(closed).first()
        for change in ({"note": ""}, {"note": "", "changes": {}}, {"at": LATER}, {"verb": "x"}):
            with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
                Entry.objects.filter(pk=entry.pk).update(**change)

    def test_redacted_lines_can_be_emptied_and_nothing_else(self, closed: Request, clerk: Person) -> None:
        run()
        entry = Entry.objects.about(closed).first()
        made_up = ({"changes": {"state": ["x", "y"]}}, {"actor": factories.student()}, {"on_behalf_of": clerk})
        for change in ({"note": "made up"}, {"at": LATER}, {"verb": "x"}, {"internal": True}, *made_up):
            with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
                Entry.objects.filter(pk=entry.pk).update(**change)
        with pytest.raises(InternalError), transaction.atomic():
            entry.delete()
        with pytest.raises(InternalError), transaction.atomic():
            Redaction.objects.update(reason="other")

    def test_ledger_of_the_clock_gives_only_its_words(self, closed: Request) -> None:
        line = ClockEntry.objects.filter(request=closed).exclude(reason="").first()
        with pytest.raises(InternalError), transaction.atomic():
            ClockEntry.objects.filter(pk=line.pk).update(reason="")
        run()
        for change in ({"at": LATER}, {"reason": "made up"}, {"kind": "stop"}):
            with pytest.raises(InternalError), transaction.atomic():
                ClockEntry.objects.filter(pk=line.pk).update(**change)

    def test_mails_keep_that_they_were_sent(self, closed: Request) -> None:
        count = Message.objects.count()
        run()

        assert Message.objects.count() == count
        assert not Message.objects.filter(source__startswith="servicedesk.request").exists()
        assert not Message.objects.exclude(target_url="").exists()


class TestHolds:
    @pytest.mark.parametrize("name", ["request", "person", "service"])
    def test_each_kind_stops_it_until_it_is_lifted(self, closed: Request, clerk: Person, name: str) -> None:
        thing = {"request": closed, "person": closed.requester, "service": closed.service}[name]
        hold = place_hold(actor=clerk, reason="訴訟", at=moment(26, 9), **{name: thing})
        assert run() == {"held": 1}
        assert retention.preview(LATER) == []

        lift_hold(hold=hold, actor=clerk, at=LATER)
        lift_hold(hold=hold, actor=clerk, at=LATER + timedelta(days=1))
        assert LegalHold.objects.get().lifted_at == LATER
        assert run()["requests"] == 1

    def test_one_on_somebody_who_took_part_stops_it_too(self, closed: Request, clerk: Person) -> None:
        friend = factories.student("同學")
        Participant.objects.create(request=closed, person=friend, may_act=False, added_by=clerk)
        place_hold(actor=clerk, reason="訴訟", person=friend, at=moment(26, 9))
        assert run() == {"held": 1}

    def test_ends_by_itself_on_its_day(self, closed: Request, clerk: Person) -> None:
        place_hold(actor=clerk, reason="訴訟", until=LATER.date(), request=closed, at=moment(26, 9))
        assert run(LATER) == {"held": 1}
        assert run(LATER + timedelta(days=1))["requests"] == 1

    @pytest.mark.parametrize("fields", [{}, {"reason": " "}, {"until": date(2020, 1, 1)}])
    def test_needs_one_thing_a_reason_and_a_day_to_come(
        self, closed: Request, clerk: Person, fields: dict[str, object]
    ) -> None:
        values = {"reason": "訴訟", "request": closed} | fields if fields else {"reason": "訴訟"}
        with pytest.raises(UnableToHold):
            place_hold(actor=clerk, at=moment(26, 9), **values)


def test_preview_says_what_the_run_takes(closed: Request, service: Service) -> None:
    over = closed.closed_at + timedelta(days=90)
    assert retention.preview(over) == []
    assert retention.preview(over + timedelta(minutes=1)) == [(service.pk, 1)]


def test_dry_run_counts_and_leaves_everything(closed: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    freeze(monkeypatch, LATER)
    out = StringIO()
    call_command("remove_people", "--dry-run", stdout=out)

    assert "requests: 1" in out.getvalue()
    assert Request.objects.get(pk=closed.pk).removed_at is None
    assert not RetentionRun.objects.exists()
    call_command("remove_people", stdout=out)
    assert Request.objects.get(pk=closed.pk).removed_at == LATER


def test_rule_is_kept_with_its_history_and_a_clash_is_told(clerk: Person) -> None:
    service = desk.service()
    save_retention(service=service, days=365, actor=clerk, known=0)
    save_retention(service=service, days=365, actor=clerk, known=1)
    with pytest.raises(ServiceChanged):
        save_retention(service=service, days=30, actor=clerk, known=0)

    assert Entry.objects.about(service).filter(verb="retention").count() == 1
    with pytest.raises(Exception, match="servicedesk_kept_a_month"), transaction.atomic(), connection.cursor() as row:
        row.execute("UPDATE servicedesk_retention SET days = 3")


class TestPages:
    @pytest.fixture
    def manager(self, client: Client) -> Client:
        client.force_login(factories.administrator(), backend="django.contrib.auth.backends.ModelBackend")
        return client

    def test_rule_of_a_service(self, manager: Client, service: Service) -> None:
        url = reverse("servicedesk:retention_rule", args=[service.code])
        assert manager.get(url).status_code == 200
        assert manager.post(url, {"days": "3", "known": "1"}).status_code == 422
        assert manager.post(url, {"days": "400", "known": "9"}).status_code == 409
        assert manager.post(url, {"days": "400", "known": "1"}).status_code == 302
        assert Retention.objects.get(service=service).days == 400

    def test_hold_is_placed_listed_and_lifted(self, manager: Client, closed: Request) -> None:
        url = reverse("servicedesk:place_hold")
        assert manager.post(url, {"number": "X", "reason": "訴訟"}).status_code == 422
        assert manager.post(url, {"reason": "訴訟"}).status_code == 422
        assert manager.post(url, {"number": closed.number, "reason": "訴訟"}).status_code == 302
        page = manager.get(reverse("servicedesk:retention")).content.decode()
        assert closed.number in page
        assert "訴訟" in page
        manager.post(reverse("servicedesk:lift_hold", args=[LegalHold.objects.get().pk]))
        assert LegalHold.objects.get().lifted_at

    @pytest.mark.parametrize("count", [1, 3])
    def test_overview_costs_the_same(
        self, manager: Client, closed: Request, clerk: Person, count: int, django_assert_num_queries: object
    ) -> None:
        for n in range(count):
            place_hold(actor=clerk, reason=f"訴訟 {n}", request=closed)
            retention.run(at=moment(26, 9))
        url = reverse("servicedesk:retention")
        manager.get(url)
        with django_assert_num_queries(11):
            manager.get(url)

    def test_removed_request_is_still_a_page(self, manager: Client, closed: Request) -> None:
        run()
        for name in ("detail", "clock"):
            assert manager.get(reverse(f"servicedesk:{name}", args=[closed.pk])).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_hold_placed_at_the_same_moment_is_kept_by_a_removal_that_begins_later() -> None:
    """The removal waits for the hold that is being placed, and then sees it."""
    student, clerk = factories.student(), factories.clerk()
    closed = services.complete(request=taken(student, clerk), actor=clerk, at=MONDAY_ELEVEN)
    Retention.objects.create(service=closed.service, days=30)
    begun, found = Event(), []

    def remove() -> None:
        begun.wait(10)
        found.append(retention.run(at=LATER).counts)
        connection.close()

    thread = Thread(target=remove)
    thread.start()
    with transaction.atomic():
        place_hold(actor=clerk, reason="訴訟", person=student, at=moment(26, 9))
        begun.set()
        thread.join(1)  # as long as the hold is not committed, the removal waits
        assert found == []
    thread.join(10)
    assert found == [{"held": 1}]

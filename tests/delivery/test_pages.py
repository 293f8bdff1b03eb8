"""The post room's pages and the person's own list."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.clock import now
from apps.delivery import inbound
from apps.delivery.enums import DeliveryState, EvidenceKind, InboundState, MessageClass
from apps.delivery.models import Delivery, InboundMail
from apps.delivery.services import record_evidence, tell
from apps.people.models import Person
from tests import factories
from tests.delivery.factories import TEXTS, mail, message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]
STRANGE = b"From: someone@else.example\r\nSubject: Hello\r\n\r\nWhat about my mail?\r\n"


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


@pytest.fixture
def room(client: Client, clerk: Person) -> Client:
    client.force_login(clerk)
    return client


def waiting_mail(raw: bytes = STRANGE) -> InboundMail:
    row = inbound.ingest(raw)
    inbound.sweep(now())
    row.refresh_from_db()
    return row


def failed_mail() -> Delivery:
    row = mail(state=DeliveryState.FAILED)
    record_evidence(
        message=row.message,
        person=row.person,
        delivery=row,
        kind=EvidenceKind.FAILED,
        happened_at=now(),
        source_event=f"smtp:{row.pk}:1",
        detail={"code": 554, "answer": "no"},
    )
    return row


OFFICE_PAGES = ("delivery:overview", "delivery:list", "delivery:unmatched")


@pytest.mark.parametrize("name", OFFICE_PAGES)
def test_page_opens_empty(room: Client, name: str) -> None:
    assert room.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", OFFICE_PAGES)
@pytest.mark.parametrize("make", [factories.student, factories.leader])
def test_page_is_for_the_post_room_only(client: Client, name: str, make) -> None:
    client.force_login(make())

    assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("make", [factories.clerk, factories.director, factories.administrator])
def test_post_room_is_open_to(client: Client, make) -> None:
    client.force_login(make())

    assert client.get(reverse("delivery:overview")).status_code == 200


@pytest.mark.parametrize("name", OFFICE_PAGES)
def test_same_queries_with_one_and_three_rows(room: Client, name: str, django_assert_num_queries) -> None:
    def fill(number: int) -> None:
        for _n in range(number):
            mail()
            failed_mail()
            mail(state=DeliveryState.UNCERTAIN)
            waiting_mail(STRANGE + str(InboundMail.objects.count()).encode())

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    fill(1)
    room.get(reverse(name))
    with CaptureQueriesContext(
        connection,
    ) as one:
        room.get(reverse(name))
    fill(2)
    with CaptureQueriesContext(connection) as three:
        room.get(reverse(name))

    assert len(three) == len(one)


def test_list_finds_by_number_and_state(room: Client) -> None:
    wanted, other = mail(factories.student("林找我")), failed_mail()

    by_name = room.get(reverse("delivery:list"), {"q": wanted.person.number})
    by_state = room.get(reverse("delivery:list"), {"state": "failed"})

    assert [row.pk for row in by_name.context["page"].rows] == [wanted.pk]
    assert [row.pk for row in by_state.context["page"].rows] == [other.pk]


def test_detail_shows_the_answer_of_the_server(room: Client) -> None:
    row = failed_mail()

    assert "554 no" in room.get(reverse("delivery:detail", args=[row.pk])).content.decode()


def test_detail_never_shows_the_words_of_an_account_mail(room: Client) -> None:
    row = mail(about=message(message_class=MessageClass.ACCOUNT))

    assert "請於週五前確認" not in room.get(reverse("delivery:detail", args=[row.pk])).content.decode()


def test_detail_of_another_person_is_not_there(client: Client) -> None:
    row = mail()
    client.force_login(factories.student())

    assert client.get(reverse("delivery:detail", args=[row.pk])).status_code == 404


def test_own_detail_shows_no_server_answers(client: Client) -> None:
    row = failed_mail()
    client.force_login(row.person)

    answer = client.get(reverse("delivery:detail", args=[row.pk]))
    assert answer.status_code == 200
    assert "554 no" not in answer.content.decode()


class TestSendAgain:
    def test_plans_the_mail(self, room: Client, clerk: Person) -> None:
        row = failed_mail()

        assert room.post(reverse("delivery:send_again", args=[row.pk])).status_code == 302
        row.refresh_from_db()
        assert row.state == DeliveryState.PLANNED

    def test_second_time_changes_nothing(self, room: Client) -> None:
        row = failed_mail()
        url = reverse("delivery:send_again", args=[row.pk])
        room.post(url)
        planned_for = Delivery.objects.get(pk=row.pk).not_before
        room.post(url)

        assert Delivery.objects.get(pk=row.pk).not_before == planned_for

    def test_bounced_mail_is_refused(self, room: Client) -> None:
        row = mail(state=DeliveryState.BOUNCED_HARD)
        room.post(reverse("delivery:send_again", args=[row.pk]))

        assert Delivery.objects.get(pk=row.pk).state == DeliveryState.BOUNCED_HARD

    def test_reader_may_not(self, client: Client) -> None:
        row = failed_mail()
        client.force_login(row.person)

        assert client.post(reverse("delivery:send_again", args=[row.pk])).status_code == 403

    def test_stranger_finds_nothing(self, client: Client) -> None:
        row = failed_mail()
        client.force_login(factories.student())

        assert client.post(reverse("delivery:send_again", args=[row.pk])).status_code == 404

    def test_get_is_refused(self, room: Client) -> None:
        assert room.get(reverse("delivery:send_again", args=[failed_mail().pk])).status_code == 405


class TestIncoming:
    def test_assign_makes_evidence(self, room: Client, clerk: Person) -> None:
        row = mail(state=DeliveryState.HANDED_OFF)
        bounce = (
            f"From: mailer-daemon@x.example\r\nSubject: Undelivered\r\n\r\n<{row.address}>: 550 5.1.1 user unknown\r\n"
        )
        came = waiting_mail(bounce.encode())

        room.post(reverse("delivery:assign", args=[came.pk]), {"delivery": row.pk})

        row.refresh_from_db()
        came.refresh_from_db()
        assert (row.state, came.state) == (DeliveryState.BOUNCED_HARD, InboundState.MATCHED)
        assert row.evidence.get().recorded_by == clerk

    def test_assign_to_nothing_says_so(self, room: Client) -> None:
        came = waiting_mail()
        answer = room.post(reverse("delivery:assign", args=[came.pk]), {"delivery": 999_999}, follow=True)

        assert len(answer.context["messages"]) == 1
        assert InboundMail.objects.get().state == InboundState.UNMATCHED

    def test_settle_puts_away_once(self, room: Client, clerk: Person) -> None:
        came = waiting_mail()
        url = reverse("delivery:settle", args=[came.pk])
        room.post(url, {"note": "a newsletter"})
        room.post(url, {"note": "another word"})

        came.refresh_from_db()
        assert (came.state, came.note, came.settled_by) == (InboundState.SETTLED, "a newsletter", clerk)

    @pytest.mark.parametrize("verb", ["assign", "settle"])
    def test_without_words_nothing_happens(self, room: Client, verb: str) -> None:
        came = waiting_mail()
        room.post(reverse(f"delivery:{verb}", args=[came.pk]), {})

        assert InboundMail.objects.get().state == InboundState.UNMATCHED

    @pytest.mark.parametrize("verb", ["assign", "settle"])
    def test_stranger_finds_nothing(self, client: Client, verb: str) -> None:
        came = waiting_mail()
        client.force_login(factories.student())

        assert client.post(reverse(f"delivery:{verb}", args=[came.pk])).status_code == 404

    @pytest.mark.parametrize("verb", ["assign", "settle"])
    def test_get_is_refused(self, room: Client, verb: str) -> None:
        assert room.get(reverse(f"delivery:{verb}", args=[waiting_mail().pk])).status_code == 405

    def test_raw_mail_is_a_download(self, room: Client) -> None:
        answer = room.get(reverse("delivery:raw", args=[waiting_mail().pk]))

        assert b"".join(answer.streaming_content) == STRANGE
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["X-Content-Type-Options"] == "nosniff"

    def test_raw_mail_is_not_for_students(self, client: Client) -> None:
        came = waiting_mail()
        client.force_login(factories.student())

        assert client.get(reverse("delivery:raw", args=[came.pk])).status_code == 404


class TestMine:
    def told(self, person: Person, target: str = "/requests/") -> Delivery:
        tell(person=person, source="tests.thing:1", texts=TEXTS, target_url=target)
        return Delivery.objects.in_portal_of(person).latest("pk")

    def test_list_is_empty_at_first(self, client: Client) -> None:
        client.force_login(factories.student())

        assert client.get(reverse("delivery:mine")).status_code == 200

    def test_list_has_only_the_own_messages(self, client: Client) -> None:
        person = factories.student()
        own = self.told(person)
        self.told(factories.student())
        client.force_login(person)

        assert [row.pk for row in client.get(reverse("delivery:mine")).context["page"].rows] == [own.pk]

    def test_opening_is_evidence_and_leads_on(self, client: Client) -> None:
        person = factories.student()
        row = self.told(person)
        client.force_login(person)

        for _twice in range(2):
            assert client.post(reverse("delivery:open", args=[row.pk]))["Location"] == "/requests/"
        row.refresh_from_db()
        assert row.state == DeliveryState.OPENED
        assert row.evidence.filter(kind=EvidenceKind.OPENED).count() == 1

    def test_looking_at_the_list_changes_nothing(self, client: Client) -> None:
        person = factories.student()
        row = self.told(person)
        client.force_login(person)
        client.get(reverse("delivery:mine"))
        client.get(reverse("delivery:message", args=[row.pk]))

        row.refresh_from_db()
        assert row.state == DeliveryState.HANDED_OFF

    def test_address_of_another_site_is_not_followed(self, client: Client) -> None:
        person = factories.student()
        row = self.told(person, target="https://elsewhere.example/")
        client.force_login(person)

        answer = client.post(reverse("delivery:open", args=[row.pk]))
        assert answer["Location"] == reverse("delivery:message", args=[row.pk])

    def test_all_read(self, client: Client) -> None:
        person = factories.student()
        self.told(person), self.told(person)
        client.force_login(person)
        client.post(reverse("delivery:mark_all_read"))

        assert not Delivery.objects.in_portal_of(person).unread().exists()

    def test_message_of_another_is_not_there(self, client: Client) -> None:
        row = self.told(factories.student())
        client.force_login(factories.clerk())

        assert client.get(reverse("delivery:message", args=[row.pk])).status_code == 404
        assert client.post(reverse("delivery:open", args=[row.pk])).status_code == 404

    @pytest.mark.parametrize("name", ["delivery:mark_all_read"])
    def test_get_is_refused(self, client: Client, name: str) -> None:
        client.force_login(factories.student())

        assert client.get(reverse(name)).status_code == 405

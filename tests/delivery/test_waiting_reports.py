"""Reports of text messages that wait for a person: the page, what can be done, who may; nothing they hold is run."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.clock import now
from apps.delivery import reports
from apps.delivery.enums import Channel, DeliveryState
from apps.delivery.models import Delivery, Evidence, StatusReport, Suppression
from apps.delivery.tokens import token
from tests import factories
from tests.delivery.factories import chat, mail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]

PAGE = "delivery:reports"


def kept(told: object, *, minutes: int = 10) -> StatusReport:
    body = told if isinstance(told, bytes) else json.dumps(told, ensure_ascii=False).encode()
    return reports.keep(body, now() - timedelta(minutes=minutes))


def sent() -> Delivery:
    return chat(Channel.SMS, "+8613900000001", state=DeliveryState.HANDED_OFF, remote_id="g-1")


def signed_in(person) -> Client:
    type(person).objects.filter(pk=person.pk).update(language="en")
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def room() -> Client:
    return signed_in(factories.clerk())


def address(verb: str, row: StatusReport) -> str:
    return reverse(f"delivery:{verb}", args=[row.pk])


def lines(room: Client) -> list[int]:
    return [line.report.pk for line in room.get(reverse(PAGE)).context["lines"]]


def test_page_is_for_the_post_room_and_opens_empty(room):
    assert "No report waits" in room.get(reverse(PAGE)).content.decode()
    for person in (factories.student(), factories.leader()):
        assert signed_in(person).get(reverse(PAGE)).status_code == 403


def test_what_waits_is_shown_and_what_the_sweep_may_still_match_is_not(room):
    lost = kept({"id": "g-77", "status": "delivered"})
    broken = kept(b"{not json")
    fresh = kept({"id": "g-78", "status": "delivered"}, minutes=1)
    assert reports.sweep(now()) == 0
    assert set(lines(room)) == {broken.pk, lost.pk}
    assert fresh.pk not in lines(room)
    page = room.get(reverse(PAGE)).content.decode()
    assert "g-77" in page
    assert "{not json" in page
    assert "cannot be read" in page
    overview = room.get(reverse("delivery:overview")).content.decode()
    assert reverse(PAGE) in overview


def test_status_that_nobody_knows_is_kept_with_its_delivery_and_shown(room):
    row = sent()
    report = kept({"reference": token(row.pk), "status": "teleported"}, minutes=0)
    assert reports.sweep(now()) == 0
    report.refresh_from_db()
    assert (report.delivery, report.settled_at) == (row, None)
    row.refresh_from_db()
    assert row.state == DeliveryState.HANDED_OFF, "it proves nothing"
    page = room.get(reverse(PAGE)).content.decode()
    assert "teleported" in page
    assert "status not known" in page
    assert reverse("delivery:detail", args=[row.pk]) in page
    assert reports.sweep(now()) == 0, "it is not tried again and again"


@pytest.mark.parametrize("word", ["sent", "Queued", " accepted "])
def test_word_that_only_says_it_is_on_its_way_waits_for_nobody(room, word):
    report = kept({"reference": token(sent().pk), "status": word})
    assert reports.sweep(now()) == 1
    assert lines(room) == []
    report.refresh_from_db()
    assert report.settled_by is None


def test_given_to_a_delivery_it_is_evidence_under_the_persons_name(room):
    row, report = sent(), kept({"id": "elsewhere", "status": "unknown_number"})
    answer = room.post(address("assign_report", report), {"delivery": row.pk})
    assert answer.url == reverse("delivery:detail", args=[row.pk])
    row.refresh_from_db()
    assert row.state == DeliveryState.BOUNCED_HARD
    fact = row.evidence.get(kind="bounced_hard")
    assert fact.recorded_by is not None
    assert fact.raw == report.blob
    assert Suppression.objects.get().channel == Channel.SMS
    room.post(address("assign_report", report), {"delivery": row.pk})
    assert Evidence.objects.filter(kind="bounced_hard").count() == 1, "a second time changes nothing"
    assert lines(room) == []


def test_what_cannot_be_given_is_told(room):
    known, unknown = kept({"status": "delivered", "id": "x"}), kept({"status": "teleported"})
    other = mail(factories.student())
    for row, number in ((known, other.pk), (known, 10**9), (known, ""), (unknown, sent().pk)):
        answer = room.post(address("assign_report", row), {"delivery": number}, follow=True)
        assert answer.redirect_chain[-1][0] == reverse(PAGE)
        assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert StatusReport.objects.unsettled().count() == 2
    page = room.get(reverse(PAGE)).content.decode()
    assert address("assign_report", known) in page
    assert address("assign_report", unknown) not in page


def test_put_away_with_a_note_and_a_name(room):
    report = kept({"id": "x", "status": "delivered"})
    room.post(address("settle_report", report), {"note": ""})
    assert lines(room) == [report.pk]
    for note in ("other system", "again"):
        room.post(address("settle_report", report), {"note": note})
    report.refresh_from_db()
    assert (report.note, report.settled_by is not None, report.delivery) == ("other system", True, None)
    assert lines(room) == []


@pytest.mark.parametrize("verb", ["assign_report", "settle_report"])
def test_who_may_post(verb):
    report = kept({"id": "x", "status": "delivered"})
    form = {"delivery": 1, "note": "x"}
    for person in (factories.student(), factories.leader()):
        assert signed_in(person).post(address(verb, report), form).status_code == 404
    assert signed_in(factories.clerk()).get(address(verb, report)).status_code == 405
    assert StatusReport.objects.unsettled().count() == 1


def test_body_is_shown_as_text_and_the_raw_report_is_a_download(room):
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>\x1b[31m\u202e'
    report = kept({"id": evil, "status": evil, "detail": "x" * 5_000})
    page = room.get(reverse(PAGE)).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page
    assert "x" * 2_100 not in page, "long bodies are cut on the page"
    raw = room.get(address("raw_report", report))
    assert raw["Content-Disposition"].startswith("attachment")
    assert raw["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in raw["Content-Security-Policy"]
    assert b"script" in b"".join(raw.streaming_content)
    assert signed_in(factories.student()).get(address("raw_report", report)).status_code == 404


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"[1, 2]", b"null", b'{"status": {"a": []}}', b'{"status": 7}'])
def test_nonsense_does_the_page_no_harm(room, body):
    report = kept(body)
    reports.sweep(now())
    assert lines(room) == [report.pk]
    assert room.get(address("raw_report", report)).status_code == 200


def test_same_number_of_queries_with_one_and_three_rows_and_pages(room):
    counts = set()
    for number in (1, 3):
        for place in range(number):
            kept({"reference": token(sent().pk), "status": f"odd-{number}-{place}"})
        reports.sweep(now())
        room.get(reverse(PAGE))
        with CaptureQueriesContext(connection) as found:
            assert room.get(reverse(PAGE)).status_code == 200
        counts.add(len(found))
    assert len(counts) == 1
    for place in range(60):
        kept({"id": f"many-{place}", "status": "delivered"})
    first = room.get(reverse(PAGE))
    assert first.context["page"].next_cursor
    second = room.get(reverse(PAGE), {"cursor": first.context["page"].next_cursor})
    shown = [line.report.pk for page in (first, second) for line in page.context["lines"]]
    assert len(shown) == len(set(shown)) == StatusReport.objects.waiting(now()).count()

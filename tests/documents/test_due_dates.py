"""The due date of a paper: no more time by putting the register right, no guess and no silence without a calendar."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib.messages import WARNING
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core.calendar_years import create_office_calendar
from apps.core.clock import now
from apps.core.models import CalendarDay, CalendarYear
from apps.documents import services
from apps.documents.models import Document
from apps.documents.screens import DocumentScreen
from apps.journal.models import Entry
from apps.people.models import Person
from tests import factories
from tests.documents.factories import NINE, TEN, entered, moment, paper, series, urgency

pytestmark = pytest.mark.django_db


def put_right(row: Document, *, may_extend: bool = False, at: object = TEN, **fields: object) -> Document:
    """The line as it stands, with these fields changed."""
    row.refresh_from_db()
    said = vars(services.paper_of(Document.objects.get(pk=row.pk))) | fields
    return services.correct(
        document=row, paper=services.Paper(**said), version=row.version, reason="更正", actor=row.handler,
        may_extend=may_extend, at=at,
    )  # fmt: skip


def test_another_urgency_gives_no_more_time_without_director_or_leader() -> None:
    row = entered(urgency=urgency("flash"))
    before, longer = row.due_at, urgency("ordinary")
    with pytest.raises(services.UnableToMove, match="director or a leader"):
        put_right(row, urgency=longer)
    with pytest.raises(services.UnableToMove, match="overdue"):
        put_right(row, urgency=longer, may_extend=True, at=moment(30, 9))
    row.refresh_from_db()
    assert (row.due_at, row.urgency.code) == (before, "flash")
    put_right(row, urgency=longer, may_extend=True)
    row.refresh_from_db()
    assert row.due_at > before
    line = Entry.objects.about(row).get(verb="doc_counted")
    assert [datetime.fromisoformat(text) for text in line.changes["due_at"]] == [before, row.due_at]
    assert line.note == "更正"


def test_an_emptied_day_of_answer_gives_no_more_time() -> None:
    row = entered(urgency=urgency("common"), answer_wanted=True, answer_until=date(2026, 11, 24))
    with pytest.raises(services.UnableToMove, match="director or a leader"):
        put_right(row, answer_until=None)
    put_right(row, title="另一個標題", at=moment(30, 9))  # what does not touch the date is put right at any time


def test_what_makes_it_due_earlier_is_put_right_by_the_handler() -> None:
    row = entered(urgency=urgency("ordinary"))
    before = row.due_at
    put_right(row, urgency=urgency("flash"))
    row.refresh_from_db()
    assert row.due_at < before


def test_a_date_that_the_leader_set_stays() -> None:
    row, leader = entered(urgency=urgency("ordinary")), factories.leader()
    said = {"reason": "會前", "actor": leader, "may_extend": True, "at": TEN}
    services.set_due(document=row, due_at=moment(25, 17), **said)
    put_right(row, urgency=urgency("flash"))
    row.refresh_from_db()
    assert row.due_at == moment(25, 17)
    assert DocumentScreen(row, leader, TEN).own_due.actor == leader


def test_a_date_by_hand_explains_only_the_date_that_stands() -> None:
    """A paper whose date was counted anew behind the leader's back does not name the leader any more."""
    row, leader = entered(urgency=urgency("ordinary")), factories.leader()
    said = {"reason": "會前", "actor": leader, "may_extend": True, "at": TEN}
    services.set_due(document=row, due_at=moment(25, 17), **said)
    Document.objects.filter(pk=row.pk).update(due_at=moment(26, 17))
    row.refresh_from_db()
    assert DocumentScreen(row, leader, TEN).own_due is None


def without(year: int) -> None:
    CalendarYear.objects.filter(year=year).delete()
    CalendarDay.objects.filter(day__year=year).delete()


def test_of_two_dates_the_one_that_can_be_counted_stands() -> None:
    without(2027)
    row = entered(urgency=urgency("ordinary"), answer_wanted=True, answer_until=date(2027, 1, 15))
    assert row.due_at == entered(urgency=urgency("ordinary")).due_at


def test_a_date_that_no_calendar_gave_is_counted_in_the_night() -> None:
    without(2027)
    late = moment(30, 10, month=12)
    row = entered(urgency=urgency("common"), at=late)
    done = entered(urgency=urgency("common"), at=late)
    services.close(document=done, words="已閱。", actor=done.handler, at=late)
    assert row.due_at is None
    assert services.count_missing(at=late) == 0
    create_office_calendar(code="office", years=[2026, 2027])
    assert services.count_missing(at=late) == 1
    assert services.count_missing(at=late) == 0
    row.refresh_from_db()
    done.refresh_from_db()
    assert row.due_at is not None
    assert done.due_at is None
    assert Entry.objects.about(row).get(verb="doc_counted").actor is None


def test_signed_for_before_there_was_a_calendar() -> None:
    clerk = factories.clerk()
    series()
    row = services.sign_for(paper=paper(), actor=clerk, at=NINE)
    Document.objects.filter(pk=row.pk).update(calendar_version=None)
    row = services.register(document=row, actor=clerk, at=TEN)
    assert row.due_at is None
    assert services.count_missing(at=TEN) == 1


def test_the_day_of_receipt_is_what_the_time_is_counted_from() -> None:
    """It came on Friday and is entered on Monday."""
    row = entered(urgency=urgency("fastest"), received_on=date(2026, 11, 20), at=NINE)
    assert row.incoming.received_on == date(2026, 11, 20)
    assert row.due_at == moment(23, 17, 30)
    assert entered(urgency=urgency("fastest"), at=NINE).due_at == moment(24, 17, 30)
    assert services.latest(row).words["received_on"] == "2026-11-20"
    flash = entered(urgency=urgency("flash"), received_on=date(2026, 11, 20), at=NINE)
    assert flash.due_at == moment(23, 17, 30)  # from the end of that day: nobody wrote down its hour


def test_a_day_of_receipt_that_lies_ahead_is_refused() -> None:
    with pytest.raises(services.UnableToRegister, match="future"):
        entered(received_on=date(2026, 11, 24), at=NINE)
    row = entered(at=NINE)
    with pytest.raises(services.UnableToRegister, match="future"):
        put_right(row, received_on=date(2026, 11, 24))


def test_a_later_day_of_receipt_is_more_time() -> None:
    row = entered(urgency=urgency("fastest"), received_on=date(2026, 11, 20), at=NINE)
    with pytest.raises(services.UnableToMove, match="director or a leader"):
        put_right(row, received_on=date(2026, 11, 23))
    put_right(row, received_on=date(2026, 11, 19))
    row.refresh_from_db()
    assert row.incoming.received_on == date(2026, 11, 19)


@pytest.fixture
def clerk() -> Person:
    series()
    return factories.clerk()


def typed(**fields: object) -> dict[str, object]:
    return {
        "sender": "學校辦公室",
        "title": "通知",
        "kind": "notice",
        "urgency": urgency("ordinary").pk,
        "purpose": "action",
        "access": "internal",
        "received": "post",
        "copies": 1,
        "act": "register",
    } | fields


def test_the_form_asks_for_the_day_of_receipt(client: Client, clerk: Person) -> None:
    client.force_login(clerk)
    page = client.get(reverse("documents:create")).content.decode()
    assert 'name="received_on"' in page
    refused = client.post(reverse("documents:create"), typed(received_on="2099-01-01"))
    assert refused.status_code == 422
    day = timezone.localdate(now()) - timedelta(days=3)
    client.post(reverse("documents:create"), typed(received_on=day.isoformat()))
    assert Document.objects.get().incoming.received_on == day


def is_warned(answer: HttpResponse) -> bool:
    return any(each.level == WARNING for each in answer.context["messages"])


def test_who_enters_a_paper_without_a_date_is_told(client: Client, clerk: Person) -> None:
    CalendarYear.objects.all().delete()
    client.force_login(clerk)
    assert is_warned(client.post(reverse("documents:create"), typed(), follow=True))
    row = Document.objects.get()
    edited = typed(reason="更正", version=row.version, title="另一個", act="save")
    assert is_warned(client.post(reverse("documents:edit", args=[row.pk]), edited, follow=True))


def test_the_director_gives_more_time_in_the_form_and_the_clerk_does_not(client: Client, clerk: Person) -> None:
    row = entered(clerk, urgency=urgency("flash"), at=now())
    url = reverse("documents:edit", args=[row.pk])
    edited = typed(reason="更正", version=row.version)
    client.force_login(clerk)
    assert client.post(url, edited).status_code == 422
    client.force_login(factories.director())
    assert client.post(url, edited).status_code == 302

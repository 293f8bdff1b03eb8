"""The phone list: whom it shows to whom, what each outcome leaves behind, and that a call proves only what it can."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import Page, expect

from apps.core.calendar import office_time
from apps.core.clock import now
from apps.delivery.models import Evidence
from apps.notices import phone_list
from apps.notices.models import Notice
from apps.people.enums import ContactKind, Role
from apps.people.models import ContactPoint, Person, Unit
from tests import factories
from tests.notices import factories as notices

pytestmark = pytest.mark.django_db
LIST = "/notices/phone/"


class College:
    """Three of one department have no mail and have a phone; a fourth of another department."""

    def __init__(self, at: datetime | None = None) -> None:
        self.clerk = notices.ground()
        root = factories.root_unit()
        self.unit, far = factories.unit("計算機系", parent=root), factories.unit("數學系", parent=root)
        self.secretary = factories.person("系秘書", Role.UNIT_SECRETARY, at=self.unit)
        self.people = [self.member(name, self.unit) for name in ("教師甲", "教師乙", "教師丙")]
        self.other = self.member("別系教師", far)
        self.notice = notices.published(self.clerk, needs_acknowledgement=True, at=at)

    def member(self, name: str, unit: Unit) -> Person:
        person = factories.person(name, Role.STAFF, at=unit)
        person.contacts.all().delete()
        ContactPoint.objects.create(person=person, kind=ContactKind.PHONE, value=f"139{person.pk:08}", is_primary=True)
        return person


@pytest.fixture
def college() -> College:
    return College()


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def shown(user: Person, at: datetime | None = None) -> list[str]:
    return [card.person.name for card in phone_list.cards(user, at or now()) if not card.rests]


def call(user: Person, person: Person, notice: Notice, outcome: str, **more: object) -> object:
    data = {"outcome": outcome, "line": [notices.of(notice, person).pk], **more}
    return signed_in(user).post(reverse("notices:call", args=[person.pk]), data)


def test_secretary_sees_the_own_unit_and_the_office_all(college: College) -> None:
    assert set(shown(college.secretary)) == {"教師甲", "教師乙", "教師丙"}
    assert {"教師甲", "別系教師"} <= set(shown(college.clerk))
    assert signed_in(college.people[0]).get(LIST).status_code == 403


def test_reached_by_mail_and_in_time_is_not_called_and_late_is(college: College) -> None:
    person = factories.person("有信箱", Role.STAFF, at=college.unit)
    due = now() + timedelta(days=2)
    notices.published(college.clerk, needs_acknowledgement=True, acknowledge_by=due)
    assert person.name not in shown(college.secretary)
    assert person.name in shown(college.secretary, due + timedelta(minutes=1))


def test_notice_that_is_over_or_optional_is_nobodys_call(college: College) -> None:
    notices.published(college.clerk, needs_acknowledgement=False, notice_class="optional")
    Notice.objects.filter(pk=college.notice.pk).update(expires_at=now())
    assert shown(college.secretary) == []


def test_told_is_evidence_and_ends_the_calling(college: College) -> None:
    person = college.people[0]

    assert call(college.secretary, person, college.notice, "told").status_code == 302

    line = notices.of(college.notice, person)
    event = Evidence.objects.get(kind="told")
    assert (line.state, event.recorded_by, event.person) == ("told", college.secretary, person)
    assert person.name not in shown(college.secretary)


def test_no_answer_proves_nothing_and_comes_back_after_two_working_hours(college: College) -> None:
    person, before = college.people[0], notices.of(college.notice, college.people[0]).state

    call(college.secretary, person, college.notice, "no_answer", note="忙線")

    assert notices.of(college.notice, person).state == before
    event = Evidence.objects.get(kind="called")
    assert event.detail == {"outcome": "no_answer", "note": "忙線"}
    assert person.name not in shown(college.secretary, event.happened_at)
    back = office_time().add_minutes(event.happened_at, phone_list.AGAIN_AFTER)
    assert person.name not in shown(college.secretary, back - timedelta(minutes=1))
    assert person.name in shown(college.secretary, back)


def test_friday_evening_rests_over_the_weekend() -> None:
    factories.calendar()
    friday = datetime.fromisoformat("2026-11-20T16:30:00+08:00")
    assert phone_list.rests(friday, datetime.fromisoformat("2026-11-22T12:00:00+08:00"))
    assert not phone_list.rests(friday, datetime.fromisoformat("2026-11-23T12:00:00+08:00"))


def test_year_without_calendar_lets_nobody_rest() -> None:
    factories.calendar()
    tried = datetime.fromisoformat("2031-03-03T10:00:00+08:00")
    assert not phone_list.rests(tried, tried + timedelta(minutes=5))


def test_wrong_number_is_not_offered_again(college: College) -> None:
    person = college.people[0]
    number = person.contacts.get().value

    call(college.secretary, person, college.notice, "wrong_number", number=number)

    assert person.contacts.get().dead_at is not None
    [card] = [card for card in phone_list.cards(college.secretary, now()) if card.person == person]
    assert card.phones == []


@pytest.mark.parametrize(
    "data", [{"outcome": "x"}, {"outcome": "told", "line": ["0"]}, {"outcome": "told"}, {"outcome": "wrong_number"}]
)
def test_what_cannot_be_noted_says_so_and_leaves_nothing(college: College, data: dict[str, object]) -> None:
    person = college.people[0]
    data = {"line": [notices.of(college.notice, person).pk], **data} if data["outcome"] == "wrong_number" else data
    answer = signed_in(college.secretary).post(reverse("notices:call", args=[person.pk]), data, follow=True)
    assert answer.status_code == 200
    assert [message.level_tag for message in answer.context["messages"]] in (["error"], ["danger"])
    assert not Evidence.objects.filter(kind__in=("told", "called")).exists()


def test_secretary_of_another_unit_notes_nothing(college: College) -> None:
    call(college.secretary, college.other, college.notice, "told")
    assert not Evidence.objects.filter(kind="told").exists()


def test_same_number_of_queries_for_one_and_for_three(college: College) -> None:
    client = signed_in(college.secretary)
    client.get(LIST)
    counts = []
    for gone in (2, 0):
        Person.objects.filter(pk__in=[person.pk for person in college.people[:gone]]).update(is_active=False)
        Person.objects.filter(pk__in=[person.pk for person in college.people[gone:]]).update(is_active=True)
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(LIST)
        counts.append(len(found))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_secretary_works_the_list_on_a_phone(open_page: Callable[..., Page]) -> None:
    college = College()
    page = open_page(college.secretary)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(LIST)

    def card(name: str):
        return page.locator("main form.card", has=page.get_by_role("heading", name=name))

    for name, button in (("教師甲", "已聯繫並告知"), ("教師乙", "無人接聽"), ("教師丙", "號碼錯誤")):
        expect(card(name).locator("a[href^='tel:']")).to_be_visible()
        card(name).get_by_role("button", name=button).click()
        expect(page.get_by_text(f"已為{name}記錄")).to_be_visible()

    expect(page.get_by_role("heading", name="剛才打過")).to_be_visible()
    expect(page.locator("main form.card")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    states = [notices.of(college.notice, person).state for person in college.people]
    assert states == ["told", "unreachable", "unreachable"]
    boss = open_page(college.clerk)
    boss.goto(reverse("notices:person", args=[college.notice.pk, college.people[1].pk]))
    expect(boss.get_by_text("無人接聽")).to_be_visible()

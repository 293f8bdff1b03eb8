"""Waiting for somebody outside the office, and a request's priority."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from apps.core.enums import ClockKind
from apps.delivery.models import Delivery
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.enums import Priority, RequestState
from apps.servicedesk.models import Request, ThirdPartyWait
from tests import factories
from tests.servicedesk.stories import MONDAY_NINE, completed, filed, moment, taken

pytestmark = pytest.mark.django_db
FRIDAY = moment(27, 0).date()


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


@pytest.fixture
def request_(clerk: Person) -> Request:
    return taken(factories.student(), clerk)


def wait(row: Request, actor: Person, **fields: object) -> Request:
    values = {"party": "教務處", "expected_on": FRIDAY, "note": "等蓋章", "at": moment(23, 10)} | fields
    return services.wait_for_others(request=row, actor=actor, **values)


class TestWait:
    def test_rests_the_clock_and_tells_the_requester(self, request_: Request, clerk: Person) -> None:
        row = wait(request_, clerk)

        assert (row.state, row.due_at, row.pause_limit_at is not None) == (RequestState.WAITING_THIRD, None, True)
        assert row.first_response_at == moment(23, 10)
        found = ThirdPartyWait.objects.get()
        assert (found.party, found.expected_on, found.ended_at) == ("教務處", FRIDAY, None)
        told = Delivery.objects.filter(person=row.requester, channel="portal").last()
        assert "等蓋章" in told.message.texts.get(language="zh-hant").text

    def test_twice_is_once(self, request_: Request, clerk: Person) -> None:
        wait(request_, clerk)
        wait(request_, clerk)

        assert ThirdPartyWait.objects.count() == 1

    @pytest.mark.parametrize(
        "fields",
        [{"party": " "}, {"note": " "}, {"expected_on": moment(23, 0).date()}, {"expected_on": moment(1, 0).date()}],
        ids=["nobody", "no words", "today", "past"],
    )
    def test_needs_who_why_and_a_day_to_come(self, request_: Request, clerk: Person, fields: dict) -> None:
        with pytest.raises(services.UnableToWait):
            wait(request_, clerk, **fields)

        assert Request.objects.get(pk=request_.pk).state == RequestState.IN_PROGRESS

    def test_resuming_settles_it(self, request_: Request, clerk: Person) -> None:
        wait(request_, clerk)
        row = services.resume(request=request_, actor=clerk, at=moment(24, 9))

        assert (row.state, row.pause_limit_at) == (RequestState.IN_PROGRESS, None)
        assert ThirdPartyWait.objects.get().ended_at == moment(24, 9)
        wait(request_, clerk, at=moment(24, 10))
        assert ThirdPartyWait.objects.count() == 2

    def test_withdrawing_settles_it(self, request_: Request, clerk: Person) -> None:
        wait(request_, clerk)
        services.withdraw(request=request_, actor=request_.requester, note="不用了", at=moment(24, 9))

        assert ThirdPartyWait.objects.get().ended_at == moment(24, 9)

    def test_requester_may_not(self, request_: Request) -> None:
        with pytest.raises(PermissionDenied):
            wait(request_, request_.requester)


class TestPriority:
    def test_opens_a_new_target_in_the_ledger(self, request_: Request, clerk: Person) -> None:
        services.save_targets(
            service=request_.service,
            rows={Priority.URGENT: services.Promised(60, 240)},
            actor=clerk,
            known=1,
            at=moment(23, 10),
        )
        row = services.set_priority(
            request=request_, actor=clerk, priority=Priority.URGENT, note="明天出行", at=moment(23, 11)
        )
        line = row.clock.get(kind=ClockKind.SET_TARGET)

        # Filed under version 1, which knows no row for urgent: its own minutes count.
        assert (line.target_minutes, line.first_minutes, line.priority, line.reason) == (960, 240, 2, "明天出行")
        assert row.priority == Priority.URGENT

    def test_same_again_changes_nothing(self, request_: Request, clerk: Person) -> None:
        version = Request.objects.get(pk=request_.pk).version
        services.set_priority(request=request_, actor=clerk, priority=Priority.NORMAL, note="x", at=moment(23, 11))

        assert Request.objects.get(pk=request_.pk).version == version
        assert not request_.clock.filter(kind=ClockKind.SET_TARGET).exists()

    @pytest.mark.parametrize(("priority", "note"), [(7, "急"), (Priority.HIGH, " ")])
    def test_needs_a_known_one_and_a_reason(self, request_: Request, clerk: Person, priority: int, note: str) -> None:
        with pytest.raises(services.UnableToSetPriority):
            services.set_priority(request=request_, actor=clerk, priority=priority, note=note, at=moment(23, 11))

    def test_is_not_for_requesters_nor_for_closed_ones(self, clerk: Person) -> None:
        row = filed(factories.student())
        with pytest.raises(PermissionDenied):
            services.set_priority(request=row, actor=row.requester, priority=Priority.HIGH, note="急")
        done = completed(factories.student(), clerk)
        with pytest.raises(services.UnableToSetPriority):
            services.set_priority(request=done, actor=clerk, priority=Priority.HIGH, note="急", at=moment(23, 11))

    def test_old_form_meets_a_clash(self, request_: Request, clerk: Person) -> None:
        with pytest.raises(services.Changed):
            services.set_priority(request=request_, actor=clerk, priority=Priority.HIGH, note="急", version=1)


class TestPages:
    @pytest.fixture
    def office(self, client: Client, request_: Request) -> Client:
        client.force_login(request_.handler, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def test_wait_is_posted_and_shown_in_plain_words(self, office: Client, clerk: Person) -> None:
        row = filed(factories.student("王同學"), at=MONDAY_NINE)
        services.take(request=row, actor=clerk)
        form = {"party": "出入境管理局", "expected_on": "2099-01-04", "note": "等護照"}
        url = reverse("servicedesk:wait", args=[row.pk])
        assert office.post(url, form).status_code == 422  # too far away

        services.wait_for_others(
            request=row, actor=clerk, party="出入境管理局", expected_on=FRIDAY, note="等護照", at=moment(23, 10)
        )
        office.force_login(row.requester, backend="django.contrib.auth.backends.ModelBackend")
        page = office.get(row.get_absolute_url()).content.decode()
        assert "出入境管理局" in page
        assert "申請人不必做什麼" in page

    def test_priority_is_posted(self, office: Client, request_: Request) -> None:
        url = reverse("servicedesk:set_priority", args=[request_.pk])
        assert office.get(url).status_code == 405
        assert office.post(url, {"priority": "5", "note": "急"}).status_code == 422
        answer = office.post(url, {"priority": "1", "note": "急"})

        assert answer.status_code == 302
        assert Request.objects.get(pk=request_.pk).priority == Priority.HIGH
        assert "較急" in office.get(request_.get_absolute_url()).content.decode()

    def test_explanation_tells_every_part(self, office: Client, request_: Request, clerk: Person) -> None:
        services.set_priority(request=request_, actor=clerk, priority=Priority.HIGH, note="急用", at=moment(23, 11))
        wait(request_, clerk, at=moment(24, 9))
        page = office.get(reverse("servicedesk:clock", args=[request_.pk])).content.decode()

        for words in ("等待 教務處", "緩急改為「較急」", "急用", "提交時的承諾", "首次答覆時限", "第 1 版"):
            assert words in page, words

    def test_explanation_names_holidays_and_make_up_days(self, office: Client, clerk: Person) -> None:
        row = filed(factories.student(), at=moment(30, 17, month=9))
        services.take(request=row, actor=clerk, at=moment(30, 17, month=9))
        services.complete(request=row, actor=clerk, at=moment(12, 9, month=10))
        page = office.get(reverse("servicedesk:clock", args=[row.pk])).content.decode()

        assert page.count("假日：不計時") == 7
        assert page.count("調休上班日：計時") == 1

    @pytest.mark.parametrize("count", [1, 3])
    def test_explanation_costs_the_same_however_long_the_story(
        self, office: Client, request_: Request, clerk: Person, count: int, django_assert_num_queries: object
    ) -> None:
        for day in range(count):
            wait(request_, clerk, at=moment(23 + day, 10), expected_on=moment(30, 0).date(), note=f"第 {day} 次")
            services.resume(request=request_, actor=clerk, at=moment(23 + day, 11))
        url = reverse("servicedesk:clock", args=[request_.pk])
        office.get(url)
        with django_assert_num_queries(13):
            office.get(url)

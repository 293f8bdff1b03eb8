"""What notices give to dashboards and reports, and receipts."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.measure import Period
from apps.core.work_item import Section
from apps.notices import measures, services, work_items
from apps.notices.models import Notice
from apps.notices.receipts import receipt_number
from tests import factories
from tests.notices import factories as notices
from tests.notices.test_views import signed_in

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 16, 9, tzinfo=ZONE)
TODAY = datetime(2026, 11, 23, 10, tzinfo=ZONE)
PERIOD = Period(MONDAY.date(), TODAY.date())


@pytest.mark.parametrize(
    ("due", "section"),
    [
        (None, Section.MINE),
        (TODAY - timedelta(hours=1), Section.OVERDUE),
        (TODAY + timedelta(days=1), Section.SOON),
        (TODAY + timedelta(days=3), Section.MINE),
    ],
)
def test_reader_has_what_is_owed(due: datetime | None, section: Section) -> None:
    clerk = notices.ground()
    (reader,) = notices.staff(1)
    notice = notices.published(clerk, at=MONDAY, acknowledge_by=due)

    (item,) = work_items.for_user(reader, at=TODAY)

    assert (item.section, item.url, item.due_at) == (section, notice.get_absolute_url(), due)


def test_nothing_after_acknowledging() -> None:
    clerk = notices.ground()
    (reader,) = notices.staff(1)
    notice = notices.published(clerk, at=MONDAY)
    services.acknowledge(obligation=notices.of(notice, reader), actor=reader, session_key="s", at=TODAY)

    assert work_items.for_user(reader, at=TODAY) == []


class TestSender:
    def late(self, **fields: object) -> Notice:
        clerk = notices.ground()
        notices.staff(2)
        return notices.published(clerk, at=MONDAY, **fields)

    def test_has_the_late_notice_with_remind(self) -> None:
        notice = self.late(acknowledge_by=TODAY - timedelta(days=1))

        (item,) = work_items.for_user(notice.sender, at=TODAY)

        assert item.section == Section.OVERDUE
        assert [action.url for action in item.actions] == [f"/notices/{notice.pk}/remind/"]
        assert item.actions[0].post

    def test_without_a_day_it_waits_after_five_working_days(self) -> None:
        notice = self.late()

        assert work_items.for_user(notice.sender, at=TODAY - timedelta(days=3)) == []
        (item,) = work_items.for_user(notice.sender, at=TODAY + timedelta(days=1))
        assert item.section == Section.WAITING

    def test_director_sees_all_and_another_clerk_none(self) -> None:
        self.late(acknowledge_by=TODAY - timedelta(days=1))

        assert len(work_items.for_user(factories.director(), at=TODAY)) == 1
        assert work_items.for_user(factories.clerk("乙"), at=TODAY) == []

    def test_same_queries_for_more(self) -> None:
        first = self.late(acknowledge_by=TODAY - timedelta(days=1))
        sender = first.sender
        work_items.for_user(sender, at=TODAY)
        counts = []
        for _round in range(2):
            with CaptureQueriesContext(connection) as captured:
                work_items.for_user(sender, at=TODAY)
            counts.append(len(captured))
            notices.published(sender, at=MONDAY, acknowledge_by=TODAY - timedelta(days=1))
        assert counts[0] == counts[1]


class TestMeasures:
    @pytest.fixture
    def found(self) -> dict[str, object]:
        clerk = notices.ground()
        readers = notices.staff(4)
        factories.person("無郵箱", "staff", mail=None)
        notice = notices.published(clerk, at=MONDAY, acknowledge_by=MONDAY + timedelta(days=2))
        lines = [notices.of(notice, reader) for reader in readers]
        services.acknowledge(obligation=lines[0], actor=readers[0], session_key="s", at=MONDAY + timedelta(days=1))
        services.acknowledge(obligation=lines[1], actor=readers[1], session_key="s", at=MONDAY + timedelta(days=3))
        services.open_notice(obligation=lines[2], actor=readers[2], session_key="s", at=MONDAY + timedelta(days=1))
        notices.published(clerk, at=MONDAY - timedelta(days=30))
        return {measure.code: measure for measure in measures.for_period(PERIOD, TODAY)}

    def test_values(self, found: dict[str, object]) -> None:
        assert {code: (measure.value, measure.of) for code, measure in found.items()} == {
            "notice_coverage": (60.0, 5),
            "notices_in_time": (20.0, 5),
            "notices_unreachable": (1, 5),
            "mandatory_notices": (1, None),
            "mandatory_addressed": (5, None),
            "mandatory_reminders": (0.0, None),
        }

    @pytest.mark.parametrize(
        ("code", "count"), [("notice_coverage", 3), ("notices_in_time", 1), ("notices_unreachable", 1)]
    )
    def test_address_opens_exactly_the_rows_counted(self, found: dict[str, object], code: str, count: int) -> None:
        answer = signed_in(factories.leader()).get(found[code].rows_url)

        assert len(answer.context["page"].rows) == count

    def test_only_what_was_known_then(self, found: dict[str, object]) -> None:
        then = measures.for_period(PERIOD, MONDAY + timedelta(hours=1))

        assert [measure.value for measure in then][:2] == [0.0, 0.0]
        assert then[0].is_partial

    def test_empty_period_has_no_value(self) -> None:
        empty = measures.for_period(Period(MONDAY.date(), MONDAY.date()), TODAY)

        assert [measure.value for measure in empty] == [None, None, 0, 0, 0, None]


def test_receipt_is_stable_distinct_and_easy_to_read() -> None:
    made = {receipt_number(key, 2026) for key in range(2000)}

    assert len(made) == 2000
    assert receipt_number(7, 2026) == receipt_number(7, 2026)
    assert not set("".join(made)) & set("O1")
    assert len(receipt_number(7, 2026)) == len("2026-ABCDE-FGHIJ")

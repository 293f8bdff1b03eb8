"""Templates and series for tests."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from apps.core.date_rules import DayOff, Frequency
from apps.notices.enums import NoticeClass
from apps.notices.models import Notice, NoticeTemplate, Occurrence, Series
from apps.notices.services.occurrences import run_series
from apps.notices.services.series import create_series
from apps.notices.services.templates import create_template
from apps.people.models import Person, Unit
from tests import factories
from tests.notices.factories import STAFF

SHANGHAI = ZoneInfo("Asia/Shanghai")
TITLE = {"zh-hant": "{年月}安全檢查", "en": "Safety check, {month}"}
BODY = {
    "zh-hant": "<p>請於<strong>{期限}</strong>前自查。</p>",
    "en": "<p>Please check by <strong>{deadline}</strong>.</p>",
}


def local(*place: int) -> datetime:
    return datetime(*place, tzinfo=SHANGHAI)


def content(**fields: object) -> dict[str, object]:
    return {
        "title": TITLE,
        "body": BODY,
        "notice_class": NoticeClass.MANDATORY,
        "needs_acknowledgement": True,
        "acknowledge_days": 5,
        "ends_days": 15,
        "reminder_days": [-1, 0],
        "ladder": [],
        "robots": [],
        "saved_audience": None,
        "audience": STAFF.as_json(),
        **fields,
    }


def plain() -> dict[str, object]:
    """Content that counts no working day."""
    words = {"title": {"en": "Check"}, "body": {"en": "<p>Please check.</p>"}}
    return {**words, "acknowledge_days": None, "ends_days": None}


def template(
    owner: Person, name: str = "每月安全通知", *, unit: Unit | None = None, **fields: object
) -> NoticeTemplate:
    return create_template(name=name, unit=unit, values=content(**fields), actor=owner)


def settings_of(made_from: NoticeTemplate, **fields: object) -> dict[str, object]:
    """Each month on day 5 at nine, the draft two working days before, by itself."""
    return {
        "name": "每月安全",
        "template": made_from,
        "unit": factories.office(),
        "saved_audience": None,
        "frequency": Frequency.MONTHLY,
        "every": 1,
        "weekday": None,
        "month_day": 5,
        "month": None,
        "nth": None,
        "starts_on": date(2026, 1, 1),
        "ends_on": None,
        "publish_time": time(9),
        "day_off": DayOff.NEXT,
        "lead_days": 2,
        "waits_for_go": False,
        **fields,
    }


def series(sender: Person, *, at: datetime, made_from: NoticeTemplate | None = None, **fields: object) -> Series:
    return create_series(values=settings_of(made_from or template(sender), **fields), actor=sender, at=at)


def sweep(at: datetime) -> int:
    """Twice, as beat may: the second time must find nothing to do."""
    made = run_series(at)
    assert run_series(at) == 0
    return made


def story(row: Series) -> list[tuple[date, str]]:
    return list(Occurrence.objects.filter(series=row).order_by("date").values_list("date", "state"))


def only_notice() -> Notice:
    return Notice.objects.get()

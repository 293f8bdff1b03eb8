"""Two templates, and a series that sends one of them each month."""

from datetime import datetime, time

from django.utils import timezone

from apps.core.date_rules import DayOff, Frequency
from apps.demo.college import College, words
from apps.demo.people import Cast
from apps.notices.audience import Line, Rule
from apps.notices.enums import NoticeClass
from apps.notices.models import SavedAudience
from apps.notices.services.audiences import create_audience
from apps.notices.services.occurrences import run_series
from apps.notices.services.series import create_series
from apps.notices.services.templates import create_template
from apps.people.enums import Role

SAFETY = (
    words("{年月}安全自查", "{年月}安全自查", "Safety check, {month}"),
    words(
        "<p>請各系各實驗室於<strong>{期限}</strong>前完成{年月}安全自查，並確認本通知。</p>",
        "<p>请各系各实验室于<strong>{期限}</strong>前完成{年月}安全自查，并确认本通知。</p>",
        "<p>Please finish the safety check of {month} by <strong>{deadline}</strong>, and acknowledge this notice.</p>",
    ),
)
TERM = (
    words("{學期}開學安排", "{学期}开学安排", "Start of {term}"),
    words(
        "<p>{學期}開學在即，請按時報到註冊。</p>",
        "<p>{学期}开学在即，请按时报到注册。</p>",
        "<p>{term} is about to start; please register on time.</p>",
    ),
)


def make_series(cast: Cast, college: College, *, at: datetime) -> int:
    """Gives the number of templates. The series' first draft is there when its day is near."""
    clerk = cast.by_login["clerk"]
    staff = Rule(lines=(Line(roles=(Role.STAFF,)),))
    audience = create_audience(name="全體教職工", rule=staff, unit=None, actor=clerk, at=at)
    safety = create_template(name="每月安全通知", unit=None, values=_content(SAFETY, audience), actor=clerk, at=at)
    create_template(name="開學通知", unit=None, values=_content(TERM, None), actor=clerk, at=at)
    values = {
        "name": "每月安全自查",
        "template": safety,
        "unit": college.office,
        "saved_audience": None,
        "frequency": Frequency.WORKING_DAY,
        "every": 1,
        **dict.fromkeys(("weekday", "month_day", "month")),
        "nth": 1,
        "starts_on": timezone.localtime(at).date(),
        "ends_on": None,
        "publish_time": time(9),
        "day_off": DayOff.NEXT,
        "lead_days": 5,
        "waits_for_go": True,
    }
    create_series(values=values, actor=clerk, at=at)
    run_series(at)
    return 2


def _content(said: tuple[dict[str, str], dict[str, str]], audience: SavedAudience | None) -> dict[str, object]:
    title, body = said
    return {
        "title": title,
        "body": body,
        "notice_class": NoticeClass.MANDATORY,
        "needs_acknowledgement": True,
        "acknowledge_days": 5,
        "ends_days": 15,
        "reminder_days": [-1, 0, 1],
        "ladder": [],
        "robots": [],
        "saved_audience": audience,
        "audience": {},
    }

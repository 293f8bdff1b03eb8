"""A notice to departments in mid-run: one has reported, one has signed, the others are still to sign."""

from datetime import datetime, timedelta

from django.utils import timezone

from apps.core.calendar import office_time
from apps.demo.college import College, words
from apps.demo.people import Cast
from apps.notices.enums import NoticeClass
from apps.notices.models import Notice
from apps.notices.services import complete_round, create_draft, fan_out, publish
from apps.people.enums import Role
from apps.people.models import Person, Post, Unit
from apps.relays import services
from apps.relays.models import Relay, RelayLine


def make_relays(cast: Cast, college: College, *, at: datetime) -> int:
    """Gives the number of units that it went to."""
    working, own = office_time(), cast.unit_of[cast.by_login["secretary"].pk]
    start = min(working.next_opening(at - timedelta(hours=3)), at - timedelta(minutes=30))
    others = [unit for unit in college.departments if unit.pk != own.pk][:3]
    secretaries = [each for unit in others[:2] if (each := _secretary(cast, unit, start))]
    relay = _relay(cast, college, [own, *others], start)
    for place, (unit, secretary) in enumerate(zip(others, secretaries, strict=False)):
        line = RelayLine.objects.get(relay=relay, unit=unit)
        services.sign(line=line, actor=secretary, at=start + timedelta(minutes=5))
        if place == 0:
            line = services.pass_on(
                line=line, actor=secretary, note="請各位老師今天確認。", at=start + timedelta(minutes=10)
            )
            _send(line.passed_on, start + timedelta(minutes=10))
            services.report(line=line, actor=secretary, text="已轉發，三人報名。", at=start + timedelta(minutes=20))
    services.climb(at)
    return relay.lines.count()


def _secretary(cast: Cast, unit: Unit, at: datetime) -> Person | None:
    """Somebody of the staff there looks after the department too."""
    found = next((person for person in cast.staff if cast.unit_of.get(person.pk) == unit), None)
    if found:
        first = timezone.localtime(at).date() - timedelta(days=200)
        Post.objects.get_or_create(person=found, unit=unit, role=Role.UNIT_SECRETARY, defaults={"valid_from": first})
    return found


def _relay(cast: Cast, college: College, units: list[Unit], at: datetime) -> Relay:
    clerk, working = cast.by_login["clerk"], office_time()
    due = working.end_of_day(working.next_working_day(working.day(at), 3))
    values = {
        "title": words("實驗室安全自查", "实验室安全自查", "Laboratory safety check"),
        "body": words(
            "<p>請各系轉發有關教師，並回報自查結果。</p>",
            "<p>请各系转发有关教师，并回报自查结果。</p>",
            "<p>Please pass this on to your teachers and report what you found.</p>",
        ),
        "notice_class": NoticeClass.MANDATORY,
        "needs_acknowledgement": True,
        "audience": {},
        "unit": college.office,
        "publish_at": None,
        "acknowledge_by": due,
        "expires_at": None,
    }
    notice = create_draft(actor=clerk, values=values, at=at - timedelta(hours=1))
    asks = "自查人數、發現的問題及整改時間"
    relay = services.relay(notice=notice, actor=clerk, units=units, asks=asks, report_by=due, at=at)
    _send(publish(notice=Notice.objects.get(pk=notice.pk), actor=clerk, at=at), at)
    services.start_lines(at)
    return relay


def _send(notice: Notice, at: datetime) -> None:
    fan_out(notice.pk, at)
    for row in notice.rounds.all():
        complete_round(row.pk, at)

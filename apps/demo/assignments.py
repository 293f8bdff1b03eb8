"""An instruction to departments in mid-run: the lead has it in hand, one helper's report came back, one is to sign."""

from datetime import datetime, timedelta

from apps.assignments import services
from apps.assignments.enums import PartRole
from apps.assignments.models import Part
from apps.assignments.services import PartWanted
from apps.core.calendar import office_time
from apps.demo.college import College
from apps.demo.people import Cast
from apps.notices.models import Notice
from apps.people.enums import Role
from apps.people.models import Person, Post, Unit
from apps.people.unit_people import holders_of


def make_assignments(cast: Cast, college: College, *, at: datetime) -> int:
    """Gives the number of parts. The secretary of the cast has the lead."""
    working, own = office_time(), cast.unit_of[cast.by_login["secretary"].pk]
    start = working.next_opening(at - timedelta(days=4))
    units = [own, *[unit for unit in college.departments if unit.pk != own.pk][:2]]
    due = working.end_of_day(working.next_working_day(working.day(at), 2))
    row = services.give(
        subject=Notice.objects.order_by("pk").first(),
        title="彙整各系實驗室安全自查結果",
        words="請於期限內自查，由主辦單位彙整報院。",
        parts=[
            PartWanted(unit, PartRole.HELPER if place else PartRole.LEAD, "自查結果及整改時間", wants=("count",))
            for place, unit in enumerate(units)
        ],
        actor=cast.by_login["clerk"],
        on_behalf_of=cast.by_login["leader"],
        due_at=due,
        at=min(start, at - timedelta(hours=1)),
    )
    helped = _part(row.pk, units[1])
    secretary = _first(units[1], Role.UNIT_SECRETARY)
    if secretary:
        services.sign(part=helped, actor=secretary, at=at - timedelta(minutes=50))
        services.report(part=helped, actor=secretary, text="自查三間，均合格。", count=3, at=at - timedelta(minutes=40))
        head = _first(units[1], Role.UNIT_HEAD) or secretary
        services.confirm(part=helped, actor=head, at=at - timedelta(minutes=30))
    _name(row.pk, own, cast, at)
    if secretary:
        note = "缺整改時間，請補。"
        services.give_back(part=helped, actor=cast.by_login["secretary"], note=note, at=at - timedelta(minutes=10))
    services.climb(at)
    return row.parts.count()


def _name(key: int, own: Unit, cast: Cast, at: datetime) -> None:
    part, secretary = _part(key, own), cast.by_login["secretary"]
    services.sign(part=part, actor=secretary, at=at - timedelta(minutes=45))
    posts = Post.objects.current().filter(unit=own, role=Role.STAFF, person__is_active=True)
    post = posts.select_related("person").order_by("pk").first()
    if post:
        services.name_person(part=part, actor=secretary, person=post.person, at=at - timedelta(minutes=44))


def _part(key: int, unit: Unit) -> Part:
    return Part.objects.get(assignment=key, unit=unit)


def _first(unit: Unit, role: str) -> Person | None:
    return next(iter(holders_of([unit.pk], role).get(unit.pk, ())), None)

"""People and requests in relation: tasks, participants, watchers, a link and a request that comes again."""

from datetime import datetime, time
from random import Random

from apps.demo.people import Cast
from apps.journal.services import record
from apps.people.models import Person
from apps.servicedesk.enums import LinkKind, RequestState
from apps.servicedesk.models import Link, Participant, Request, Watcher
from apps.servicedesk.services import repeat
from apps.tasks.models import Task
from apps.tasks.services import due_after

MOST = 6
TASKS = {
    "general": (("到現場查看", "拍照留底。"), ("聯繫後勤維修", "帶梯子；鑰匙在門房。"), ("修好後回訪申請人", "")),
    "seals": (
        ("核對檔案資料", "查入學或到職年份與所在單位。"),
        ("核對原件", "與檔案室的一致。"),
        ("影印附件並歸檔", ""),
    ),
}
USUAL_TASKS = (("核對所附材料", "看有沒有缺頁、漏簽。"), ("向所在單位確認", "打電話問經手人。"), ("影印附件並歸檔", ""))
MONTHLY = {
    "frequency": "monthly",
    "weekday": None,
    "month_day": 1,
    "month": None,
    "nth": None,
    "ends_on": None,
    "time": time(9),
    "day_off": "next",
    "files_itself": False,
}


def make_together(cast: Cast, *, random: Random, at: datetime) -> int:
    """Around the newest requests in hand; gives how many tasks were written. Nobody is told of it."""
    rows = Request.objects.filter(state=RequestState.IN_PROGRESS, handler__isnull=False)
    rows = list(rows.select_related("handler", "requester", "service__area").order_by("-submitted_at")[:MOST])
    for row in rows[:3]:
        _participant(row, random.choice(cast.students), at)
    for row in rows[:2]:
        Watcher.objects.create(request=row, person=cast.director, added_by=cast.director, added_at=at)
    if len(rows) > 1:
        Link.objects.create(source=rows[1], target=rows[0], kind=LinkKind.RELATES, made_by=rows[0].handler, made_at=at)
    owners = [cast.by_login["staff"], cast.by_login["clerk"], cast.by_login["secretary"]]
    made = [
        _task(row, owner, number, at) for row in rows for number, owner in enumerate(owners[: random.randint(1, 3)])
    ]
    _recurring(cast.by_login["student"], at)
    return len(made)


def _participant(row: Request, person: Person, at: datetime) -> None:
    if person.pk != row.requester_id:
        Participant.objects.create(request=row, person=person, added_by=row.requester, added_at=at)
        record(actor=row.requester, verb="add_participant", obj=row, note=person.name, at=at)


def _task(row: Request, owner: Person, number: int, at: datetime) -> Task:
    title, words = TASKS.get(row.service.area.code, USUAL_TASKS)[number]
    task = Task.objects.create(
        subject=row,
        title=title,
        words=words,
        owner=owner,
        given_by=row.handler,
        given_at=at,
        due_on=due_after(number + 1, at),
        wants_acceptance=number == 0,
    )
    record(actor=row.handler, verb="give", obj=task, changes={"owner": owner.pk, "owner_name": owner.name}, at=at)
    return task


def _recurring(person: Person, at: datetime) -> None:
    origin = (
        Request.objects.filter(requester=person).exclude(state=RequestState.DRAFT).order_by("-submitted_at").first()
    )
    if origin:
        repeat(request=origin, actor=person, values=MONTHLY | {"starts_on": at.date()}, at=at)

"""Two requests that the bulk traffic does not have: one that waits for a unit's head, one urgent matter."""

from datetime import datetime, timedelta

from apps.demo.people import Cast
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.models import Request, Service

CLASS_MOVED = {
    "course": "數據結構",
    "class_name": "計算機 2401 班",
    "what": "move",
    "old_time": "第 3–4 節，A301",
    "new_time": "第 5–6 節",
    "count": "few",
    "reason": "參加省教育廳組織的課程評審。",
}
LEAK = {
    "kind": "facility",
    "place": "實驗樓 B2 配電間外",
    "what": "天花板漏水，水快流到配電箱了。",
    "phone": "13900000000",
}


def make_first_approvals(cast: Cast, at: datetime) -> list[Request]:
    """A class to be moved, which the head of the department has to agree to first; and a leak, filed just now."""
    days = {"old_day": at + timedelta(days=5), "new_day": at + timedelta(days=6)}
    moved = CLASS_MOVED | {name: day.date().isoformat() for name, day in days.items()}
    return [
        file("course-change", cast.by_login["staff"], moved, at - timedelta(hours=3)),
        file("urgent-matter", cast.by_login["student"], LEAK, at - timedelta(minutes=25)),
    ]


def file(code: str, person: Person, answers: dict[str, object], at: datetime) -> Request:
    """As the person would have filed it themselves."""
    service = Service.objects.get(code=code)
    draft = services.start_draft(actor=person, service=service, at=at)
    services.save_draft(request=draft, actor=person, answers=answers, at=at)
    return services.submit(request=draft, actor=person, at=at)

"""What handlers keep for their daily work: searched words, saved views, canned replies, a service given out by rule."""

from datetime import datetime

from apps.demo.people import Cast
from apps.servicedesk.enums import AssignmentKind, ViewScope
from apps.servicedesk.models import AssignmentRule, CannedReply, SavedView, Service
from apps.servicedesk.services.texts import rebuild_texts
from apps.servicedesk.view_filter import ViewFilter

VIEWS = (
    ("兩日內到期", [["due", "within", 2]], "due"),
    ("五日未動", [["idle", "since", 5]], "idle"),
    ("被催辦的", [["urged", "is", True]], "due"),
)
REPLIES = (
    (
        "已受理",
        "{申請人}您好：{編號}（{服務事項}）已受理，預計 {辦結時間} 前辦結。",
        "Dear {requester}, {number} is in our hands.",
    ),
    ("請補附件", "{申請人}您好：請補上清晰的附件後再提交，謝謝。", "Dear {requester}, please attach a readable copy."),
    (
        "請來領取",
        "{申請人}您好：{標題}已辦好，請攜學生證到院辦公室領取。",
        "Dear {requester}, it is ready at the college office.",
    ),
)


def make_desk(cast: Cast, *, at: datetime) -> None:
    """Words of all requests, and a few views and replies that the office shares."""
    for _difference in rebuild_texts():
        pass
    SavedView.objects.bulk_create(
        SavedView(
            owner=cast.director,
            name=name,
            query=ViewFilter.from_json({"v": 1, "where": where, "sort": sort}).as_json(),
            scope=ViewScope.OFFICE,
            place=place,
            created_at=at,
            changed_at=at,
        )
        for place, (name, where, sort) in enumerate(VIEWS, start=1)
    )
    CannedReply.objects.bulk_create(
        CannedReply(name=name, body={"zh-hant": text, "en": english}, owner=cast.director, changed_at=at)
        for name, text, english in REPLIES
    )
    first = Service.objects.order_by("pk").first()
    AssignmentRule.objects.get_or_create(service=first, defaults={"kind": AssignmentKind.ROUND_ROBIN})

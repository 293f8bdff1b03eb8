"""The columns of a list of old requests, the headings under which systems write them, and the words of their states."""

import re
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.imports.roster.columns import NUMBERS, STAFF_NUMBERS, STUDENT_NUMBERS
from apps.imports.targets import Column
from apps.servicedesk.enums import RequestState


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COLUMNS = (
    Column(
        "old_number",
        _("old number"),
        words(
            "申請編號 申请编号 申請單號 申请单号 單號 单号 編號 编号 案號 案号 流水號 流水号 "
            "受理編號 受理编号 工單號 工单号 "
            "ticketno ticketnumber ticketid ticket requestno requestnumber caseno oldnumber"
        ),
        required=True,
        digits=True,
    ),
    Column(
        "person",
        _("number of the requester"),
        (
            *(*STUDENT_NUMBERS, *STAFF_NUMBERS, *NUMBERS[:-1]),
            *words("申請人編號 申请人编号 申請人學工號 申请人学工号 requester requesternumber"),
        ),
        required=True,
        compact=True,
        digits=True,
    ),
    Column(
        "service",
        _("service"),
        words(
            "服務代碼 服务代码 服務事項 服务事项 事項 事项 事項代碼 事项代码 類別 类别 業務 业务 業務類型 业务类型 "
            "service servicecode category type"
        ),
        required=True,
    ),
    Column(
        "state",
        _("state in the old system"),
        words("狀態 状态 辦理狀態 办理状态 結果 结果 處理結果 处理结果 state status result"),
        required=True,
    ),
    Column(
        "submitted",
        _("filed on"),
        words(
            "申請日期 申请日期 申請時間 申请时间 提交日期 提交時間 提交时间 收件日期 受理日期 建立時間 创建时间 "
            "created createdat submitted submittedat filedon opened"
        ),
        required=True,
    ),
    Column(
        "closed",
        _("closed on"),
        words(
            "辦結日期 办结日期 辦結時間 办结时间 完成日期 完成時間 完成时间 結案日期 结案日期 "
            "closed closedat resolved resolvedat completed completedat"
        ),
    ),
    Column("title", _("title"), words("標題 标题 主題 主题 申請事由 申请事由 事由 title subject summary")),
    Column(
        "details",
        _("what the old system says"),
        words("內容 内容 說明 说明 描述 備註 备注 details description notes remarks"),
    ),
    Column(
        "handler",
        _("number of the handler"),
        words(
            "經辦人工號 经办人工号 經辦人編號 经办人编号 經辦人 经办人 承辦人 承办人 "
            "handler owner assignee handlernumber"
        ),
        compact=True,
        digits=True,
    ),
)
OPEN_WORDS = words(
    "辦理中 办理中 處理中 处理中 待辦 待办 受理 已受理 未結 未结 開啟 打开 open new inprogress pending submitted"
)
DONE_WORDS = words(
    "辦結 办结 已辦結 已办结 完成 已完成 結案 结案 已結案 已结案 關閉 关闭 已關閉 已关闭 closed done resolved completed"
)
REFUSED_WORDS = words("不同意 駁回 驳回 拒絕 拒绝 不予受理 退件 refused rejected declined")
WITHDRAWN_WORDS = words("撤回 已撤回 取消 已取消 作廢 作废 withdrawn cancelled canceled")
STATES: dict[str, RequestState] = (
    dict.fromkeys(OPEN_WORDS, RequestState.SUBMITTED)
    | dict.fromkeys(DONE_WORDS, RequestState.RESOLVED)
    | dict.fromkeys(REFUSED_WORDS, RequestState.REFUSED)
    | dict.fromkeys(WITHDRAWN_WORDS, RequestState.WITHDRAWN)
)
MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+(\d{1,2})[:時时](\d{2})分?(?::(\d{2})(?:\.\d+)?)?)?"
)


def read_state(text: str) -> RequestState | None:
    """What a word of the old system means here; None for one that is not known."""
    return STATES.get(text.lower().replace(" ", "").replace("_", "").replace("-", ""))


def read_moment(text: str) -> datetime | None:
    """A day, or a moment, in the office's time zone; None for anything else."""
    found = MOMENT.fullmatch(text.strip())
    if not found:
        return None
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=timezone.get_current_timezone())
    except ValueError:
        return None

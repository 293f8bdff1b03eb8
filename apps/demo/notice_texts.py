"""What the demo's notices say: (days ago, to whom, must it be acknowledged, title, text), in three languages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoNotice:
    """`audience` is "all", "staff", "students" or "committee"; `open_days` says how long there is to acknowledge."""

    days_ago: int
    audience: str
    acknowledge: bool
    open_days: int
    title: tuple[str, str, str]
    body: tuple[str, str, str]


NOTICES = (
    DemoNotice(
        78, "all", True, 7,
        ("2026 年秋季學期開學安排", "2026 年秋季学期开学安排", "Start of the autumn term 2026"),
        ("請按時報到註冊，逾期須到辦公室說明。", "请按时报到注册，逾期须到办公室说明。", "Please register on time; late registration is done at the office."),
    ),
    DemoNotice(
        60, "staff", True, 5,
        ("國慶、中秋假期值班與調休", "国庆、中秋假期值班与调休", "Duty and make-up days of the National Day holiday"),
        ("10 月 10 日（週六）上班，請各系安排好課程。", "10 月 10 日（周六）上班，请各系安排好课程。", "Saturday 10 October is a working day; departments please arrange classes."),
    ),
    DemoNotice(
        41, "students", False, 5,
        ("學生醫保繳費提醒", "学生医保缴费提醒", "Student health insurance"),
        ("請在本月底前完成繳費。", "请在本月底前完成缴费。", "Please pay before the end of the month."),
    ),
    DemoNotice(
        27, "staff", True, 4,
        ("2026 年度教師工作量核定", "2026 年度教师工作量核定", "Confirmation of teaching workload 2026"),
        ("請核對本人工作量，如有出入請與教務辦公室聯繫。", "请核对本人工作量，如有出入请与教务办公室联系。", "Check your workload; ask the Teaching Office where it differs."),
    ),
    DemoNotice(
        13, "staff", True, 4,
        ("期中教學檢查安排", "期中教学检查安排", "Mid-term teaching inspection"),
        ("本週起進行期中教學檢查，請備好教案與作業批改記錄。", "本周起进行期中教学检查，请备好教案与作业批改记录。", "The inspection begins this week; have lesson plans and marked work ready."),
    ),
    DemoNotice(
        6, "committee", True, 3,
        ("學術委員會第四次會議", "学术委员会第四次会议", "Fourth meeting of the Academic Committee"),
        ("會議材料已備好，請提前閱讀。", "会议材料已备好，请提前阅读。", "The papers are ready; please read them beforehand."),
    ),
    DemoNotice(
        4, "staff", True, 5,
        ("國有資產年度盤點", "国有资产年度盘点", "Yearly count of state-owned assets"),
        ("請在截止日前自查名下資產。", "请在截止日前自查名下资产。", "Check what is in your keeping before the deadline."),
    ),
    DemoNotice(
        1, "students", True, 5,
        ("英語四六級考試考前須知", "英语四六级考试考前须知", "Before the College English Test"),
        ("考生須攜帶身分證與准考證。", "考生须携带身份证与准考证。", "Bring your identity card and your admission ticket."),
    ),
)  # fmt: skip

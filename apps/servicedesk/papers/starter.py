"""The certificates that a new portal can give; afterwards they are edited as data. Safe to run again."""

from datetime import datetime

from apps.core.clock import now
from apps.servicedesk.enums import HolderKind, PaperLayout, ValidityUnit
from apps.servicedesk.models import PaperTemplate, PaperVersion
from apps.servicedesk.papers.content import PaperContent
from apps.servicedesk.starter_words import words

SEAL = words("學院印章\n蓋於此處", "学院印章\n盖于此处", "Seal of\nthe College")
ENROLMENT = PaperContent(
    layout=PaperLayout.LETTER,
    holder=HolderKind.STUDENT,
    title=words("在讀證明", "在读证明", "Certificate of Enrolment"),
    body=words(
        "茲證明{name}（學號{number}）自{since}起在本院{unit}就讀，現為在讀學生。\n"
        "用途：{answer.purpose_other|answer.purpose}\n特此證明。",
        "兹证明{name}（学号{number}）自{since}起在本院{unit}就读，现为在读学生。\n"
        "用途：{answer.purpose_other|answer.purpose}\n特此证明。",
        "This is to certify that {name} (student number {number}) has been enrolled in {unit} at this College since "
        "{since} and is a student of the College at present.\nPurpose: {answer.purpose_other|answer.purpose}",
    ),
    seal=SEAL,
    validity_unit=ValidityUnit.DAYS,
    validity=180,
    remind_days=14,
)
GRADES = PaperContent(
    layout=PaperLayout.TABLE,
    holder=HolderKind.STUDENT,
    title=words("成績證明", "成绩证明", "Certificate of Grades"),
    body=words(
        "茲證明{name}（學號{number}，{unit}）修讀課程之成績如下。",
        "兹证明{name}（学号{number}，{unit}）修读课程之成绩如下。",
        "This is to certify the grades of {name} (student number {number}, {unit}).",
    ),
    seal=SEAL,
    table="grades",
)
EMPLOYMENT = PaperContent(
    layout=PaperLayout.LETTER,
    holder=HolderKind.STAFF,
    title=words("在職證明", "在职证明", "Certificate of Employment"),
    body=words(
        "茲證明{name}（工號{number}）自{since}起在本院{unit}任職，現為本院{answer.post|role}。\n特此證明。",
        "兹证明{name}（工号{number}）自{since}起在本院{unit}任职，现为本院{answer.post|role}。\n特此证明。",
        "This is to certify that {name} (staff number {number}) has been employed in {unit} at this College since "
        "{since} and is {answer.post|role} of the College at present.",
    ),
    seal=SEAL,
    validity_unit=ValidityUnit.MONTHS,
    validity=6,
)
INCOME = PaperContent(
    layout=PaperLayout.LETTER,
    holder=HolderKind.STAFF,
    title=words("收入證明", "收入证明", "Certificate of Income"),
    body=words(
        "茲證明{name}（工號{number}）為本院{unit}在職教職工，現任{answer.post}。\n"
        "自{answer.income_from}至{answer.income_until}，其{answer.basis}為人民幣{answer.amount}元。\n"
        "用途：{answer.purpose_other|answer.purpose}。出具給：{answer.addressee}。\n特此證明。",
        "兹证明{name}（工号{number}）为本院{unit}在职教职工，现任{answer.post}。\n"
        "自{answer.income_from}至{answer.income_until}，其{answer.basis}为人民币{answer.amount}元。\n"
        "用途：{answer.purpose_other|answer.purpose}。出具给：{answer.addressee}。\n特此证明。",
        "This is to certify that {name} (staff number {number}) is employed in {unit} at this College as "
        "{answer.post}.\n"
        "From {answer.income_from} to {answer.income_until} the {answer.basis} was RMB {answer.amount}.\n"
        "Purpose: {answer.purpose_other|answer.purpose}. Issued to: {answer.addressee}.",
    ),
    seal=SEAL,
    validity_unit=ValidityUnit.MONTHS,
    validity=3,
)
CARD = PaperContent(
    layout=PaperLayout.CARD,
    holder=HolderKind.ANYONE,
    title=words("臨時證件", "临时证件", "Temporary Card"),
    body=words(
        "姓名：{name}\n學號／工號：{number}\n單位：{unit}\n身分：{role}",
        "姓名：{name}\n学号／工号：{number}\n单位：{unit}\n身份：{role}",
        "Name: {name}\nNumber: {number}\nUnit: {unit}\nStatus: {role}",
    ),
    seal=words("學院印章", "学院印章", "Seal of the College"),
    validity_unit=ValidityUnit.MONTHS,
    validity=3,
    remind_days=7,
)
APPOINTMENT = PaperContent(
    layout=PaperLayout.APPOINTMENT,
    holder=HolderKind.STAFF,
    title=words("聘書", "聘书", "Letter of Appointment"),
    body=words(
        "茲聘請{name}老師擔任本院{unit}{role}，自{since}起。\n此聘。",
        "兹聘请{name}老师担任本院{unit}{role}，自{since}起。\n此聘。",
        "{name} is appointed as {role} in {unit} of this College from {since}.",
    ),
    signer=words("院長", "院长", "Dean of the College"),
    seal=SEAL,
)
HONOUR = PaperContent(
    layout=PaperLayout.HONOUR,
    holder=HolderKind.STUDENT,
    title=words("榮譽證書", "荣誉证书", "Certificate of Honour"),
    body=words(
        "{unit}{name}同學：\n在本學年中表現優異，特發此證，以資鼓勵。",
        "{unit}{name}同学：\n在本学年中表现优异，特发此证，以资鼓励。",
        "{name} of {unit}\nhas shown excellent achievement in this academic year.",
    ),
    seal=SEAL,
)
TEMPLATES: tuple[tuple[str, dict[str, str], PaperContent], ...] = (
    ("enrolment", words("在讀證明", "在读证明", "Certificate of enrolment"), ENROLMENT),
    ("grades", words("成績證明", "成绩证明", "Certificate of grades"), GRADES),
    ("employment", words("在職證明", "在职证明", "Certificate of employment"), EMPLOYMENT),
    ("income", words("收入證明", "收入证明", "Certificate of income"), INCOME),
    ("card", words("臨時證件", "临时证件", "Temporary card"), CARD),
    ("appointment", words("聘書", "聘书", "Letter of appointment"), APPOINTMENT),
    ("honour", words("榮譽證書", "荣誉证书", "Certificate of honour"), HONOUR),
)


def install_templates(at: datetime | None = None) -> dict[str, PaperTemplate]:
    """Make what is missing, published as its first edition; gives all of them by code."""
    at = at or now()
    found = {}
    for code, name, content in TEMPLATES:
        row, is_new = PaperTemplate.objects.get_or_create(
            code=code, defaults={"name": name, "draft": content.as_json(), "changed_at": at}
        )
        if is_new:
            PaperVersion.objects.create(template=row, number=1, content=content.as_json(), published_at=at)
        found[code] = row
    return found

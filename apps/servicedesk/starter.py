"""What a new portal begins with: calendar, number series, areas and three services. Safe to run again.

What is there already is left as it is: an administrator may have renamed a service or published a newer form.
"""

from datetime import datetime

from django.db import transaction

from apps.core.calendar_years import create_office_calendar
from apps.core.clock import now
from apps.core.models import NumberSeries
from apps.people.enums import Role, UnitKind
from apps.people.models import Unit
from apps.questionnaires.models import Form
from apps.questionnaires.services import publish_form
from apps.seals.starter import install_seals
from apps.servicedesk.enums import Product
from apps.servicedesk.models import Area, Service, ServicePaper
from apps.servicedesk.paper_starter import install_templates
from apps.servicedesk.starter_forms import ENROLMENT, REPAIR, SEAL, words

GIVES = {"enrolment-certificate": "enrolment"}
WORKING_DAY = 450  # minutes: 08:00-12:00 and 14:00-17:30
CALENDAR_YEARS = [2025, 2026, 2027]

SERIES = {
    "request": ("{year}-{number:05d}", words("申請", "申请", "requests")),
    "certificate": ("Z{year}-{number:05d}", words("證明", "证明", "certificates")),
    "notice": ("N{year}-{number:04d}", words("通知", "通知", "notices")),
}
AREAS = (
    ("teaching", "presentation", words("教學", "教学", "Teaching")),
    ("research", "flask-conical", words("科研", "科研", "Research")),
    ("students", "graduation-cap", words("學生事務", "学生事务", "Students")),
    ("personnel", "id-card", words("人事", "人事", "Personnel")),
    ("general", "wrench", words("總務", "后勤总务", "General affairs")),
    ("seals", "stamp", words("用印與證明", "用印与证明", "Seals and certificates")),
)
SERVICES: tuple[dict[str, object], ...] = (
    {
        "code": "enrolment-certificate",
        "area": "seals",
        "icon": "file-badge",
        "name": words("在讀證明", "在读证明", "Certificate of enrolment"),
        "description": words(
            "證明你是本院在讀學生。電子版帶核驗碼，任何人可掃碼核驗；有效期 180 天。",
            "证明你是本院在读学生。电子版带核验码，任何人可扫码核验；有效期 180 天。",
            "Says that you are a student of the college. Anyone can check it by its code; valid for 180 days.",
        ),
        "keywords": "在學證明 在校證明 学籍证明 学生证明 enrolment student status letter",
        "fields": ENROLMENT,
        "roles": [Role.STUDENT],
        "target_minutes": WORKING_DAY,
        "approval_role": Role.DIRECTOR,
        "product": Product.CERTIFICATE,
        "title_fields": ["purpose", "purpose_other"],
    },
    {
        "code": "seal-use",
        "area": "seals",
        "icon": "stamp",
        "name": words("用印", "用印", "Seal use"),
        "description": words(
            "在合同、推薦信等文件上加蓋學院印章。須經主任批准，並登記份數。",
            "在合同、推荐信等文件上加盖学院印章。须经主任批准，并登记份数。",
            "The college's seal on a contract, letter or form. The director approves, impressions are counted.",
        ),
        "keywords": "蓋章 盖章 公章 合同章 stamp chop seal",
        "fields": SEAL,
        "roles": [],
        "target_minutes": 2 * WORKING_DAY,
        "approval_role": Role.DIRECTOR,
        "product": Product.SEAL_USE,
        "title_fields": ["paper"],
    },
    {
        "code": "repair",
        "area": "general",
        "icon": "wrench",
        "name": words("報修", "报修", "Repair"),
        "description": words(
            "教室、辦公室和實驗室的設備、水電、門窗壞了，在這裡報修。",
            "教室、办公室和实验室的设备、水电、门窗坏了，在这里报修。",
            "Something in a classroom, office or laboratory is broken: equipment, water, power, doors, windows.",
        ),
        "keywords": "維修 维修 投影機 投影仪 空調 空调 漏水 網絡 repair broken projector",
        "fields": REPAIR,
        "roles": [],
        "target_minutes": 3 * WORKING_DAY,
        "approval_role": "",
        "product": Product.NONE,
        "title_fields": ["place", "what"],
    },
)


@transaction.atomic
def install_catalogue(at: datetime | None = None) -> list[Service]:
    """Make what is missing of calendar, series, areas and services; gives the services made now."""
    at = at or now()
    create_office_calendar(code="office", years=CALENDAR_YEARS, at=at)
    for code, (pattern, name) in SERIES.items():
        NumberSeries.objects.get_or_create(code=code, defaults={"pattern": pattern, "name": name})
    areas = {
        code: Area.objects.get_or_create(code=code, defaults={"icon": icon, "name": name, "order": order})[0]
        for order, (code, icon, name) in enumerate(AREAS)
    }
    office = find_office()
    install_seals(office)
    templates = install_templates(at)
    made = [
        make_service(row, area=areas[row["area"]], office=office, order=order, at=at)
        for order, row in enumerate(SERVICES)
        if not Service.objects.filter(code=row["code"]).exists()
    ]
    for service in made:
        if service.code in GIVES:
            ServicePaper.objects.create(service=service, template=templates[GIVES[service.code]])
    return made


def find_office() -> Unit:
    """The unit that handles requests; made, with the college above it, when there is none."""
    root = Unit.objects.filter(parent__isnull=True).order_by("pk").first()
    if root is None:
        root = Unit.objects.create(code="college", kind=UnitKind.COLLEGE, name=words("學院", "学院", "College"))
    defaults = {"kind": UnitKind.OFFICE, "name": words("學院辦公室", "学院办公室", "College Office"), "parent": root}
    return Unit.objects.get_or_create(code="office", defaults=defaults)[0]


def make_service(row: dict[str, object], *, area: Area, office: Unit, order: int, at: datetime) -> Service:
    """One service with its published form."""
    form, _made = Form.objects.get_or_create(code=row["code"], defaults={"name": row["name"], "draft": row["fields"]})
    publish_form(form=form, actor=None, at=at)
    values = {key: value for key, value in row.items() if key not in ("area", "fields")}
    return Service.objects.create(**values, area=area, unit=office, form=form, order=order)

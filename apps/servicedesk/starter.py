"""What a new portal begins with: calendars, number series, areas, and the services of the folder `ready`.

Each ready service is a file as export_service writes it, and is brought in by the one importer. Safe to run again: what
is there already is left as it is; an administrator may have renamed a service or published a newer form.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from apps.core.calendar_years import create_office_calendar
from apps.core.clock import now
from apps.core.models import Calendar, CalendarVersion, CalendarYear, NumberSeries
from apps.people.enums import UnitKind
from apps.people.models import Unit
from apps.seals.starter import install_seals
from apps.servicedesk.models import Area, Service
from apps.servicedesk.papers.starter import install_templates
from apps.servicedesk.services.transfer import import_service
from apps.servicedesk.services.transfer_reading import read_document
from apps.servicedesk.starter_words import words

READY = Path(__file__).parent / "ready"
CALENDAR_YEARS = [2025, 2026, 2027]
ALWAYS = "always"
ALWAYS_YEARS = range(2025, 2041)
# The last minute of a day does not count: a time of day ends at 23:59.
ROUND_THE_CLOCK = {str(day): [["00:00", "23:59"]] for day in range(7)}


SERIES = {
    "request": ("{year}-{number:05d}", words("申請", "申请", "requests")),
    "certificate": ("Z{year}-{number:05d}", words("證明", "证明", "certificates")),
    "notice": ("N{year}-{number:04d}", words("通知", "通知", "notices")),
}
AREAS = (
    ("urgent", "siren", words("突發事件", "突发事件", "Urgent matters")),
    ("teaching", "presentation", words("教學", "教学", "Teaching")),
    ("research", "flask-conical", words("科研", "科研", "Research")),
    ("students", "graduation-cap", words("學生事務", "学生事务", "Students")),
    ("personnel", "id-card", words("人事", "人事", "Personnel")),
    ("general", "wrench", words("總務", "后勤总务", "General affairs")),
    ("finance", "coins", words("財務", "财务", "Finance")),
    ("seals", "stamp", words("用印與證明", "用印与证明", "Seals and certificates")),
)


def ready_documents() -> Iterator[dict[str, Any]]:
    """The files of the ready services, by code."""
    for path in sorted(READY.glob("*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))


def ready_document(code: str) -> dict[str, Any]:
    return json.loads((READY / f"{code}.json").read_text(encoding="utf-8"))


@transaction.atomic
def install_catalogue(at: datetime | None = None) -> list[Service]:
    """Make what is missing of calendars, series, areas and services; gives the services made now."""
    at = at or now()
    create_office_calendar(code="office", years=CALENDAR_YEARS, at=at)
    create_open_calendar(at)
    for code, (pattern, name) in SERIES.items():
        NumberSeries.objects.get_or_create(code=code, defaults={"pattern": pattern, "name": name})
    for order, (code, icon, name) in enumerate(AREAS):
        Area.objects.get_or_create(code=code, defaults={"icon": icon, "name": name, "order": order})
    office, known = find_office(), set(Service.objects.values_list("code", flat=True))
    install_seals(office)
    install_templates(at)
    missing = [document for document in ready_documents() if document["service"]["code"] not in known]
    return [make_service(document, office) for document in missing]


def create_open_calendar(at: datetime) -> None:
    """The calendar that never closes, for what cannot wait until the office opens."""
    calendar, made = Calendar.objects.get_or_create(
        code=ALWAYS, defaults={"name": words("全天候（含假日）", "全天候（含假日）", "Day and night")}
    )
    if not made:
        return
    version = CalendarVersion.objects.create(calendar=calendar, number=1, weekly=ROUND_THE_CLOCK, created_at=at)
    CalendarYear.objects.bulk_create(
        CalendarYear(version=version, year=year, source="never closes") for year in ALWAYS_YEARS
    )


def find_office() -> Unit:
    """The unit that handles requests; made, with the college above it, when there is none."""
    root = Unit.objects.filter(parent__isnull=True).order_by("pk").first()
    if root is None:
        root = Unit.objects.create(code="college", kind=UnitKind.COLLEGE, name=words("學院", "学院", "College"))
    defaults = {"kind": UnitKind.OFFICE, "name": words("學院辦公室", "学院办公室", "College Office"), "parent": root}
    return Unit.objects.get_or_create(code="office", defaults=defaults)[0]


def make_service(document: dict[str, Any], office: Unit) -> Service:
    """One ready service with all that its file says, handled by the office under whatever code it has."""
    document["service"]["unit"] = office.code
    return import_service(incoming=read_document(document), actor=None)

"""Workload is collected from forty people in three units: filled in, returned, mended, granted by the units, a late
joiner among them, the totals signed by two people; the signed sheet holds what the people typed, to the last digit.
"""

import hashlib
from datetime import time
from decimal import Decimal
from io import BytesIO
from itertools import takewhile

import pytest
from celery import current_app
from openpyxl import load_workbook

from apps.core.clock import now
from apps.notices.models import Notice
from apps.people.enums import Role
from apps.people.models import Person, Unit
from apps.replies.models import Collection, Reply
from apps.replies.starter import install_forms
from apps.servicedesk.starter import install_catalogue
from tests import factories
from tests.processes import celery_worker, mail_sink, wait_until
from tests.replies.test_views import signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
UNITS = ("計算機系", "軟件工程系", "信息管理系")
SIZES = (14, 13, 12)
TITLE = "2026-2027-1 學期工作量核定"


@pytest.fixture
def college(live_server, settings):
    """Three departments with a secretary each and 39 teachers, a clerk, the director; a worker sends the notice out."""
    settings.PORTAL_URL = live_server.url
    settings.MAIL_HOURS = [time.min, time.max]  # the test may run at night
    factories.office()
    install_catalogue()
    install_forms()
    root = factories.root_unit()
    units = [factories.unit(name, parent=root) for name in UNITS]
    people = [
        factories.person(f"{unit}教師{place:02d}", Role.STAFF, at=unit, language="en")
        for unit, size in zip(units, SIZES, strict=True)
        for place in range(1, size + 1)
    ]
    secretaries = [factories.person(f"{unit}秘書", Role.UNIT_SECRETARY, at=unit, language="en") for unit in units]
    with mail_sink() as sink, celery_worker(smtp_port=sink.port, PORTAL_URL=live_server.url, MAIL_HOURS="00:00-23:59"):
        yield {
            "units": units,
            "people": people,
            "secretaries": secretaries,
            "clerk": factories.clerk(language="en"),
            "director": factories.director(language="en"),
        }


def send_out(page) -> Collection:
    """The clerk writes the notice, adds the form and publishes."""
    page.goto("/notices/new/")
    words = page.locator(".notices-language", has=page.locator("#id_title_zh_hant"))
    words.evaluate("details => { details.open = true }")
    words.locator("#id_title_zh_hant").fill(TITLE)
    words.get_by_role("textbox").last.fill("請填寫本學期工作量，由系秘書核定後報學院。")
    page.locator("input[name$=roles][value=staff]").first.check()
    page.locator("#compose button[type=submit]").last.click()
    page.get_by_role("link", name="Collect answers").click()
    page.get_by_label("Form").first.select_option(label="Workload, version 1")
    page.get_by_role("button", name="Ask for this form").click()
    page.get_by_role("link", name="The form asked for").wait_for()
    page.get_by_role("button", name="Publish to").click()
    page.get_by_text(TITLE).first.wait_for()
    wait_until(lambda: Notice.objects.get().fanned_out_at, what="the fan-out")
    current_app.send_task("replies.sweep", queue="notice")
    wait_until(lambda: Reply.objects.count() == sum(SIZES), what="a row for everybody")
    return Collection.objects.select_related("notice").get()


def workload(place: int) -> tuple[list[list[str]], str, str]:
    """Rows of courses as copied from a spreadsheet, hours of another duty, and the sum of all: different for each."""
    rows = [
        ["編譯原理", f"{place} 班", "required", str(30 + place), "48", "1.15"],
        ["數據庫", f"{place} 班", "elective", "28", f"{30 + place}.1", "1.1"],
    ]
    duty = f"{place}.3"
    total = Decimal("55.20") + (Decimal(f"{30 + place}.1") * Decimal("1.1")).quantize(Decimal("0.01")) + Decimal(duty)
    return rows, duty, str(total)


def fill_in_browser(page, collection: Collection, place: int, *, total: str = "") -> None:
    """Paste the courses from a spreadsheet, type the rest, let the page put the sum in, hand in."""
    rows, duty, _total = workload(place)
    page.goto(f"/notices/{collection.notice_id}/")
    page.get_by_role("link", name="Fill in the form").click()
    page.get_by_label("Term").fill("2026-2027-1")
    table = page.locator("[data-table][data-name=courses]")
    table.locator("[name=courses-0-course]").focus()
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
            document.activeElement.dispatchEvent(event);
        }""",
        "\n".join("\t".join(row) for row in rows),
    )
    assert table.locator("[data-table-row]").count() == 2
    page.locator("[name=duties-0-duty]").fill("班主任")
    page.locator("[name=duties-0-hours]").fill(duty)
    if total:
        page.locator("[name=total]").fill(total)
    else:
        page.get_by_role("button", name="Put it in").click()
    page.get_by_role("button", name="Hand in").click()


def hand_in_without_browser(collection: Collection, person: Person, place: int) -> None:
    """The same form posted by the same address, for those who need no window of their own."""
    rows, duty, total = workload(place)
    data = {"version": 1, "term": "2026-2027-1", "duties-0-duty": "班主任", "duties-0-hours": duty, "total": total}
    for number, row in enumerate(rows):
        for key, value in zip(("course", "class", "nature", "students", "hours", "size"), row, strict=True):
            data[f"courses-{number}-{key}"] = value
    answer = signed_in(person).post(f"/replies/of/{collection.notice_id}/hand-in/", data)
    assert answer.status_code == 302, answer.content.decode()


def grant_all(page, collection: Collection, *, returning: Person | None = None) -> None:
    """The secretary goes from one to the next until nobody of the unit waits any more; one gets the form back first.

    Which row stands first depends on whether the sweep or the person's own saving made it: the row is found by name.
    """
    page.goto(f"/replies/{collection.pk}/?show=to_confirm")
    if not page.locator("tbody a").count():
        return
    rows = page.locator("tbody tr", has_text=returning.name) if returning else page.locator("tbody tr")
    with page.expect_navigation():
        rows.locator("a").first.click()
    if returning:
        page.locator("details", has=page.locator("[name=remark-courses]")).locator("summary").click()
        page.locator("[name=remark-courses]").fill("學生數與教務系統不符")
        with page.expect_navigation():
            page.get_by_role("button", name="Return for correction").click()
        page.get_by_text("Returned to").wait_for()
    while page.get_by_role("button", name="Confirm", exact=True).count():
        total = page.locator("form#return .list-group-item", has_text="Workload in all").locator(".col-sm-8")
        page.get_by_label("Hours granted by the unit").fill(total.first.inner_text().strip().splitlines()[0])
        with page.expect_navigation():
            page.get_by_role("button", name="Confirm", exact=True).click()
        page.get_by_text("Confirmed:").wait_for()


def mend(page, collection: Collection) -> None:
    """Only what was returned, and what shares its sum, can be changed; the remark stands at the question."""
    page.goto(f"/notices/{collection.notice_id}/")
    page.get_by_role("link", name="Correct the form").click()
    page.get_by_text("學生數與教務系統不符").first.wait_for()
    assert page.locator("[name=term]").count() == 0
    page.locator("[name=courses-0-students]").fill("４５")
    page.get_by_role("button", name="Hand in again").click()
    page.get_by_text("Fingerprint of the answers").wait_for()


def join_late(college: dict, collection: Collection) -> Person:
    """Somebody comes to the third department after the notice went out and owes the answers from then on."""
    person = factories.person("新教師", Role.STAFF, at=college["units"][2], language="en")
    collection.notice.obligations.create(person=person, reason="", state="open", created_at=now(), is_late_joiner=True)
    current_app.send_task("replies.sweep", queue="notice")
    wait_until(lambda: Reply.objects.filter(obligation__person=person).exists(), what="the late joiner's row")
    return person


def sign(college: dict, open_page, collection: Collection) -> bytes:
    """The clerk closes and signs, may not sign a second time; the director signs off. Gives the downloaded sheet."""
    first = open_page(college["clerk"])
    first.goto(f"/replies/{collection.pk}/totals/")
    first.get_by_role("button", name="Close and sign").click()
    first.locator("dialog[open] button[type=submit], dialog[open] .btn-primary").first.click()
    first.get_by_text("waiting for the second signature").wait_for()
    assert first.get_by_role("button", name="Sign off").count() == 0
    second = open_page(college["director"])
    second.goto("/")
    second.get_by_text("totals to sign off").first.wait_for()
    second.goto(f"/replies/{collection.pk}/totals/")
    second.get_by_role("button", name="Sign off").click()
    second.locator("dialog[open] button[type=submit], dialog[open] .btn-primary").first.click()
    second.get_by_role("link", name="The signed sheet").wait_for()
    sheets = []
    for page in (second, first, second):
        page.goto(f"/replies/{collection.pk}/totals/")
        with page.expect_download() as download:
            page.get_by_role("link", name="The signed sheet").click()
        sheets.append(download.value.path().read_bytes())
    assert len(set(sheets)) == 1
    assert hashlib.sha256(sheets[0]).hexdigest() in second.content()
    return sheets[0]


def check_sheet(content: bytes, college: dict, late: Person) -> None:
    """Every figure of the sheet is what the people typed."""
    book = load_workbook(BytesIO(content))
    assert sorted(book.sheetnames[1:]) == sorted(UNITS)
    assert [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []
    everybody = [*college["people"], late]
    typed = {person.number: (place, person) for place, person in enumerate(everybody, start=1)}
    by_unit: dict[str, Decimal] = {}
    for unit in Unit.objects.filter(pk__in=[unit.pk for unit in college["units"]]):
        rows = [list(row) for row in book[str(unit.name["zh-hant"])].iter_rows(values_only=True)]
        heads = list(rows[0])
        people = list(takewhile(lambda row: row[0] in typed, rows[1:]))
        total, granted = heads.index("工作量合計（折算學時）"), heads.index("單位核定學時")
        for row in people:
            expected = Decimal(workload(typed[row[0]][0])[2])
            assert Decimal(str(row[total])) == Decimal(str(row[granted])) == expected, row
        by_unit[unit.name["zh-hant"]] = sum((Decimal(str(row[total])) for row in people), Decimal(0))
        assert len(people) == sum(person.posts.get().unit_id == unit.pk for person in everybody)
        courses = [row for row in rows if row[0] in typed and row[2] in ("編譯原理", "數據庫")]
        assert len(courses) == 2 * len(people)
    totals = {row[0]: row for row in book[book.sheetnames[0]].iter_rows(values_only=True)}
    heads = next(row for row in totals.values() if row[0] == "單位")
    place = heads.index("工作量合計（折算學時）")
    assert {name: Decimal(str(totals[name][place])) for name in UNITS} == by_unit
    assert Decimal(str(totals["全部"][place])) == sum(by_unit.values())
    assert totals["全部"][1] == len(everybody) == 40
    mended = next(row for row in book[UNITS[0]].iter_rows(values_only=True) if row[2] == "編譯原理")
    assert mended[5] == 45


def test_workload_of_forty_people_down_to_the_signed_sheet(college, open_page):
    clerk = open_page(college["clerk"])
    collection = send_out(clerk)
    people = college["people"]
    teacher = open_page(people[0])
    fill_in_browser(teacher, collection, 1, total="1")
    teacher.get_by_text("The sum is now").first.wait_for()
    assert teacher.locator("[data-table][data-name=courses] [data-table-row]").count() >= 2  # nothing typed is lost
    teacher.get_by_role("button", name="Put it in").click()
    teacher.get_by_role("button", name="Hand in").click()
    teacher.get_by_text("Fingerprint of the answers").wait_for()
    fill_in_browser(open_page(people[1]), collection, 2)
    for place, person in enumerate(people[2:], start=3):
        hand_in_without_browser(collection, person, place)
    late = join_late(college, collection)
    clerk.goto(f"/replies/{collection.pk}/")
    clerk.get_by_text("39 / 40").first.wait_for()
    clerk.goto(f"/replies/{collection.pk}/?show=owed")
    assert clerk.locator("tbody tr").count() == 1
    assert late.name in clerk.content()
    newcomer = open_page(late)
    fill_in_browser(newcomer, collection, 40)
    newcomer.get_by_text("Fingerprint of the answers").wait_for()
    pages = [open_page(secretary) for secretary in college["secretaries"]]
    grant_all(pages[0], collection, returning=people[0])
    returned = Reply.objects.get(state="returned").obligation.person
    assert returned == people[0]
    mend(teacher, collection)
    for page in pages:
        grant_all(page, collection)
    assert set(Reply.objects.values_list("state", flat=True)) == {"confirmed"}
    assert not collection.notice.obligations.filter(is_open=True).exists()
    check_sheet(sign(college, open_page, collection), college, late)

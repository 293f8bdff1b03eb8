"""The whole way of one paper in the browser: it comes in, the dean instructs on a phone, two departments get three
tasks (one is returned as incomplete, one gets more time, one is late and urged), the answer goes out under a number and
a seal, all is filed.
"""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from apps.assignments.models import Assignment, Part
from apps.core.calendar_years import create_office_calendar
from apps.core.clock import now
from apps.dispatch.services.sheets import draw_waiting_sheets
from apps.documents.enums import State
from apps.documents.models import Document, Filing
from apps.documents.services import check_chain, find_faults, make_waiting_packages
from apps.people.enums import Role
from apps.people.models import Person
from apps.seals.models import Seal, SealUse
from tests import factories
from tests.browser import PHONE
from tests.documents.factories import series
from tests.seals import factories as stamps

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
TITLE, ANSWER = "關於報送2026年實驗室安全自查情況的通知", "關於報送實驗室安全自查情況的函"


@pytest.fixture
def college() -> dict[str, Person]:
    today = timezone.localdate()
    create_office_calendar(code="office", years=[today.year - 1, today.year, today.year + 1])
    factories.series("notice", "N{year}-{number:05d}")
    series("doc_out")
    people = {
        "clerk": factories.clerk("科員甲"),
        "checker": factories.clerk("核稿人乙"),
        "director": factories.director("主任丙"),
        "dean": factories.leader("院長丁"),
        "keeper": factories.clerk("印管戊"),
    }
    for name in "子丑":
        unit = factories.unit(f"{name}系", parent=factories.root_unit())
        people[name] = factories.person(f"{name}秘書", Role.UNIT_SECRETARY, at=unit)
        people[f"{name}主任"] = factories.head(unit, f"{name}主任")
    stamps.seal(keeper=people["keeper"])
    return people


def unit_of(person: Person) -> int:
    return person.current_posts[0].unit_id


def send(page: Page, path: str, act: str, fields: dict[str, object] | None = None, button: str = "") -> None:
    """Open the page, unfold the form whose address ends so, fill it, press its button; the answer is the next page."""
    page.goto(path)
    form = page.locator(f"form[action$='/{act}'], form[action$='/{act}/'], form#{act}-form").first
    form.evaluate("form => { for (let at = form; at; at = at.parentElement) if (at.open === false) at.open = true; }")
    for name, value in (fields or {}).items():
        fill(form.locator(f"[name={name}]"), value)
    with page.expect_navigation():
        form.locator(button or "button[type=submit], button:not([type])").first.click()
    assert not page.locator(".invalid-feedback:visible, .alert-danger:visible").count(), page.content()


def fill(field, value: object) -> None:
    kind = field.first.evaluate("field => field.type")
    if kind == "checkbox":
        for each in value if isinstance(value, list) else [value]:
            field.locator(f"xpath=self::*[@value='{each}']").check()
    elif kind == "select-one":
        field.first.select_option(str(value))
    else:
        field.first.fill(str(value))


def day(later: int) -> str:
    return (timezone.localdate() + timedelta(days=later)).isoformat()


def registered(clerk: Page) -> Document:
    clerk.goto("/documents/new")
    for name, value in {
        "sender": "學校教務處", "sender_number": "教務〔2026〕88號", "title": TITLE,
        "summary": "各學院於月底前報送自查報告與數據表。",
    }.items():  # fmt: skip
        clerk.locator(f"[name={name}]").fill(value)
    clerk.locator("[name=answer_wanted]").check()
    clerk.locator("[name=answer_until]").fill(day(20))
    clerk.locator("button[name=act][value=register]").click()
    clerk.get_by_text(TITLE).first.wait_for()
    return Document.objects.get()


def instructed(clerk: Page, dean: Page, college: dict[str, Person], letter: Document) -> None:
    page = letter.get_absolute_url()
    fields = {"words": "擬請子系牽頭、丑系配合。", "deciders": [college["dean"].pk]}
    send(clerk, f"{page}/propose", "propose", fields)
    dean.goto(page)
    dean.locator("form[action*='/instruct/'] [name=words]").fill("同意，按時報送。")
    dean.locator("form[action*='/instruct/'] button[value=approved]").click()
    dean.get_by_text("同意，按時報送。").first.wait_for()


def handed_down(clerk: Page, college: dict[str, Person], letter: Document) -> tuple[Part, Part, Part]:
    page, lead, helper = letter.get_absolute_url(), unit_of(college["子"]), unit_of(college["丑"])
    together = {"lead": lead, "helpers": [helper], "asks": "報送自查結果", "due_on": day(9)}
    send(clerk, page, "hand-down", together)
    send(clerk, page, "hand-down", {"lead": helper, "asks": "報送危險化學品清單", "due_on": day(8)})
    first, second = Assignment.objects.order_by("pk")
    return first.parts.get(unit=lead), first.parts.get(unit=helper), second.parts.get()


def reported(secretary: Page, head: Page, part: Part, words: str) -> None:
    send(secretary, part.get_absolute_url(), "report", {"text": words})
    send(head, part.get_absolute_url(), "confirm")


def done_by_units(clerk: Page, one: tuple[Page, Page], two: tuple[Page, Page], parts: tuple[Part, Part, Part]) -> None:
    lead, helper, alone = parts
    for secretary, part in ((one[0], lead), (two[0], helper), (two[0], alone)):
        send(secretary, part.get_absolute_url(), "sign")
    # More time for the helper, asked for before its day.
    wish = {"until": f"{day(15)}T17:30", "reason": "數據未齊"}
    send(two[0], helper.get_absolute_url(), "ask-extension", wish)
    send(clerk, helper.get_absolute_url(), "grant-extension")
    # Time passes over the third: it is late, and urged.
    Part.objects.filter(pk=alone.pk).update(due_at=now() - timedelta(days=2))
    send(clerk, alone.get_absolute_url(), "urge", {"note": "請今日回報"})
    reported(*two, alone, "清單附後")
    send(clerk, alone.get_absolute_url(), "accept")
    reported(*two, helper, "已自查")
    send(one[0], helper.get_absolute_url(), "accept")
    # The lead's report is incomplete the first time.
    reported(*one, lead, "已彙整")
    send(clerk, lead.get_absolute_url(), "return", {"note": "缺數據表"})
    reported(*one, lead, "已彙整，附數據表")
    send(clerk, lead.get_absolute_url(), "accept")
    for row in {lead.assignment, alone.assignment}:
        send(clerk, row.get_absolute_url(), "close")


def answer_drafted(clerk: Page, college: dict[str, Person], letter: Document) -> Document:
    clerk.goto(letter.get_absolute_url())
    clerk.locator(f"a[href='/dispatch/new?answers={letter.pk}']").click()
    clerk.locator("#id_title").fill(ANSWER)
    clerk.locator("[contenteditable=true]").click()
    clerk.keyboard.type("現將自查情況報告如下。")
    clerk.locator("#id_signer").fill(college["dean"].number)
    clerk.locator("#id_main_others").fill("學校教務處")
    clerk.get_by_role("button", name="儲存草稿").click()
    clerk.wait_for_url("**/dispatch/*")
    paper = Document.objects.outgoing().get()
    route = {"checker": college["checker"].number, "final_checker": college["director"].number}
    send(clerk, paper.get_absolute_url(), "put-up", route)
    return paper


def decided(page: Page, paper: Document, words: str) -> None:
    page.goto(f"{paper.get_absolute_url()}/sign")
    page.locator("[name=words]").fill(words)
    with page.expect_navigation():
        page.locator("button[name=decision][value=approved]").click()
    page.get_by_text(words).first.wait_for()


def sealed(clerk: Page, keeper: Page, paper: Document) -> None:
    send(clerk, paper.get_absolute_url(), "seal", {"seal": Seal.objects.get().pk, "allowed": 1})
    use = SealUse.objects.get()
    keeper.goto(use.get_absolute_url())
    keeper.locator("#made_made").fill("1")
    with keeper.expect_navigation():
        keeper.locator("#made_made").locator("xpath=ancestor::form").locator("button").last.click()
    keeper.locator("#close").wait_for()
    keeper.locator("#close [name=no_photo_reason]").fill("當面交付")
    with keeper.expect_navigation():
        keeper.locator("#close button[type=submit], #close button:not([type])").last.click()
    assert SealUse.objects.get().state == "closed"


def test_a_paper_goes_down_comes_up_goes_out_and_is_filed(open_page, college: dict[str, Person]) -> None:
    clerk, dean = open_page(college["clerk"]), open_page(college["dean"], viewport=PHONE)
    letter = registered(clerk)
    instructed(clerk, dean, college, letter)
    parts = handed_down(clerk, college, letter)
    one, two = ((open_page(college[name]), open_page(college[f"{name}主任"], viewport=PHONE)) for name in "子丑")
    done_by_units(clerk, one, two, parts)
    paper = answer_drafted(clerk, college, letter)
    decided(open_page(college["checker"]), paper, "文字無誤。")
    decided(dean, paper, "同意印發。")
    director = open_page(college["director"])
    decided(director, paper, "核對無誤。")
    send(clerk, paper.get_absolute_url(), "number")
    draw_waiting_sheets()
    sealed(clerk, open_page(college["keeper"]), paper)
    send(clerk, paper.get_absolute_url(), "send")
    clerk.goto(letter.get_absolute_url())
    clerk.get_by_text(Document.objects.get(pk=paper.pk).number).first.wait_for()
    send(clerk, letter.get_absolute_url(), "close", {"words": "已答復教務處"})
    for row in (letter, paper):
        send(clerk, row.get_absolute_url(), "filing", {"retention": "ten"})
    assert make_waiting_packages() == Filing.objects.count() == 2
    assert [part.rounds for part in Part.objects.order_by("pk")] == [2, 1, 1]
    assert sorted(part.late_days > 0 for part in Part.objects.all()) == [False, False, True]
    assert set(Document.objects.values_list("state", flat=True)) == {State.FILED}
    assert [check_chain(row) for row in Document.objects.all()] == [[], []]
    assert find_faults() == []
    clerk.goto(f"/documents/{letter.pk}/chain")
    clerk.get_by_text(ANSWER).first.wait_for()

"""What the page does by itself: rows, sums and calculated cells while one types; nothing typed is lost."""

import pytest

from apps.replies.models import Reply
from tests.browser import PHONE
from tests.notices import factories as board
from tests.questionnaires.test_tables import COURSES, OTHER, TOTAL
from tests.replies import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def asked(live_server):
    """A collection with a table of courses, another number and their sum, and one who fills it in."""
    clerk, unit = board.ground(), make.department()
    (person,) = make.teachers(unit, 1)
    type(person).objects.filter(pk=person.pk).update(language="en")
    many = COURSES | {"limits": {"max_rows": 5}}
    collection = make.collecting(clerk, [person], fields=[many, OTHER, TOTAL])
    person.language = "en"
    return person, f"/replies/of/{collection.notice_id}/"


def rows(page):
    return page.locator("[data-table] [data-table-rows] [data-table-row]")


def test_rows_and_sums_follow_what_is_typed(asked, open_page):
    person, address = asked
    page = open_page(person)
    page.goto(address)
    page.locator("[name=courses-0-name]").fill("編譯原理")
    page.locator("[name=courses-0-hours]").fill("４８")
    page.locator("[name=courses-0-size]").fill("１．１５")
    assert rows(page).first.locator("output").inner_text() == "55.2"
    page.locator("[name=courses-0-name]").press("Enter")
    page.keyboard.type("數據庫")
    assert page.locator("[name=courses-1-name]").input_value() == "數據庫"
    page.locator("[name=courses-1-hours]").fill("0.1")
    page.locator("[name=courses-1-size]").fill("1.1")
    page.locator("[name=other]").fill("0.2")
    assert page.locator("[data-table-total=counted]").inner_text() == "55.31"
    page.get_by_role("button", name="Put it in").click()
    assert page.locator("[name=total]").input_value() == "55.51"
    page.get_by_role("button", name="Add a row").click()
    page.get_by_role("button", name="Remove row 3").click()
    assert rows(page).count() == 2
    page.get_by_role("button", name="Remove row 1").click()
    assert page.locator("[name=courses-0-name]").input_value() == "數據庫"
    page.locator("[name=total]").fill("0.31")
    page.get_by_role("button", name="Hand in").click()
    page.get_by_text("Fingerprint of the answers").wait_for()
    assert Reply.objects.get().answer_set.answers == {
        "courses": [{"name": "數據庫", "hours": 0.1, "size": 1.1, "counted": 0.11}],
        "other": 0.2,
        "total": 0.31,
    }


def test_no_more_rows_than_the_form_takes(asked, open_page):
    person, address = asked
    page = open_page(person)
    page.goto(address)
    add = page.get_by_role("button", name="Add a row")
    while add.is_enabled():
        add.click()
    assert rows(page).count() == 5


def test_what_was_typed_comes_back_when_the_page_is_opened_again(asked, open_page):
    person, address = asked
    page = open_page(person)
    page.goto(address)
    for place, name in enumerate(("甲", "乙", "丙")):
        if place:
            page.get_by_role("button", name="Add a row").click()
        page.locator(f"[name=courses-{place}-name]").fill(name)
    page.reload()
    assert [page.locator(f"[name=courses-{place}-name]").input_value() for place in range(3)] == ["甲", "乙", "丙"]
    page.get_by_role("button", name="Keep as draft").click()
    page.get_by_text("Row 1").first.wait_for()  # hours are missing: the draft is kept, and the page says so
    assert Reply.objects.get().answer_set.answers == {"courses": [{"name": "甲"}, {"name": "乙"}, {"name": "丙"}]}


def test_discarded_after_a_clash_is_discarded(asked, open_page):
    person, address = asked
    first, second = open_page(person), open_page(person)
    for page in (first, second):
        page.goto(address)
    first.locator("[name=other]").fill("1")
    first.get_by_role("button", name="Keep as draft").click()
    first.get_by_text("The draft is kept").wait_for()
    second.locator("[name=other]").fill("2")
    second.get_by_role("button", name="Keep as draft").click()
    second.get_by_text("saved elsewhere meanwhile").wait_for()
    assert second.locator("[name=other]").input_value() == "2"
    second.get_by_role("link", name="Discard what I typed").click()
    second.get_by_text("saved elsewhere meanwhile").wait_for(state="detached")
    assert second.locator("[name=other]").input_value() == "1"


def test_page_fits_a_phone(asked, open_page):
    person, address = asked
    page = open_page(person, viewport=PHONE)
    page.goto(address)
    page.get_by_role("button", name="Add a row").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

"""A student does everything on a phone, by touch, from a nickname in the search box to the status page signed out.

On each page: nothing is wider than the screen, what is tapped is large enough for a thumb, axe finds nothing serious.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import pypdf
import pytest
from playwright.sync_api import Page

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.models import Request, Service
from apps.servicedesk.services.helping import set_articles
from apps.servicedesk.services.papers import make_missing_papers
from apps.servicedesk.starter import install_catalogue
from tests import factories
from tests.browser import PHONE
from tests.knowledge import factories as shelf
from tests.servicedesk import factories as desk
from tests.test_accessibility import AXE, RUN, WITHOUT_STRIPS

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
TARGET = 44
# What a thumb aims at. Links inside a sentence are left out, as WCAG 2.5.8 leaves them out; a check box is as large as
# the label around it.
SMALL = """size => [...document.querySelectorAll(
        'button, .btn, select, textarea, summary, .list-group-item-action, .form-check, .form-selectgroup-label, '
        + '.dropdown-item, .nav-link, input:not([type=hidden]):not([type=checkbox]):not([type=radio])')]
    .filter(each => each.checkVisibility({visibilityProperty: true}) && !each.closest('.visually-hidden, .skip-link'))
    .map(each => [each, each.getBoundingClientRect()])
    .filter(([each, box]) => box.width > 1 && box.height > 1 && (box.height < size - 0.5 || box.width < size - 0.5))
    .map(([each, box]) => `${each.tagName}.${each.className} ${each.textContent.trim().slice(0, 20)} `
        + `${Math.round(box.width)}x${Math.round(box.height)}`)"""
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Office:
    student: Person
    clerk: Person
    director: Person


@pytest.fixture
def office(live_server, settings) -> Office:
    settings.PORTAL_URL = live_server.url
    factories.office()
    install_catalogue()
    made = Office(
        factories.student(name="Chen Xiaoyun", name_en="Chen Xiaoyun", language="en"),
        factories.clerk(name="Clerk Jia", language="en"),
        factories.director(name="Zhou Minhua", language="en"),
    )
    title = {"zh-hant": "辦簽證用的在讀證明", "en": "A certificate of enrolment for a visa"}
    body = {"zh-hant": "<p>用途選辦理簽證。</p>", "en": "<p>Choose visa application.</p>"}
    article = shelf.article(made.clerk, title=title, body=body)
    set_articles(service=Service.objects.get(code="enrolment-certificate"), articles=[article.pk], actor=made.director)
    return made


def check(page: Page) -> None:
    """The page as a thumb and a screen reader meet it."""
    assert page.evaluate(WIDE) <= 0, f"{page.url} is wider than the screen"
    small = page.evaluate(SMALL, TARGET)
    assert not small, f"{page.url} has targets that are too small: {small}"
    page.add_script_tag(path=AXE)
    page.evaluate(WITHOUT_STRIPS)
    faults = page.evaluate(RUN)
    assert not faults, f"{page.url}: {faults}"


def find_by_nickname(page: Page) -> None:
    page.goto("/requests/")
    check(page)
    page.get_by_role("searchbox").tap()
    page.get_by_role("searchbox").fill("学生证明")  # neither its name nor the script of its keywords
    page.get_by_text("also called").wait_for()
    check(page)
    page.get_by_role("link", name="Certificate of enrolment").tap()
    page.get_by_role("heading", name="Certificate of enrolment").wait_for()


def read_the_offered_article(page: Page) -> None:
    page.get_by_role("status").filter(has_text="1 hint may help").wait_for()
    page.locator("#help summary").tap()
    check(page)
    with page.expect_popup() as opened:
        page.locator("#help").get_by_role("button", name="A certificate of enrolment for a visa").tap()
    article = opened.value
    article.get_by_text("Choose visa application.").wait_for()
    check(article)
    article.get_by_role("button", name="Yes, it helped").tap()
    article.get_by_text("You said: yes.").wait_for()
    article.close()


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f"input[type=radio][name={name}][value={value}]").tap()


def save_a_draft_and_come_back(page: Page) -> None:
    choose(page, "purpose", "other")
    page.get_by_label("Which purpose").fill("visa")
    page.get_by_role("button", name="Save and go on later").tap()
    page.get_by_text("Your draft is kept; nothing was sent").wait_for()
    check(page)
    page.get_by_role("link", name="Certificate of enrolment").first.tap()
    assert page.get_by_label("Which purpose").input_value() == "visa"
    page.get_by_text("Your draft is kept until").wait_for()


def file_it(page: Page) -> Request:
    choose(page, "language", "en")
    page.get_by_label("Copies on paper").fill("0")
    page.get_by_role("button", name="Go on: check your answers").tap()
    page.get_by_role("button", name="Send to the office").wait_for()
    check(page)
    page.get_by_role("button", name="Send to the office").tap()
    page.get_by_role("heading", name="Filed").wait_for()
    check(page)
    return Request.objects.get(service__code="enrolment-certificate")


def correct_one_field(page: Page, item: Request, office: Office) -> None:
    item = services.take(request=item, actor=office.clerk)
    services.return_for_correction(
        request=item, actor=office.clerk, fields=["purpose_other"], note="Please name the country."
    )
    page.goto(item.get_absolute_url())
    page.get_by_text("Please name the country.").first.wait_for()
    page.get_by_text("The correction of the answers named on top.").wait_for()
    check(page)
    page.locator("#correct").get_by_label("Which purpose").fill("visa for Germany")
    page.get_by_role("button", name="Send the correction").tap()
    page.get_by_text("Thank you, the office goes on with it.").wait_for()


def write_and_urge(page: Page) -> None:
    page.get_by_role("textbox", name="Message").fill("I fly in December.")
    page.get_by_role("button", name="Send", exact=True).tap()
    page.locator("#conversation").get_by_text("I fly in December.").wait_for()
    page.get_by_role("button", name="Urge").tap()
    page.get_by_role("dialog").get_by_role("button", name="Urge").tap()
    page.get_by_text("You have urged today").wait_for()
    check(page)


def withdraw_another(page: Page, office: Office) -> None:
    other = desk.request(requester=office.student, of=Service.objects.get(code="repair"), answers={"place": "B203"})
    page.goto(other.get_absolute_url())
    page.get_by_role("button", name="More").tap()
    check(page)
    page.get_by_role("link", name="Withdraw").tap()
    page.locator("#do textarea").wait_for()
    check(page)
    page.locator("#do textarea").fill("It works again.")
    page.locator("#do").get_by_role("button", name="Withdraw").tap()
    page.get_by_text("Withdrawn. The office has stopped its work on it.").wait_for()


def finish(item: Request, office: Office) -> None:
    """What the office does meanwhile."""
    services.ask_approval(request=item, actor=office.clerk)
    step = Step.objects.about(item).get()
    services.decide_approval(step_id=step.pk, actor=office.director, decision=StepState.APPROVED)
    services.complete(request=item, actor=office.clerk)
    make_missing_papers()


def download_and_rate(page: Page, item: Request) -> None:
    page.goto(item.get_absolute_url())
    check(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download").tap()
    with open(waiting.value.path(), "rb") as file:
        assert "visa for Germany" in pypdf.PdfReader(io.BytesIO(file.read())).pages[0].extract_text()
    page.locator("#rate").get_by_text("5 very good").tap()
    page.get_by_role("button", name="Rate").tap()
    page.get_by_text("Thank you for telling us.").wait_for()


def look_signed_out(page: Page, stranger: Page, item: Request) -> None:
    page.get_by_role("button", name="Make a link").tap()
    page.get_by_text("The address is shown only now.").wait_for()
    check(page)
    stranger.goto(page.locator("a[href*='/requests/status/']").get_attribute("href"))
    stranger.get_by_text(item.number).first.wait_for()
    check(stranger)
    assert "Chen Xiaoyun" not in stranger.content()
    assert "visa" not in stranger.content()


def test_student_does_everything_on_a_phone(office: Office, open_page: Callable[..., Page]) -> None:
    touch = {"viewport": PHONE, "has_touch": True, "is_mobile": True, "bypass_csp": True}
    page, stranger = open_page(office.student, **touch), open_page(**touch)
    find_by_nickname(page)
    read_the_offered_article(page)
    save_a_draft_and_come_back(page)
    item = file_it(page)
    correct_one_field(page, item, office)
    write_and_urge(page)
    withdraw_another(page, office)
    finish(item, office)
    download_and_rate(page, item)
    look_signed_out(page, stranger, item)
    item.refresh_from_db()
    assert item.rating == 5

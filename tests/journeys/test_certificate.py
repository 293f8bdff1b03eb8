"""A student's certificate: asked for, returned, corrected, approved, drawn, downloaded, checked by a stranger."""

import io
import re
from datetime import time

import pypdf
import pytest

from apps.servicedesk.models import Certificate, Request
from apps.servicedesk.starter import install_catalogue
from tests import factories
from tests.processes import celery_worker, mail_sink, wait_until

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def office(live_server, settings):
    """The catalogue and one person per part, who read English; a worker draws sheets and sends mails."""
    settings.PORTAL_URL = live_server.url
    settings.MAIL_HOURS = [time.min, time.max]  # the test may run at night
    factories.office()
    install_catalogue()
    people = {
        "student": factories.student(name="Chen Xiaoyun", name_en="Chen Xiaoyun", language="en"),
        "clerk": factories.clerk(name="Clerk Jia", language="en"),
        "director": factories.director(name="Zhou Minhua", language="en"),
    }
    with mail_sink() as sink, celery_worker(smtp_port=sink.port, PORTAL_URL=live_server.url, MAIL_HOURS="00:00-23:59"):
        yield people | {"sink": sink}


def choose(page, name: str, value: str) -> None:
    page.locator(f"input[type=radio][name={name}][value={value}]").check()


def file_for_certificate(page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Ask the office").click()
    page.get_by_role("link", name="Certificate of enrolment").click()
    choose(page, "purpose", "other")
    page.get_by_label("Which purpose").fill("visa")
    choose(page, "language", "en")
    page.get_by_label("Copies on paper").fill("0")
    page.get_by_role("button", name="Go on: check your answers").click()
    page.get_by_role("button", name="Send to the office").click()
    page.get_by_role("heading", name="Filed").wait_for()


def return_one_field(page, request: Request) -> None:
    page.goto("/requests/list/")
    page.goto(request.get_absolute_url())
    page.get_by_role("button", name="Take it on").click()
    page.get_by_role("button", name="More").click()
    page.get_by_role("link", name="Return for correction").click()
    page.get_by_label("Which purpose").check()
    page.locator("#do textarea").fill("Please name the country of the visa.")
    page.locator("#do").get_by_role("button", name="Return for correction").click()
    page.get_by_text("returned for correction").first.wait_for()


def correct(page, request: Request) -> None:
    page.goto(request.get_absolute_url())
    page.get_by_text("Please name the country of the visa.").first.wait_for()
    page.locator("#correct").get_by_label("Which purpose").fill("short-term visa for Germany")
    assert page.locator("#correct").get_by_label("Copies on paper").count() == 0
    page.get_by_role("button", name="Send the correction").click()
    page.get_by_text("in progress").first.wait_for()


def approve_by_keyboard(page, request: Request) -> None:
    page.goto("/")
    page.locator(f"[data-item='servicedesk.request:{request.pk}']").wait_for()
    page.keyboard.press("j")
    page.keyboard.press("y")
    page.locator(f"#section-decide [data-item='servicedesk.request:{request.pk}']").wait_for(state="detached")
    assert page.url.endswith("/")


def complete(page, request: Request) -> None:
    page.goto(request.get_absolute_url())
    page.get_by_role("link", name="Complete").click()
    page.locator("#do").get_by_role("button", name="Complete").click()
    page.get_by_text("done").first.wait_for()


def download(page, request: Request) -> pypdf.PdfReader:
    page.goto(request.get_absolute_url())
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download").click()
    with open(waiting.value.path(), "rb") as file:
        return pypdf.PdfReader(io.BytesIO(file.read()))


def test_student_gets_a_certificate_that_a_stranger_can_check(office, open_page):
    student, clerk, director = (open_page(office[name]) for name in ("student", "clerk", "director"))
    file_for_certificate(student)
    request = Request.objects.get(requester=office["student"])
    return_one_field(clerk, request)
    correct(student, request)
    clerk.goto(request.get_absolute_url())
    clerk.get_by_role("button", name="Ask for approval").click()
    approve_by_keyboard(director, request)
    complete(clerk, request)
    wait_until(lambda: Certificate.objects.filter(request=request, blob__isnull=False).exists(), what="the sheet")

    text = download(student, request).pages[0].extract_text()
    assert "Chen Xiaoyun" in text
    assert "short-term visa for Germany" in text
    address = re.search(r"http://\S+/requests/check/[\w-]{32}", text.replace("\n", "")).group()

    stranger = open_page()
    stranger.goto(address)
    assert stranger.get_by_text(Certificate.objects.get().number).count() >= 1
    assert "short-term visa for Germany" in stranger.content()
    stranger.goto(address[:-3] + "xxx")
    assert "Chen Xiaoyun" not in stranger.content()


def test_the_student_is_told_by_mail_at_each_turn(office, open_page):
    file_for_certificate(open_page(office["student"]))
    request = Request.objects.get(requester=office["student"])
    return_one_field(open_page(office["clerk"]), request)
    sink, address = office["sink"], office["student"].email
    wait_until(lambda: len(sink.to(address)) >= 2, what="two mails to the student")
    assert all(request.number in mail["Subject"] for mail in sink.to(address))

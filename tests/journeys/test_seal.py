"""A contract is sealed by the stand-in while the keeper is away; a class gets certificates, a stranger checks one."""

import re
from datetime import time, timedelta

import pypdf
import pytest

from apps.core.clock import now
from apps.journal.files import open_blob
from apps.people.models import Person
from apps.seals.models import Seal, SealUse
from apps.seals.services import appoint_keeper, appoint_stand_in
from apps.servicedesk.models import Certificate, PaperBatch, Request
from apps.servicedesk.starter import install_catalogue
from tests import factories
from tests.processes import celery_worker, mail_sink, wait_until
from tests.seals import factories as make

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def office(live_server, settings):
    """The catalogue, the register with a keeper who is away, and one person per part, who read English."""
    settings.PORTAL_URL = live_server.url
    settings.MAIL_HOURS = [time.min, time.max]  # the test may run at night
    factories.office()
    install_catalogue()
    people = {
        "teacher": factories.person("Teacher Wu", "staff", language="en"),
        "clerk": factories.clerk(name="Clerk Jia", language="en"),
        "keeper": factories.clerk(name="Keeper Yin", language="en"),
        "stand_in": factories.clerk(name="Stand-in Dai", language="en"),
        "director": factories.director(name="Zhou Minhua", language="en"),
    }
    seal, at = Seal.objects.get(code="contract"), now()
    appoint_keeper(seal=seal, person=people["keeper"], actor=people["director"], at=at - timedelta(days=9))
    days = {"starts_at": at - timedelta(days=1), "ends_at": at + timedelta(days=2)}
    appoint_stand_in(seal=seal, person=people["stand_in"], actor=people["director"], **days)
    with mail_sink() as sink, celery_worker(smtp_port=sink.port, PORTAL_URL=live_server.url, MAIL_HOURS="00:00-23:59"):
        yield people


def ask_for_the_seal(page, paper: bytes, name: str) -> None:
    page.goto("/requests/file/seal-use")
    page.get_by_label("Title of the paper").fill("Contract on a joint laboratory")
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": paper})
    page.get_by_text(name).first.wait_for()
    page.locator("input[type=radio][name=seal][value=contract]").check()
    page.get_by_label("Impressions").fill("2")
    page.get_by_label("To whom the paper goes").fill("A company")
    page.get_by_label("Reason").fill("Both sides have agreed.")
    page.get_by_role("button", name="Go on: check your answers").click()
    page.get_by_role("button", name="Send to the office").click()


def take_and_ask_for_approval(page, request: Request) -> None:
    page.goto(request.get_absolute_url())
    page.get_by_role("button", name="Take it on").click()
    page.get_by_role("button", name="Ask for approval").click()
    page.get_by_text("in approval").first.wait_for()


def approve(page, request: Request) -> None:
    page.goto(request.get_absolute_url())
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("in progress").first.wait_for()


def seal_with_one_spoiled(page, use: SealUse) -> None:
    page.goto("/")
    page.locator(f"[data-item='seals.use:{use.pk}']").wait_for()
    page.goto(use.get_absolute_url())
    page.get_by_text("You stand in for Keeper Yin").wait_for()
    page.locator("#made_made").fill("2")
    page.locator("#made_spoiled").fill("1")
    page.locator("#made_note").fill("The first one was smeared; that sheet is shredded.")
    page.get_by_role("button", name="Write it into the ledger").click()
    page.locator("#close").wait_for()


def close_with_a_photo(page) -> None:
    photo = {"name": "sealed.png", "mimeType": "image/png", "buffer": make.picture()}
    page.locator("#close_photo").set_input_files(photo)
    page.get_by_role("button", name="Close the line").click()
    page.get_by_text("Explain the difference").first.wait_for()
    page.locator("#close_photo").set_input_files(photo)
    page.locator("#close_explanation").fill("One was spoiled and shredded.")
    page.get_by_role("button", name="Close the line").click()
    page.get_by_text("The line is closed").wait_for()


def test_contract_is_sealed_by_the_stand_in_and_the_ledger_balances(office, open_page):
    teacher = open_page(office["teacher"])
    ask_for_the_seal(teacher, make.blank_pdf(), "blank.pdf")
    teacher.get_by_text("The paper is blank").first.wait_for()
    assert not Request.objects.filter(number__isnull=False).exists()
    Request.objects.all().delete()
    ask_for_the_seal(teacher, make.contract(), "contract.pdf")
    teacher.get_by_role("heading", name="Filed").wait_for()
    request = Request.objects.get(number__isnull=False)

    clerk = open_page(office["clerk"])
    take_and_ask_for_approval(clerk, request)
    approve(open_page(office["director"]), request)
    use = SealUse.objects.get()
    stand_in = open_page(office["stand_in"])
    seal_with_one_spoiled(stand_in, use)
    close_with_a_photo(stand_in)
    balance = [stand_in.locator(f"#{name}").inner_text() for name in ("allowed", "made", "left", "spoiled")]
    assert balance == ["2", "2", "0", "1"]

    clerk.goto(request.get_absolute_url())
    clerk.get_by_role("link", name="Complete").click()
    clerk.locator("#do").get_by_role("button", name="Complete").click()
    clerk.get_by_text("done").first.wait_for()
    teacher.goto(request.get_absolute_url())
    assert "2 of 2 impressions made, 1 spoiled" in teacher.locator("#seal").inner_text()
    assert "sealed.png" in teacher.locator("#seal").inner_text()
    entry = use.impressions.get()
    assert (entry.by, entry.on_behalf_of) == (office["stand_in"], office["keeper"])


def test_class_of_forty_gets_certificates_that_a_stranger_can_check(office, open_page):
    room = factories.unit("Software 2303", kind="class", parent=factories.root_unit())
    students = [factories.student(f"Student {number:02d}", at=room, language="en") for number in range(40)]
    page = open_page(office["clerk"])
    page.goto("/requests/batches/new")
    page.locator("#id_service").select_option(label="Certificate of enrolment")
    page.locator("#id_language").select_option("en")
    page.locator("#id_unit").select_option(label="Software 2303")
    page.get_by_role("button", name="Go on").click()
    page.locator("input[type=radio][name=purpose][value=internship]").check()
    page.get_by_role("button", name="Look at everybody").click()
    page.get_by_text("Student 39").first.wait_for()
    assert not Certificate.objects.exists()
    page.get_by_role("button", name="Issue 40").click()
    page.locator("[data-confirm-yes]").click()
    wait_until(lambda: PaperBatch.objects.filter(state="done").exists(), what="the batch", seconds=120)
    assert Certificate.objects.filter(blob__isnull=False).count() == len(students)

    holder = open_page(Person.objects.get(name="Student 07"))
    holder.goto("/requests/certificates/")
    holder.locator("tbody a").first.click()
    paper = Certificate.objects.get(person__name="Student 07")
    holder.get_by_text(paper.number).first.wait_for()
    with open_blob(paper.blob) as file:
        text = pypdf.PdfReader(file).pages[0].extract_text().replace("\n", "")
    stranger = open_page()
    stranger.goto(re.search(r"http://\S+/requests/check/[\w-]{32}", text).group())
    stranger.get_by_text(paper.number).first.wait_for()
    assert stranger.locator(".card-status-top.bg-success").count() == 1
    assert "Student 07" in stranger.content()
    assert paper.xml_sha256 in stranger.content()

"""A notice that half of its people have acknowledged is replaced: who had the old words is told what changed and asked
anew; what was proved before stays on record. Then a slip of the pen is corrected, and nobody is asked again.
"""

from collections import Counter
from datetime import time

import pytest
from playwright.sync_api import Page, expect

from apps.delivery.models import Evidence
from apps.notices.models import Notice
from apps.people.enums import Role
from apps.people.models import Person
from apps.servicedesk.starter import install_catalogue
from tests import factories
from tests.browser import PHONE
from tests.processes import MailSink, celery_worker, mail_sink, wait_until

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
TITLE = "期末考試監考安排"
OLD, NEW = "監考教師請於 12 月 28 日八時到崗。", "監考教師請於 12 月 30 日八時到崗。"
WHY = "監考日期由 12 月 28 日改為 12 月 30 日"
SLIP = "地點由「一教」寫明為「第一教學樓」"
STAFF = 8


@pytest.fixture
def sink(live_server, settings):
    settings.PORTAL_URL = live_server.url
    settings.MAIL_HOURS = [time.min, time.max]  # the test may run at night
    factories.office()
    install_catalogue()
    with (
        mail_sink() as server,
        celery_worker(smtp_port=server.port, PORTAL_URL=live_server.url, MAIL_HOURS="00:00-23:59"),
    ):
        yield server


def write(page: Page, words: str) -> None:
    """Put `words` in place of the Chinese text."""
    box = page.locator(".notices-language", has=page.locator("#id_title_zh_hant")).get_by_role("textbox").last
    box.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(words)


def send_out(page: Page) -> Notice:
    page.goto("/notices/new/")
    words = page.locator(".notices-language", has=page.locator("#id_title_zh_hant"))
    words.evaluate("details => { details.open = true }")
    words.locator("#id_title_zh_hant").fill(TITLE)
    write(page, OLD)
    page.locator("input[name$=roles][value=staff]").first.check()
    page.locator("#compose button[type=submit]").last.click()
    page.get_by_role("button", name="Publish to").click()
    page.get_by_text(TITLE).first.wait_for()
    return Notice.objects.get()


def replace(page: Page, notice: Notice, kind: str, note: str, words: str) -> None:
    """Through the report, as a clerk comes to it."""
    page.goto(f"/notices/{notice.pk}/report/")
    page.get_by_role("link", name="Change or take back").click()
    page.get_by_label(kind).check()
    page.get_by_label("What changed").fill(note)
    write(page, words)
    page.get_by_role("button", name="Send out the new edition").click()
    page.get_by_text("is going out; who saw the old words is told what changed").wait_for()
    wait_until(lambda: not notice.rounds.filter(is_complete=False).exists(), what="the rounds of the change planned")


def read(page: Page, *, changed: str = "") -> None:
    """From the inbox; a reader of the old words sees first what changed."""
    page.goto("/notices/")
    with page.expect_response("**/open/"):
        page.get_by_role("link", name=TITLE).first.click()
    if changed:
        expect(page.get_by_role("heading", name="Changed since you read it")).to_be_visible()
        expect(page.get_by_text(changed).first).to_be_visible()


def acknowledge(page: Page) -> None:
    page.get_by_role("button", name="I have read and know this").click()
    page.get_by_text("receipt", exact=False).first.wait_for()


def mails_to(sink: MailSink, person: Person, words: str) -> int:
    """How many of the mails to `person` speak of `words`."""
    texts = [
        part.get_payload(decode=True).decode()
        for mail in sink.to(person.email)
        for part in mail.walk()
        if part.get_content_type() == "text/plain"
    ]
    return sum(words in text for text in texts)


def states(notice: Notice) -> Counter[str]:
    return Counter(notice.obligations.values_list("state", flat=True))


def test_notice_is_replaced_when_half_have_acknowledged_it(sink: MailSink, open_page) -> None:
    staff = [factories.person(f"教師{place}", Role.STAFF, language="en") for place in range(STAFF)]
    quick, slow = staff[: STAFF // 2], staff[STAFF // 2 :]
    clerk = open_page(factories.clerk(language="en"))
    notice = send_out(clerk)
    wait_until(lambda: len(sink.mails) == STAFF, what="the first mails")
    phones = {person: open_page(person, viewport=PHONE) for person in quick}
    for phone in phones.values():
        read(phone)
        acknowledge(phone)
    receipts = dict(notice.obligations.exclude(receipt_number="").values_list("person", "receipt_number"))
    clerk.goto(f"/notices/{notice.pk}/report/")
    expect(clerk.get_by_text(f"{len(quick)} / {STAFF}", exact=True).first).to_be_visible()

    replace(clerk, notice, "Replacement", WHY, NEW)
    wait_until(lambda: all(mails_to(sink, person, WHY) == 1 for person in staff), what="word of the change to all")
    wait_until(lambda: states(notice)["acknowledged"] == 0, what="all asked anew")
    clerk.goto(f"/notices/{notice.pk}/report/")
    expect(clerk.get_by_text(f"0 / {STAFF}", exact=True).first).to_be_visible()
    assert Evidence.objects.filter(kind="acknowledged").count() == len(quick)

    for person in quick[:2]:
        read(phones[person], changed=WHY)
        fits(phones[person])
        acknowledge(phones[person])
    newcomer = open_page(slow[0], viewport=PHONE)
    read(newcomer)
    expect(newcomer.get_by_text(NEW)).to_be_visible()
    acknowledge(newcomer)
    assert states(notice)["acknowledged"] == 3
    again = dict(notice.obligations.exclude(receipt_number="").values_list("person", "receipt_number"))
    assert set(receipts) & set(again) >= {person.pk for person in quick[:2]}

    replace(clerk, notice, "Correction", SLIP, f"{NEW}地點為第一教學樓。")
    wait_until(lambda: all(mails_to(sink, person, SLIP) == 1 for person in staff), what="word of the correction to all")
    assert states(notice)["acknowledged"] == 3
    clerk.goto(f"/notices/{notice.pk}/report/")
    expect(clerk.get_by_text(f"3 / {STAFF}", exact=True).first).to_be_visible()
    clerk.goto(f"/notices/{notice.pk}/editions/")
    for words in (WHY, SLIP):
        expect(clerk.get_by_text(words).first).to_be_visible()
    clerk.goto(f"/notices/{notice.pk}/people/{quick[-1].pk}/")
    expect(clerk.get_by_text("acknowledged").first).to_be_visible()  # of the old words, kept for ever
    assert {len(sink.to(person.email)) for person in staff} == {3}


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

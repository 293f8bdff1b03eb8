"""The office's first notice to all staff of a real-sized roster: read, acknowledged, bounced, reminded, reported."""

import io
import os
from collections import Counter
from datetime import time
from pathlib import Path

import pytest
from celery import current_app
from django.core.management import call_command

from apps.delivery.management.commands import ingest_mail
from apps.delivery.models import InboundMail
from apps.notices.models import Notice
from apps.people.models import Person
from apps.servicedesk.starter import install_catalogue
from tests import factories
from tests.journeys.reports import non_delivery_report
from tests.processes import celery_worker, mail_sink, wait_until

FOLDER = Path(os.environ.get("PORTAL_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{FOLDER} is not here (set PORTAL_SHARED_DATA)"),
]
TITLE = "學院辦公室的職責"


@pytest.fixture
def sink(live_server, settings):
    """A college with its staff from the roster, a worker and a mail server."""
    settings.PORTAL_URL = live_server.url
    settings.MAIL_HOURS = [time.min, time.max]  # the test may run at night
    factories.office()
    install_catalogue()
    call_command("import_people", str(FOLDER / "staff-2026.xlsx"), accept_partial=True, stdout=io.StringIO())
    with (
        mail_sink() as server,
        celery_worker(smtp_port=server.port, PORTAL_URL=live_server.url, MAIL_HOURS="00:00-23:59"),
    ):
        yield server


def send_to_all_staff(page) -> Notice:
    page.goto("/notices/new/")
    words = page.locator(".notices-language", has=page.locator("#id_title_zh_hant"))
    words.evaluate("details => { details.open = true }")
    words.locator("#id_title_zh_hant").fill(TITLE)
    text = (FOLDER / "office-duties.zh-Hant.txt").read_text(encoding="utf8")
    words.get_by_role("textbox").last.fill(text)
    page.locator("input[name$=roles][value=staff]").first.check()
    page.locator("#compose button[type=submit]").last.click()
    page.get_by_role("button", name="Publish to").click()
    page.get_by_text(TITLE).first.wait_for()
    return Notice.objects.get()


def acknowledge(page, notice: Notice) -> None:
    page.goto("/notices/")
    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_role("button", name="I have read and know this").click()
    page.get_by_text("receipt", exact=False).first.wait_for()


def bounce(sink, address: str) -> None:
    """The receiving server's report comes back to the return path of that one mail."""
    sender, _recipient, original = next(mail for mail in sink.mails if mail[1] == address)
    feed = ingest_mail.Command(stdout=io.StringIO())
    feed.stdin = io.BytesIO(non_delivery_report(sender, address, original))
    feed.handle()
    current_app.send_task("delivery.sweep_inbound", queue="evidence")
    wait_until(lambda: InboundMail.objects.filter(state="matched").exists(), what="the report is matched")
    current_app.send_task("notices.refresh", queue="notice")


def states(notice: Notice) -> Counter[str]:
    return Counter(notice.obligations.values_list("state", flat=True))


def test_notice_to_all_staff_is_accounted_for_person_by_person(sink, open_page, settings):
    settings.NOTICE_APPROVAL_FROM = 0  # approval has stories of its own
    clerk = open_page(factories.clerk(language="en"))
    notice = send_to_all_staff(clerk)
    wait_until(lambda: Notice.objects.get().mail_planned_at, what="the fan-out")
    notice.refresh_from_db()
    staff = Person.objects.with_role("staff").count()
    with_mail = Person.objects.with_role("staff").filter(contacts__kind="mail", contacts__is_primary=True).count()
    assert notice.obligations.count() == notice.recipient_count == staff > 300
    wait_until(lambda: len(sink.mails) == with_mail, seconds=120, what="a mail to everybody with an address")
    assert len({recipient for _sender, recipient, _mail in sink.mails}) == with_mail
    assert len({sender for sender, _recipient, _mail in sink.mails}) == with_mail

    reader, unknown = Person.objects.with_role("staff").exclude(email="").order_by("pk")[:2]
    Person.objects.filter(pk=reader.pk).update(language="en")
    acknowledge(open_page(reader), notice)
    bounce(sink, unknown.email)
    wait_until(lambda: states(notice)["bounced"] == 1, what="the bounce in the notice")
    wait_until(
        lambda: (
            states(notice)
            == {"acknowledged": 1, "bounced": 1, "notified": with_mail - 2, "unreachable": staff - with_mail}
        ),
        what="every person's state",
    )

    clerk.goto(f"/notices/{notice.pk}/report/")
    clerk.get_by_text(f"1 / {staff}").wait_for()
    clerk.get_by_role("button", name=f"Remind the {staff - 1} still open").click()
    clerk.locator("dialog[open] button[type=submit], dialog[open] .btn-primary").first.click()
    # Neither who acknowledged nor the address that does not work gets the reminder.
    wait_until(lambda: len(sink.mails) == 2 * with_mail - 2, seconds=120, what="the reminders")
    counts = Counter(recipient for _sender, recipient, _mail in sink.mails)
    assert counts[reader.email] == counts[unknown.email] == 1
    clerk.goto(f"/notices/{notice.pk}/report/?show=all&q={unknown.number}")
    assert "5.1.1" in clerk.content()
    clerk.goto(f"/notices/{notice.pk}/report/?show=acknowledged")
    assert clerk.locator("[aria-labelledby=each-title] tbody tr").count() == 1
    assert reader.name in clerk.content()

"""A question leaves by mail and its answer comes back by mail, through a real Postfix and a real Dovecot: it stands in
the request once, the office's word goes back into the same conversation, an absence note makes no noise, and who forges
the sender waits for a person.
"""

import os
from collections.abc import Iterator
from datetime import time
from email.message import EmailMessage
from time import sleep

import pytest
from django.test import Client

from apps.delivery.jobs import sweep_inbound
from apps.journal.models import Attachment
from apps.servicedesk import services
from apps.servicedesk.enums import MailReason, MailState, RequestState
from apps.servicedesk.jobs import sweep_mail
from apps.servicedesk.models import MailIn, Request, RequestMessage
from tests import factories
from tests.mail_servers import ARE_THERE, SERVER, MailServers, mail_servers
from tests.processes import celery_worker, wait_until
from tests.servicedesk import factories as desk
from tests.servicedesk import letters

pytestmark = [
    pytest.mark.journey,
    pytest.mark.postfix,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not ARE_THERE and not os.environ.get("CI"), reason="postfix, dovecot-imapd and root are needed for this"
    ),
]
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def servers(settings) -> Iterator[MailServers]:
    """Both mail servers, and a worker that sends by the one and fetches by the other."""
    with mail_servers() as made:
        letters.switched_on(settings)
        settings.MAIL_BOUNCE_DOMAIN = settings.MAIL_REPLY_DOMAIN = "portal.example"
        settings.MAIL_HOURS = [time.min, time.max]  # the test may run at night
        environment = {
            "INBOUND_IMAP_URL": made.imap_url("portal"),
            "INBOUND_AUTHSERV_ID": SERVER,
            "MAIL_FROM": "office@portal.example",
            "MAIL_REPLY_DOMAIN": "portal.example",
            "MAIL_HOURS": "00:00-23:59",
        }
        with celery_worker(smtp_port=made.portal, **environment):
            yield made


def answer_to(mail: EmailMessage, text: str, **headers: str) -> EmailMessage:
    """What a mail program makes of "answer": to the reply address, with the quote below."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = mail["To"], mail["Reply-To"], f"Re: {mail['Subject']}"
    made["In-Reply-To"] = mail["Message-ID"]
    made["References"] = f"{mail['References'] or ''} {mail['Message-ID']}".strip()
    made["Message-ID"] = f"<{len(text)}.{abs(hash(text))}@college.example>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    quoted = "\n".join(f"> {line}" for line in mail.get_content().splitlines())
    made.set_content(f"{text}\n\n學院辦公室 於 2026年11月24日 週二 上午10:00寫道：\n\n{quoted}\n")
    return made


def taken_in(count: int) -> list[MailIn]:
    """What beat does each minute, more often, until so many mails are dealt with."""

    def dealt_with() -> bool:
        sweep_inbound.delay()
        sweep_mail.delay()
        sleep(1)
        return MailIn.objects.count() >= count

    wait_until(dealt_with, what=f"mail {count} at the service desk")
    return list(MailIn.objects.order_by("pk"))


def words(request: Request) -> list[tuple[str, str]]:
    rows = RequestMessage.objects.filter(request=request).select_related("author").order_by("pk")
    return [(row.author.name, row.body) for row in rows]


def test_question_answer_and_word_back(servers: MailServers) -> None:
    factories.office()
    lin = letters.proved(factories.student("Lin Mei", mail="lin@college.example", language="en"))
    clerk = letters.proved(factories.clerk("Clerk Jia", mail="clerk@college.example", language="en"))
    request = services.take(request=desk.request(requester=lin), actor=clerk)

    services.ask_requester(request=request, actor=clerk, note="What is it for?")
    question = servers.wait_for("lin", 1)[0]
    assert "What is it for?" in question.get_content()
    assert "Please write above this line" in question.get_content()

    reply = answer_to(question, "For a visa.")
    reply.add_attachment(PDF, maintype="application", subtype="pdf", filename="passport.pdf")
    reply.set_boundary("=_the-same-bytes-each-time")
    servers.send(reply, door=servers.proved)
    servers.send(reply, door=servers.proved)  # a mail that comes twice stands there once
    first, second = taken_in(2)

    request.refresh_from_db()
    assert request.state == RequestState.IN_PROGRESS
    assert words(request) == [("Clerk Jia", "What is it for?"), ("Lin Mei", "For a visa.")]
    assert (first.state, second.reason) == (MailState.IN_REQUEST, MailReason.REPEATED)
    assert [file.name for file in Attachment.objects.of(first.message)] == ["passport.pdf"]

    services.post_message(request=request, author=clerk, body="It is ready on Friday.")
    back = servers.wait_for("lin", 2)[1]
    assert question["Message-ID"] in back["References"]
    assert back["In-Reply-To"] == question["Message-ID"]
    assert back["Reply-To"] == question["Reply-To"]

    absence = answer_to(back, "I am away.", Auto_Submitted="auto-replied")
    servers.send(absence, door=servers.proved)
    forged = answer_to(back, "Send it to another address.", Authentication_Results=f"{SERVER}; dmarc=pass")
    servers.send(forged, door=servers.forged)
    away, false = taken_in(4)[2:]
    assert (away.state, away.reason) == (MailState.ASIDE, MailReason.AUTOMATIC)
    assert (false.state, false.reason) == (MailState.WAITING, MailReason.FORGED)

    answered = servers.wait_for("clerk", 1)[-1]
    servers.send(answer_to(answered, "Bring your card."), door=servers.proved)
    assert taken_in(5)[-1].state == MailState.IN_REQUEST
    assert words(request)[-2:] == [("Clerk Jia", "It is ready on Friday."), ("Clerk Jia", "Bring your card.")]
    servers.wait_for("lin", 3)

    page = browse(clerk, request)
    assert "by mail" in page
    assert "address proved" in page
    assert "Send it to another address." not in page
    assert len(servers.mails_of("lin")) == 3


def browse(person: object, request: Request) -> str:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(request.get_absolute_url()).content.decode()

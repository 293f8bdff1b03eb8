"""Mails for tests of the service desk: written as programs write them, and taken in as the portal takes them in."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from itertools import count

from django.utils import timezone

from apps.core.clock import now
from apps.delivery import inbound
from apps.delivery.letters.addresses import reply_address, routes_for
from apps.people.models import ContactPoint, Person
from apps.servicedesk.models import MailIn, Request
from apps.servicedesk.services.mail_in import sweep_mail
from tests import factories

SERVER = "mx.college.example"
sequence = count(1)


def switched_on(settings: object) -> None:
    """Mails carry reply addresses, and the word of one receiving server counts."""
    settings.MAIL_REPLIES = True
    settings.MAIL_REPLY_DOMAIN = "reply.college.example"
    settings.INBOUND_AUTHSERV_ID = [SERVER]
    settings.INBOUND_INNER_DOMAINS = []
    settings.INBOUND_MAILS_AN_HOUR = 10


def proved(person: Person) -> Person:
    """The person proved the mail address."""
    ContactPoint.objects.filter(person=person).update(verified_at=timezone.now() - timedelta(days=30))
    return person


def student(name: str = "林美") -> Person:
    return proved(factories.student(name))


def address_of(request: Request, person: Person) -> str:
    """The reply address that mails of this request to this person carry."""
    source = f"servicedesk.request:{request.pk}"
    return reply_address(routes_for([(source, person.pk)])[source, person.pk])


def letter(
    sender: str,
    to: str,
    text: str = "用途是簽證。",
    *,
    dmarc: str | None = "pass",
    server: str = SERVER,
    files: tuple[tuple[str, bytes, str], ...] = (),
    html: str = "",
    **headers: str,
) -> bytes:
    """A mail; `dmarc` None for one of which the receiving server says nothing. Headers by their name with "_"."""
    mail = EmailMessage()
    if dmarc is not None:
        domain = sender.rpartition("@")[2].strip("> ")
        mail["Authentication-Results"] = f"{server}; spf=pass; dmarc={dmarc} header.from={domain}"
    mail["From"], mail["To"], mail["Subject"] = sender, to, "Re: 一個問題"
    mail["Message-ID"] = f"<{next(sequence)}.letter@student.example>"
    for name, value in headers.items():
        del mail[name.replace("_", "-")]
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    for name, content, kind in files:
        main, _slash, sub = kind.partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes()


def answer(request: Request, person: Person, text: str = "用途是簽證。", **fields: object) -> bytes:
    """An answer of this person to a mail of this request."""
    return letter(person.email, address_of(request, person), text, **fields)


def receive(raw: bytes, *, at: datetime | None = None) -> MailIn:
    """Take a mail in, all the way."""
    at = at or now()
    row = inbound.ingest(raw, at)
    inbound.sweep(at)
    sweep_mail(at=at)
    return MailIn.objects.get(inbound=row)

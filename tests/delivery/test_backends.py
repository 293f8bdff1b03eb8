"""Whatever a library mails is in the outbox."""

import pytest
from django.core.mail import BadHeaderError, EmailMessage, EmailMultiAlternatives, get_connection, send_mail
from django.test import Client
from django.urls import reverse

from apps.delivery.backends import UnableToSendAttachment
from apps.delivery.enums import MessageClass, Queue
from apps.delivery.models import Delivery, Message
from apps.delivery.sending import send_due
from apps.people.models import ContactPoint
from tests import factories
from tests.delivery.conftest import Sink

pytestmark = pytest.mark.django_db
BACKEND = "apps.delivery.backends.OutboxBackend"


def send(mail: EmailMessage) -> int:
    return get_connection(BACKEND).send_messages([mail])


def test_mail_becomes_message_and_delivery_of_its_person() -> None:
    person = factories.student(mail="Ann@College.example")

    assert send(EmailMessage("Reset", "the link", to=["ann@college.example"])) == 1

    row = Delivery.objects.select_related("message").get()
    assert (row.person, row.address, row.queue) == (person, "ann@college.example", Queue.URGENT)
    assert row.message.message_class == MessageClass.ACCOUNT


def test_unknown_address_has_no_person() -> None:
    send(EmailMessage("Hi", "x", to=["Someone <else@x.example>"]))

    row = Delivery.objects.get()
    assert (row.person, row.address) == (None, "else@x.example")


def test_address_of_two_people_belongs_to_neither() -> None:
    factories.student(mail="a@x.example")
    ContactPoint.objects.create(person=factories.student(mail=None), kind="mail", value="A@x.example")
    send(EmailMessage("Hi", "x", to=["a@x.example"]))

    assert Delivery.objects.get().person is None


def test_each_recipient_has_a_delivery_once() -> None:
    send(EmailMessage("Hi", "x", to=["a@x.example", "A@x.example"], cc=["b@x.example"], bcc=["c@x.example"]))

    assert Message.objects.count() == 1
    assert sorted(Delivery.objects.values_list("address", flat=True)) == ["A@x.example", "b@x.example", "c@x.example"]


def test_html_alternative_is_kept() -> None:
    mail = EmailMultiAlternatives("Hi", "plain", to=["a@x.example"])
    mail.attach_alternative("<p>rich</p>", "text/html")
    send(mail)

    words = Message.objects.get().texts.get()
    assert (words.text, words.html) == ("plain", "<p>rich</p>")


def test_attachment_is_refused_even_silently() -> None:
    mail = EmailMessage("Hi", "x", to=["a@x.example"], attachments=[("a.txt", "x", "text/plain")])

    with pytest.raises(UnableToSendAttachment):
        get_connection(BACKEND, fail_silently=True).send_messages([mail])
    assert Message.objects.count() == 0


def test_line_break_in_an_address_is_refused() -> None:
    with pytest.raises(BadHeaderError):
        send(EmailMessage("Hi", "x", to=["a@x.example\nBcc: b@x.example"]))


def test_mail_without_recipient_counts_for_nothing() -> None:
    assert get_connection(BACKEND).send_messages([EmailMessage("Hi", "x")]) == 0


def test_sign_in_mail_leaves_at_once_with_its_own_words(sink: Sink, settings) -> None:
    settings.EMAIL_BACKEND = BACKEND
    send_mail("[Portal] Password", "The link: https://p.example/x/", None, ["a@x.example"])

    assert send_due(Queue.URGENT).mails == 1
    (mail,) = sink.mails()
    assert mail["Subject"] == "[Portal] Password"
    assert mail.get_content().strip() == "The link: https://p.example/x/"


def test_forgotten_password_goes_through_the_outbox(client: Client, settings) -> None:
    settings.EMAIL_BACKEND = BACKEND
    person = factories.student(mail="ann@college.example")
    person.set_password("an old password")
    person.save()

    client.post(reverse("account_reset_password"), {"email": "ann@college.example"})

    row = Delivery.objects.select_related("message").get()
    assert (row.person, row.queue) == (person, Queue.URGENT)
    assert "/accounts/password/reset/key/" in row.message.texts.get().text

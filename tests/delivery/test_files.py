"""A file that goes along with a mail: made by the portal, small, with a plain name; nothing else goes."""

from dataclasses import replace

import pytest

from apps.delivery.enums import Queue
from apps.delivery.limits import FILE_BYTES
from apps.delivery.models import MessageText
from apps.delivery.sending import send_due
from apps.delivery.services import UnableToCreateMessage, forget_messages
from apps.journal.enums import Origin
from apps.journal.files import store_bytes
from apps.journal.models import Blob
from tests import factories
from tests.delivery.conftest import Sink
from tests.delivery.factories import TEXTS, mail, message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]
WORDS = TEXTS["zh-hant"]


def pdf(origin: Origin = Origin.PORTAL, size: int = 9) -> Blob:
    return store_bytes(b"%PDF-1.7\n".ljust(size, b"x"), content_type="application/pdf", origin=origin)


def test_file_goes_along_in_each_mail(sink: Sink) -> None:
    about = message(texts={"zh-hant": replace(WORDS, file=pdf(), file_name="figures.pdf")})
    rows = [mail(about=about), mail(factories.student("陳學生"), about=about)]
    assert send_due(Queue.NOTICE).mails == 2

    for row, read in zip(rows, sink.mails(), strict=True):
        (file,) = read.iter_attachments()
        assert (file.get_content_type(), file.get_filename()) == ("application/pdf", "figures.pdf")
        assert file.get_content() == b"%PDF-1.7\n"
        bodies = [read.get_body((kind,)).get_content() for kind in ("plain", "html")]
        assert all(row.person.name in body and "週五" in body for body in bodies)
        assert read.defects == []


def test_file_goes_along_with_text_alone(sink: Sink) -> None:
    mail(about=message(texts={"zh-hant": replace(WORDS, html="", file=pdf(), file_name="figures.pdf")}))
    send_due(Queue.NOTICE)

    (read,) = sink.mails()
    assert [part.get_content_type() for part in read.walk()] == ["multipart/mixed", "text/plain", "application/pdf"]


def test_digest_says_which_file_left() -> None:
    plain, with_file = WORDS, replace(WORDS, file=pdf(), file_name="figures.pdf")

    assert plain.digest() != with_file.digest()
    assert with_file.digest() != replace(with_file, file=pdf(size=10)).digest()


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"origin": Origin.PEOPLE}, "figures.pdf"),
        ({"origin": Origin.KEPT}, "figures.pdf"),
        ({"size": FILE_BYTES + 1}, "figures.pdf"),
        ({}, "figures.exe"),
        ({}, 'figures"\r\nBcc: x@y.example.pdf'),
        ({}, "figures.pdf\n"),
        ({}, ""),
    ],
)
def test_no_other_file_goes(fields: dict, name: str) -> None:
    with pytest.raises(UnableToCreateMessage):
        message(texts={"zh-hant": replace(WORDS, file=pdf(**fields), file_name=name)})


def test_forgotten_words_let_go_of_the_file() -> None:
    message(texts={"zh-hant": replace(WORDS, file=pdf(), file_name="figures.pdf")})
    forget_messages(source="tests.thing:1")

    assert set(MessageText.objects.values_list("file", "file_name")) == {(None, "")}

"""What a person does with a mail that waits."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from apps.core.clock import now
from apps.delivery.enums import Channel, InboundState
from apps.delivery.models import Delivery, InboundMail
from apps.journal.files import remove_orphans
from apps.journal.models import Attachment, Blob
from apps.people.models import Person
from apps.servicedesk import mail_work_items, services
from apps.servicedesk.enums import MailState, RequestState
from apps.servicedesk.models import MailIn, Request, RequestMessage
from apps.servicedesk.services import mail_placing
from apps.servicedesk.services.drafts import discard_draft
from tests import factories
from tests.servicedesk import company, letters, stories
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
AT = stories.MONDAY_ELEVEN
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def replies(settings) -> None:
    letters.switched_on(settings)


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


@pytest.fixture
def waiting() -> MailIn:
    """From an address that nobody knows, with a file."""
    file = ("證明.pdf", PDF, "application/pdf")
    return letters.receive(
        letters.letter("mum@home.example", "office@college.example", "我女兒的證明", files=(file,)), at=AT
    )


def test_put_to_a_request_is_the_clerks_message_about_an_unproved_sender(waiting: MailIn, clerk: Person) -> None:
    lin = letters.student()
    request = stories.taken(lin, clerk)
    done = mail_placing.put_to_request(mail=waiting, request=request, actor=clerk, at=AT)

    message = RequestMessage.objects.get(request=request)
    assert (message.author, message.body, message.internal) == (clerk, "我女兒的證明", False)
    assert [file.name for file in Attachment.objects.of(message)] == ["證明.pdf"]
    assert (done.state, done.message, done.settled_by) == (MailState.PLACED, message, clerk)
    assert InboundMail.objects.get(pk=done.inbound_id).state == InboundState.SETTLED
    request.refresh_from_db()
    assert request.first_response_at is None


def test_put_to_a_request_as_a_note_is_for_the_office(waiting: MailIn, clerk: Person) -> None:
    lin = letters.student()
    request = stories.taken(lin, clerk)
    before = Delivery.objects.count()
    mail_placing.put_to_request(mail=waiting, request=request, actor=clerk, internal=True, at=AT)

    assert RequestMessage.objects.get(request=request).internal
    assert Delivery.objects.count() == before


def test_proved_requester_is_the_author(clerk: Person) -> None:
    lin = letters.student()
    request = stories.taken(lin, clerk)
    row = letters.receive(letters.letter(lin.email, "office@college.example", "補充"), at=AT)
    mail_placing.put_to_request(mail=row, request=request, actor=clerk, at=AT)

    assert RequestMessage.objects.get(request=request).author == lin


def test_only_once(waiting: MailIn, clerk: Person) -> None:
    mail_placing.discard(mail=waiting, note="廣告", actor=clerk, at=AT)
    with pytest.raises(mail_placing.UnableToPlace):
        mail_placing.put_to_request(mail=waiting, request=desk.request(), actor=clerk, at=AT)


@pytest.mark.parametrize("who", [factories.student, factories.leader])
def test_others_may_not(waiting: MailIn, who: object) -> None:
    with pytest.raises(PermissionDenied):
        mail_placing.discard(mail=waiting, note="x", actor=who(), at=AT)


def test_no_request_that_is_not_filed(waiting: MailIn, clerk: Person) -> None:
    with pytest.raises(mail_placing.UnableToPlace):
        mail_placing.put_to_request(mail=waiting, request=desk.draft(clerk), actor=clerk, at=AT)


def test_file_for_somebody_takes_the_mail_up_once_it_is_filed(waiting: MailIn, clerk: Person) -> None:
    lin, service = letters.student(), desk.service()
    draft = mail_placing.file_for(mail=waiting, service=service, person=lin, actor=clerk, at=AT)
    assert mail_placing.place_filed(at=AT) == 0
    services.save_draft(request=draft, actor=clerk, answers=desk.ANSWERS, at=AT)
    services.submit(request=draft, actor=clerk, at=AT)

    assert [mail_placing.place_filed(at=AT) for _ in range(2)] == [1, 0]
    waiting.refresh_from_db()
    assert (waiting.state, waiting.request) == (MailState.FILED, draft)
    assert RequestMessage.objects.get(request=draft).body == "我女兒的證明"


def test_draft_that_is_thrown_away_loses_no_mail(waiting: MailIn, clerk: Person) -> None:
    draft = mail_placing.file_for(mail=waiting, service=desk.service(), person=letters.student(), actor=clerk, at=AT)
    discard_draft(request=draft, actor=clerk)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.draft) == (MailState.WAITING, None)


def test_answer_goes_to_the_sender_in_the_portals_language(waiting: MailIn, clerk: Person, settings) -> None:
    settings.LANGUAGE_CODE = "zh-hant"
    mail_placing.answer_mail(mail=waiting, words="use_portal", actor=clerk, at=AT)

    sent = Delivery.objects.get(address="mum@home.example", channel=Channel.MAIL)
    assert sent.message.answers_mail == waiting.own_id
    assert not sent.message.takes_replies
    assert sent.message.texts.order_by("pk").first().language == "zh-hant"


def test_discard_needs_a_reason(waiting: MailIn, clerk: Person) -> None:
    with pytest.raises(mail_placing.UnableToPlace):
        mail_placing.discard(mail=waiting, note="  ", actor=clerk, at=AT)


def test_settled_mails_are_forgotten_after_their_time(waiting: MailIn, clerk: Person, settings) -> None:
    settings.INBOUND_RAW_DAYS = 30
    mail_placing.discard(mail=waiting, note="廣告", actor=clerk, at=AT)
    blob = waiting.inbound.blob
    late = AT + timedelta(days=31)

    assert mail_placing.forget_settled(at=AT + timedelta(days=29)) == 0
    assert [mail_placing.forget_settled(at=late) for _ in range(2)] == [1, 0]
    row = MailIn.objects.get(pk=waiting.pk)
    assert (row.text, row.sender, row.subject, row.inbound.blob) == ("", "", "", None)
    Blob.objects.filter(pk=blob.pk).exists()
    remove_orphans(now() + timedelta(days=400))
    assert not Blob.objects.filter(pk=blob.pk).exists()


def test_waiting_mails_and_those_of_requests_are_never_forgotten(waiting: MailIn, clerk: Person) -> None:
    lin = letters.student()
    taken = letters.receive(letters.answer(stories.taken(lin, clerk), lin), at=AT)

    assert mail_placing.forget_settled(at=AT + timedelta(days=4000)) == 0
    assert MailIn.objects.get(pk=taken.pk).inbound.blob is not None


def test_work_item_of_clerks_and_the_director(waiting: MailIn, clerk: Person) -> None:
    assert [item.key for item in mail_work_items.for_user(clerk, at=AT)] == ["servicedesk.mails"]
    assert [item.who for item in mail_work_items.for_user(factories.director(), at=AT)] == ["mum@home.example"]
    assert mail_work_items.for_user(factories.student(), at=AT) == []
    mail_placing.discard(mail=waiting, note="廣告", actor=clerk, at=AT)
    assert mail_work_items.for_user(clerk, at=AT) == []


def test_others_draft_is_not_searched(waiting: MailIn, clerk: Person) -> None:
    draft = desk.draft(letters.student())
    with pytest.raises(PermissionDenied):
        mail_placing.put_to_request(mail=waiting, request=draft, actor=clerk, at=AT)
    assert Request.objects.get(pk=draft.pk).state == RequestState.DRAFT


def test_put_to_a_merged_request_goes_to_the_one_it_stands_in(clerk: Person) -> None:
    lin, other_clerk = letters.student(), factories.clerk("科員乙")
    director = factories.director()
    merged, standing = stories.taken(lin, clerk), stories.taken(factories.student("乙生"), other_clerk)
    services.merge(request=merged, into=standing, actor=director, note="同一件", at=stories.MONDAY_TEN)
    row = letters.receive(letters.letter(lin.email, "office@college.example", "補充"), at=AT)
    done = mail_placing.put_to_request(mail=row, request=merged, actor=clerk, at=AT)

    message = RequestMessage.objects.get(body="補充")
    assert (message.request, message.author, done.request) == (standing, lin, standing)
    assert company.told(other_clerk)[-1].startswith("A message about")
    assert not any(word.startswith("A message about") for word in company.told(clerk))


def test_nothing_is_written_where_the_people_were_removed(waiting: MailIn, clerk: Person) -> None:
    request = desk.request(RequestState.RESOLVED, handler=clerk, removed_at=AT)
    with pytest.raises(mail_placing.UnableToPlace):
        mail_placing.put_to_request(mail=waiting, request=request, actor=clerk, at=AT)
    for internal in (False, True):
        with pytest.raises(PermissionDenied):
            services.post_message(request=request, author=clerk, body="林美的電話", internal=internal, at=AT)
    with pytest.raises(services.UnableToAdd):
        services.add_participant(request=request, actor=clerk, person=letters.student(), at=AT)

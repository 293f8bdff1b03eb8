"""Mails that come in: which stand in their request, which wait for a person, and why."""

from datetime import timedelta

import pytest

from apps.delivery import inbound
from apps.delivery.enums import Channel, DeliveryState, InboundState
from apps.delivery.letters.addresses import make_void
from apps.delivery.models import Delivery, InboundMail, Message
from apps.journal.models import Attachment
from apps.people.models import ContactPoint, Person
from apps.servicedesk import services
from apps.servicedesk.enums import MailProof, MailReason, MailState, RequestState
from apps.servicedesk.models import MailIn, Request, RequestMessage
from apps.servicedesk.services import mail_in, post_message
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk import letters, stories

pytestmark = pytest.mark.django_db
AT = stories.MONDAY_ELEVEN
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def replies(settings) -> None:
    letters.switched_on(settings)


@pytest.fixture
def lin() -> Person:
    return letters.student()


@pytest.fixture
def clerk() -> Person:
    return letters.proved(factories.clerk())


@pytest.fixture
def request_of(lin: Person, clerk: Person) -> Request:
    return stories.taken(lin, clerk)


def words(request: Request) -> list[tuple[str, str]]:
    rows = RequestMessage.objects.filter(request=request).select_related("author").order_by("pk")
    return [(row.author.name, row.body) for row in rows]


def test_answer_becomes_a_message(request_of: Request, lin: Person, clerk: Person) -> None:
    row = letters.receive(
        letters.answer(request_of, lin, "補上了。\n\n在 2026-11-23 10:00，office 写道：\n> 舊"), at=AT
    )

    assert (row.state, row.reason, row.proof) == (MailState.IN_REQUEST, "", MailProof.PROVED)
    assert words(request_of) == [(lin.name, "補上了。")]
    told = Delivery.objects.filter(person=clerk, channel=Channel.MAIL).latest("pk")
    assert "補上了。" in told.message.texts.get(language="zh-hant").text


def test_answer_to_a_question_goes_on_with_the_request(request_of: Request, lin: Person, clerk: Person) -> None:
    services.ask_requester(request=request_of, actor=clerk, note="用途？", at=AT)

    row = letters.receive(letters.answer(request_of, lin), at=AT + timedelta(minutes=5))

    request_of.refresh_from_db()
    assert request_of.state == RequestState.IN_PROGRESS
    assert row.message.body == "用途是簽證。"


def test_same_mail_by_another_way_counts_once(request_of: Request, lin: Person) -> None:
    raw = letters.answer(request_of, lin)
    letters.receive(raw, at=AT)
    again = letters.receive(b"Received: from elsewhere\r\n" + raw, at=AT)

    assert (again.state, again.reason) == (MailState.ASIDE, MailReason.REPEATED)
    assert len(words(request_of)) == 1


def test_second_sweep_changes_nothing(request_of: Request, lin: Person) -> None:
    letters.receive(letters.answer(request_of, lin), at=AT)

    assert mail_in.sweep_mail(at=AT) == 0
    assert len(words(request_of)) == 1


def test_clerk_answers_by_mail_in_public(request_of: Request, lin: Person, clerk: Person) -> None:
    row = letters.receive(letters.answer(request_of, clerk, "明天可以領。"), at=AT)

    assert (row.state, row.message.internal) == (MailState.IN_REQUEST, False)
    request_of.refresh_from_db()
    assert request_of.first_response_at == AT
    assert Delivery.objects.filter(person=lin, channel=Channel.MAIL).latest("pk").created_at == AT


def test_words_of_command_command_nothing(request_of: Request, lin: Person, clerk: Person) -> None:
    for text in ("withdraw", "#close", "同意", "approve", "結案", "reopen"):
        letters.receive(letters.answer(request_of, lin, text), at=AT)

    request_of.refresh_from_db()
    assert request_of.state == RequestState.IN_PROGRESS
    assert [body for _name, body in words(request_of)] == ["withdraw", "#close", "同意", "approve", "結案", "reopen"]


def test_approver_cannot_approve_by_mail(lin: Person, clerk: Person) -> None:
    director = letters.proved(factories.director())
    request, step = stories.laid_before(lin, clerk)
    letters.receive(letters.answer(request, director, "同意"), at=AT)

    step.refresh_from_db()
    assert step.state == "asked"
    asked = Message.objects.filter(texts__subject__startswith="To decide")
    assert list(asked.values_list("takes_replies", flat=True)) == [False]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, MailReason.AUTOMATIC),
        ({"Auto_Submitted": "auto-generated"}, MailReason.AUTOMATIC),
        ({"Precedence": "bulk"}, MailReason.AUTOMATIC),
        ({"X_Auto_Response_Suppress": "All"}, MailReason.AUTOMATIC),
        ({"List_Id": "<staff.college.example>"}, MailReason.AUTOMATIC),
        ({"Return_Path": "<>"}, MailReason.AUTOMATIC),
        ({"Subject": "自动回复: 一個問題"}, MailReason.AUTOMATIC),
        ({"Subject": "Automatic reply: x"}, MailReason.AUTOMATIC),
        ({"dmarc": "fail"}, MailReason.FORGED),
        ({"dmarc": "none"}, MailReason.UNPROVED),
        ({"dmarc": None}, MailReason.UNPROVED),
        ({"server": "mx.evil.example"}, MailReason.UNPROVED),
        ({"text": " \n"}, MailReason.EMPTY),
        ({"text": "-----BEGIN PGP MESSAGE-----\nabc"}, MailReason.ENCRYPTED),
    ],
)
def test_what_does_not_stand_by_itself(request_of: Request, lin: Person, change: dict, reason: MailReason) -> None:
    row = letters.receive(letters.answer(request_of, lin, **change), at=AT)

    aside = reason == MailReason.AUTOMATIC
    assert (row.reason, row.state) == (reason, MailState.ASIDE if aside else MailState.WAITING)
    assert words(request_of) == []
    assert InboundMail.objects.get(pk=row.inbound_id).awaits_reader is False


@pytest.mark.parametrize("value", ["no", "No"])
def test_auto_submitted_no_is_a_person(request_of: Request, lin: Person, value: str) -> None:
    assert letters.receive(letters.answer(request_of, lin, Auto_Submitted=value), at=AT).state == MailState.IN_REQUEST


def test_subject_of_a_request_about_leave_is_no_absence_note(request_of: Request, lin: Person) -> None:
    row = letters.receive(letters.answer(request_of, lin, Subject="Re: 關於休假證明的訊息"), at=AT)
    assert row.state == MailState.IN_REQUEST


def test_absence_note_is_never_answered(request_of: Request, lin: Person) -> None:
    before = Message.objects.count()
    files = (("a.exe", b"MZ", "application/octet-stream"),)
    letters.receive(letters.answer(request_of, lin, Auto_Submitted="auto-replied", files=files), at=AT)
    assert Message.objects.count() == before


def test_other_sender_waits(request_of: Request, lin: Person) -> None:
    other = letters.student("旁人")
    row = letters.receive(letters.letter(other.email, letters.address_of(request_of, lin)), at=AT)

    assert (row.reason, row.person, row.request) == (MailReason.WRONG_SENDER, other, request_of)


def test_address_that_nobody_proved_and_no_mail_went_to_waits(request_of: Request, lin: Person) -> None:
    ContactPoint.objects.filter(person=lin).update(verified_at=None)
    assert letters.receive(letters.answer(request_of, lin), at=AT).reason == MailReason.WRONG_SENDER


@pytest.fixture
def asked(request_of: Request, lin: Person, clerk: Person) -> Request:
    """Lin's address is from the roster, and a mail with a reply address was handed over for it."""
    ContactPoint.objects.filter(person=lin).update(verified_at=None)
    post_message(request=request_of, author=clerk, body="用途是什麼？", at=AT)
    sent = Delivery.objects.filter(person=lin, channel=Channel.MAIL, message__takes_replies=True)
    assert sent.update(state=DeliveryState.HANDED_OFF, handed_off_at=AT)
    return request_of


def test_answer_from_where_our_mail_went_counts_and_says_how_much_is_known(asked: Request, lin: Person) -> None:
    row = letters.receive(letters.answer(asked, lin), at=AT)

    assert (row.state, row.proof, row.person) == (MailState.IN_REQUEST, MailProof.ANSWERED, lin)
    assert words(asked)[-1] == (lin.name, "用途是簽證。")
    assert ContactPoint.objects.get(person=lin).verified_at is None  # only its person proves an address


@pytest.mark.parametrize("dmarc", ["fail", "none", None])
def test_answer_that_the_server_does_not_vouch_for_waits(asked: Request, lin: Person, dmarc: str | None) -> None:
    row = letters.receive(letters.answer(asked, lin, dmarc=dmarc), at=AT)
    assert (row.state, row.reason) == (MailState.WAITING, MailReason.WRONG_SENDER)


def test_answer_from_an_address_that_was_taken_off_the_person_waits(asked: Request, lin: Person) -> None:
    ContactPoint.objects.filter(person=lin).delete()
    assert letters.receive(letters.answer(asked, lin), at=AT).reason == MailReason.WRONG_SENDER


def test_reply_address_in_another_mailbox_waits(asked: Request, lin: Person) -> None:
    other = factories.student("旁人")
    row = letters.receive(letters.letter(other.email, letters.address_of(asked, lin)), at=AT)
    assert (row.reason, row.person) == (MailReason.WRONG_SENDER, None)


def test_void_address_waits_and_a_new_one_works(request_of: Request, lin: Person) -> None:
    raw = letters.answer(request_of, lin)
    make_void(f"servicedesk.request:{request_of.pk}")

    assert letters.receive(raw, at=AT).reason == MailReason.BAD_ADDRESS
    assert letters.receive(letters.answer(request_of, lin, "新的"), at=AT).state == MailState.IN_REQUEST


def test_address_without_signature_waits(request_of: Request, lin: Person) -> None:
    row = letters.receive(letters.letter(lin.email, "reply+aaaaaaaaaaaaaaaaaaaaaaaaaa1@reply.college.example"), at=AT)
    assert (row.reason, row.request) == (MailReason.BAD_ADDRESS, None)


def test_mail_to_no_reply_address_waits_with_its_proved_sender(lin: Person) -> None:
    row = letters.receive(letters.letter(lin.email, "office@college.example"), at=AT)

    assert (row.reason, row.person) == (MailReason.NO_ADDRESS, lin)
    assert row.inbound.state == InboundState.PASSED_ON


def test_inner_domain_needs_no_policy_but_no_failure(request_of: Request, lin: Person, settings) -> None:
    settings.INBOUND_INNER_DOMAINS = ["college.example"]

    assert letters.receive(letters.answer(request_of, lin, "一", dmarc=None), at=AT).proof == MailProof.INNER
    assert letters.receive(letters.answer(request_of, lin, "二", dmarc="none"), at=AT).state == MailState.IN_REQUEST
    assert letters.receive(letters.answer(request_of, lin, "三", dmarc="fail"), at=AT).reason == MailReason.FORGED


def test_forged_header_beside_the_true_one_is_not_believed(request_of: Request, lin: Person) -> None:
    raw = letters.answer(request_of, lin, dmarc="pass")
    true = f"Authentication-Results: {letters.SERVER}; dmarc=fail header.from=college.example\r\n".encode()
    assert letters.receive(true + raw, at=AT).reason == MailReason.FORGED


def test_too_many_mails_wait(request_of: Request, lin: Person, settings) -> None:
    settings.INBOUND_MAILS_AN_HOUR = 2
    reasons = [letters.receive(letters.answer(request_of, lin, f"{n}"), at=AT).reason for n in range(3)]
    later = letters.receive(letters.answer(request_of, lin, "later"), at=AT + timedelta(hours=2))

    assert reasons == ["", "", MailReason.TOO_MANY]
    assert later.reason == ""


def test_forged_mails_use_up_nobodys_measure(request_of: Request, lin: Person, settings) -> None:
    settings.INBOUND_MAILS_AN_HOUR = 2
    for number in range(3):
        letters.receive(letters.answer(request_of, lin, f"{number}", dmarc="fail"), at=AT)
    assert letters.receive(letters.answer(request_of, lin, "true"), at=AT).state == MailState.IN_REQUEST


def test_who_left_may_not_write(request_of: Request, lin: Person) -> None:
    raw = letters.answer(request_of, lin)
    Person.objects.filter(pk=lin.pk).update(is_active=False)
    assert letters.receive(raw, at=AT).reason == MailReason.BAD_ADDRESS


def test_clerk_who_is_no_clerk_any_more_may_not_write(request_of: Request, clerk: Person) -> None:
    raw = letters.answer(request_of, clerk)
    Request.objects.filter(pk=request_of.pk).update(handler=None)
    clerk.posts.all().delete()
    assert letters.receive(raw, at=AT).reason == MailReason.BAD_ADDRESS


def test_files_are_taken_as_uploads_and_refusals_are_told_once(request_of: Request, lin: Person) -> None:
    files = (("證明.pdf", PDF, "application/pdf"), ("run.exe", b"MZ", "application/octet-stream"))
    row = letters.receive(letters.answer(request_of, lin, files=files), at=AT)
    letters.receive(letters.answer(request_of, lin, "再一次", files=files[1:]), at=AT + timedelta(hours=1))

    assert [file.name for file in Attachment.objects.of(row.message)] == ["證明.pdf"]
    assert [note["code"] for note in row.notes] == ["refused"]
    told = Message.objects.exclude(answers_mail="")
    assert [message.answers_mail for message in told] == [row.own_id]
    assert "run.exe" in told.get().texts.get(language="zh-hant").text


def test_mail_with_files_alone(request_of: Request, lin: Person) -> None:
    row = letters.receive(letters.answer(request_of, lin, "", files=(("a.pdf", PDF, "application/pdf"),)), at=AT)
    assert row.state == MailState.IN_REQUEST
    assert Attachment.objects.of(row.message).count() == 1


def test_winmail_and_attached_mails_are_told(request_of: Request, lin: Person) -> None:
    files = (("winmail.dat", b"\x78\x9f\x3e\x22", "application/ms-tnef"),)
    row = letters.receive(letters.answer(request_of, lin, files=files), at=AT)
    assert [note["code"] for note in row.notes] == ["winmail"]


def test_mail_to_a_closed_request_is_kept_and_offers_to_reopen(lin: Person, clerk: Person) -> None:
    request = stories.completed(lin, clerk)
    row = letters.receive(letters.answer(request, lin, "還缺一份"), at=AT)

    request.refresh_from_db()
    assert (request.state, row.state) == (RequestState.RESOLVED, MailState.IN_REQUEST)
    told = Message.objects.get(answers_mail=row.own_id)
    assert told.target_url == f"{request.get_absolute_url()}?do=reopen"


def test_after_the_window_a_new_request_is_named(lin: Person, clerk: Person) -> None:
    request = stories.completed(lin, clerk)
    row = letters.receive(letters.answer(request, lin, "還缺一份"), at=stories.moment(21, 10, month=12))

    told = Message.objects.get(answers_mail=row.own_id)
    assert told.target_url == request.get_absolute_url()


def test_too_large_mail_waits(request_of: Request, lin: Person) -> None:
    raw = letters.answer(request_of, lin) + b"x" * (25 * 2**20)
    assert letters.receive(raw, at=AT).reason == MailReason.TOO_LARGE


def test_mail_that_kills_its_reader_waits_for_a_person(request_of: Request, lin: Person) -> None:
    row = inbound.ingest(letters.answer(request_of, lin), AT)
    inbound.sweep(AT)
    InboundMail.objects.filter(pk=row.pk).update(reader_tries=3)
    mail_in.sweep_mail(at=AT)

    assert MailIn.objects.get(inbound=row).reason == MailReason.BROKEN


def test_draft_of_another_is_out_of_reach(lin: Person) -> None:
    other = letters.student("旁人")
    draft = desk.draft(other)
    row = letters.receive(letters.answer(draft, lin), at=AT)
    assert row.reason == MailReason.BAD_ADDRESS


def test_internal_matters_carry_no_reply_address(lin: Person, clerk: Person) -> None:
    director = factories.director()
    request = stories.filed(lin)
    services.assign(request=request, actor=director, handler=clerk, at=AT)
    services.post_message(request=request, author=clerk, body="內部", internal=True, at=AT)
    services.ask_approval(request=request, actor=clerk, at=AT)

    told = Message.objects.filter(source=f"servicedesk.request:{request.pk}")
    office = told.filter(deliveries__person__in=[clerk, director]).distinct()
    assert office.exists()
    assert not office.filter(takes_replies=True).exists()
    assert not told.filter(texts__text__contains="內部").exists()


def test_without_the_setting_mails_carry_no_reply_address(lin: Person, clerk: Person, settings) -> None:
    settings.MAIL_REPLIES = False
    stories.taken(lin, clerk)
    assert not Message.objects.filter(takes_replies=True).exists()

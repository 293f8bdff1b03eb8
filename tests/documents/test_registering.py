"""Sign for and register: one number, one line for a sender's number, nothing of a classified paper."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError

from apps.core.calendar_years import create_office_calendar
from apps.documents import services
from apps.documents.deadlines import days_between
from apps.documents.enums import CLASSIFIED_TITLE, Access, NumberUse, State
from apps.documents.folding import is_marked, key_of
from apps.documents.models import Document, DocumentNumber, Edition, Incoming, KnownSender
from apps.journal.models import Attachment, Entry
from tests import factories
from tests.documents.factories import NINE, TEN, entered, moment, paper, scan, series, urgency

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("other", ["校办 [2026] 12号", "校辦（2026）12號", "校辦〔２０２６〕１２號", "校辦2026 12 號"])
def test_numbers_of_senders_are_compared_folded(other: str) -> None:
    assert key_of(other) == key_of("校辦〔2026〕12號")


def test_a_paper_is_registered_with_number_edition_and_due_date() -> None:
    clerk = factories.clerk()
    row = entered(clerk)
    assert (row.number, row.state, row.handler) == ("收〔2026〕1號", State.REGISTERED, clerk)
    assert row.registered_at == NINE
    edition = Edition.objects.get(document=row)
    assert edition.words["sender"] == "學校辦公室"
    assert edition.words["title"] == row.title
    assert KnownSender.objects.get().name == "學校辦公室"
    assert row.due_at is not None


def test_the_same_number_of_a_sender_comes_in_once() -> None:
    first = entered(sender_number="校辦〔2026〕12號")
    with pytest.raises(services.AlreadyRegistered) as refused:
        entered(sender_number="校辦 [2026] 12号", sender="学校办公室")
    assert refused.value.document == first
    assert first.number not in str(refused.value)  # who is refused may not know of it: the page names it to who may
    assert Document.objects.count() == 1
    copy = entered(sender_number="校辦〔2026〕12號", copy_of=first)
    assert (copy.number, copy.incoming.copy_of) == ("收〔2026〕2號", first)


def test_the_database_holds_it_too() -> None:
    first = entered(sender_number="校辦〔2026〕12號")
    second = entered(sender_number="校辦〔2026〕13號")
    with pytest.raises(IntegrityError, match="senders_number_once"), transaction.atomic():
        Incoming.objects.filter(pk=second.pk).update(number_key=first.incoming.number_key)


def test_a_paper_that_was_sent_back_may_come_again() -> None:
    clerk = factories.clerk()
    first = entered(clerk, sender_number="校辦〔2026〕12號")
    services.send_back(document=first, reason="缺附件", letter="退文函〔2026〕1號", actor=clerk, at=TEN)
    first.refresh_from_db()
    assert (first.state, first.number) == (State.SENT_BACK, "收〔2026〕1號")
    assert "缺附件" in Incoming.objects.get(pk=first.pk).sent_back_reason
    assert entered(clerk, sender_number="校辦〔2026〕12號").number == "收〔2026〕2號"
    with pytest.raises(services.UnableToMove):
        services.handle(document=first, actor=clerk, at=TEN)


def test_signed_for_only_has_no_number_and_registering_twice_gives_one() -> None:
    clerk = factories.clerk()
    series()
    row = services.sign_for(paper=paper(), actor=clerk, at=NINE)
    assert (row.state, row.number) == (State.RECEIVED, "")
    with pytest.raises(services.UnableToMove):
        services.handle(document=row, actor=clerk, at=NINE)
    first = services.register(document=row, actor=clerk, at=TEN)
    again = services.register(document=row, actor=clerk, version=1, at=TEN)
    assert first.number == again.number == "收〔2026〕1號"
    assert DocumentNumber.objects.count() == 1


def test_a_return_keeps_number_and_opinions() -> None:
    """What others had wrong: the number grew with each return, and opinions were lost."""
    clerk, leader = factories.clerk(), factories.leader()
    from tests.documents.factories import asked

    row = asked(leader, clerk=clerk)
    for _round in range(3):
        step = services.instructing.Step.objects.about(row).get(state="asked")
        services.instruct(step=step, decision="returned", words="請補充。", actor=leader, at=TEN)
        services.propose(document=row, plan=services.Plan(words="再擬。"), deciders=[leader], actor=clerk, at=TEN)
    row.refresh_from_db()
    assert row.number == "收〔2026〕1號"
    assert DocumentNumber.objects.count() == 1
    assert row.opinions.count() == 7


def test_a_classified_paper_is_a_fact_and_a_place() -> None:
    clerk = factories.clerk()
    row = entered(clerk, is_classified=True, title="不應留下", place="機要櫃 3 號")
    assert row.title == CLASSIFIED_TITLE
    assert "不應留下" not in str(list(Edition.objects.values())) + str(list(Entry.objects.values()))
    for bad in ({"summary": "內容"}, {"annexes": "一份"}, {"place": ""}):
        with pytest.raises(services.UnableToRegister):
            entered(clerk, **{"is_classified": True, "place": "櫃"} | bad)
    with pytest.raises(services.UnableToRegister):
        services.enter(paper=paper(is_classified=True, place="櫃"), files=[scan(clerk)], actor=clerk, at=NINE)
    with pytest.raises(services.UnableToRegister):
        services.add_files(document=row, files=[scan(clerk)], actor=clerk, at=TEN)


def test_the_database_keeps_words_and_files_of_classified_papers_out() -> None:
    clerk = factories.clerk()
    row = entered(clerk, is_classified=True, place="機要櫃")
    with pytest.raises(InternalError, match="no title"), transaction.atomic():
        Document.objects.filter(pk=row.pk).update(title="別的")
    other = entered(clerk)
    with pytest.raises(InternalError, match="no title"), transaction.atomic():
        Incoming.objects.filter(pk=other.pk).update(is_classified=True, place="櫃")
    file = scan(clerk)
    Attachment.objects.filter(pk=file.pk).update(subject_type=None)
    file.subject = row
    file.save()
    with pytest.raises(InternalError, match="no files"), transaction.atomic():
        services.write_edition(document=row, words={"title": "x"}, actor=clerk, at=TEN)
    with pytest.raises(IntegrityError, match="classified_is_a_place"), transaction.atomic():
        Incoming.objects.filter(pk=row.pk).update(summary="內容")


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("機密★1年 關於某事", True),
        ("【绝密】名单", True),
        ("（秘密）會議材料", True),
        ("機密_名單.pdf", True),
        ("機密文件清單", True),
        ("關於加強保密工作的通知", False),
        ("關於開展國家秘密保護教育的通知", False),
        ("商業秘密保護辦法", False),
    ],
)
def test_marks_of_secrecy_are_known(text: str, marked: bool) -> None:
    assert is_marked(text) is marked


def test_marked_titles_and_files_are_refused_with_words() -> None:
    clerk = factories.clerk()
    with pytest.raises(services.UnableToRegister, match="mark of secrecy"):
        entered(clerk, title="機密★ 關於某事")
    with pytest.raises(services.UnableToRegister, match="mark of secrecy"):
        services.enter(paper=paper(), files=[scan(clerk, "【機密】名單.pdf")], actor=clerk, at=NINE)


def test_a_scan_that_comes_later_is_a_new_edition() -> None:
    clerk = factories.clerk()
    row = entered(clerk)
    services.add_files(document=row, files=[scan(clerk)], actor=clerk, at=TEN)
    numbers = [(each.number, len(each.files)) for each in Edition.objects.filter(document=row).order_by("number")]
    assert numbers == [(1, 0), (2, 1)]
    assert services.check_chain(row) == []


def test_putting_right_needs_a_reason_and_the_version() -> None:
    clerk = factories.clerk()
    row = entered(clerk)
    said = {"document": row, "actor": clerk, "at": TEN, "paper": paper(title="另一個標題")}
    with pytest.raises(services.UnableToRegister):
        services.correct(version=row.version, **said)
    with pytest.raises(services.Changed):
        services.correct(version=row.version + 1, reason="錯字", **said)
    services.correct(version=row.version, reason="錯字", **said)
    row.refresh_from_db()
    assert (row.title, row.number) == ("另一個標題", "收〔2026〕1號")
    assert Edition.objects.filter(document=row).count() == 2


def test_what_is_registered_does_not_become_classified() -> None:
    clerk = factories.clerk()
    row = entered(clerk)
    with pytest.raises(services.UnableToRegister):
        services.correct(
            document=row,
            paper=paper(is_classified=True, place="櫃"),
            version=row.version,
            reason="誤",
            actor=clerk,
            at=TEN,
        )


def test_only_signed_for_may_become_classified_without_a_trace() -> None:
    clerk = factories.clerk()
    series()
    row = services.sign_for(paper=paper(title="不應留下"), actor=clerk, at=NINE)
    services.correct(
        document=row, paper=paper(is_classified=True, place="櫃"), version=row.version, actor=clerk, at=TEN
    )
    row.refresh_from_db()
    assert row.title == CLASSIFIED_TITLE
    assert "不應留下" not in str(list(Entry.objects.values()))


def test_void_takes_the_number_out_of_use_and_frees_the_senders() -> None:
    clerk, director = factories.clerk(), factories.director()
    row = entered(clerk, sender_number="校辦〔2026〕12號")
    with pytest.raises(services.UnableToMove):
        services.void(document=row, reason=" ", actor=director, at=TEN)
    services.void(document=row, reason="重複", actor=director, at=TEN)
    assert services.void(document=row, reason="重複", actor=director, at=TEN).state == State.VOID
    assert DocumentNumber.objects.get(document=row).use == NumberUse.VOID
    assert services.find_faults() == []
    assert entered(clerk, sender_number="校辦〔2026〕12號").number == "收〔2026〕2號"


def test_senders_with_limited_access_are_not_offered() -> None:
    entered(access=Access.HIDDEN, sender="紀委")
    assert not KnownSender.objects.exists()


def offered() -> set[str]:
    return set(KnownSender.objects.values_list("name", flat=True))


def level(row: Document, access: str) -> None:
    services.set_access(document=row, access=access, reason="人事", actor=row.handler, at=TEN)


@pytest.mark.parametrize("access", [Access.RESERVED, Access.HIDDEN])
def test_senders_whose_papers_are_limited_later_are_offered_no_more(access: str) -> None:
    one, two = entered(sender="紀委"), entered(sender="纪委")
    entered(sender="學校辦公室")
    level(one, access)
    assert offered() == {"紀委", "學校辦公室"}  # from another paper of theirs, which everybody of the office reads
    level(two, access)
    assert offered() == {"學校辦公室"}
    level(one, Access.INTERNAL)
    assert offered() == {"紀委", "學校辦公室"}


def put_right(row: Document, **fields: object) -> None:
    row.refresh_from_db()
    said = {"sender": row.incoming.sender, "title": row.title} | fields
    given = {"paper": paper(**said), "version": row.version, "reason": "更正"}
    services.correct(document=row, actor=row.handler, at=TEN, **given)


def test_putting_the_register_right_settles_whose_name_is_offered() -> None:
    row = entered(sender="紀委")
    put_right(row, access=Access.HIDDEN)
    assert offered() == set()
    put_right(row, access=Access.INTERNAL)
    assert offered() == {"紀委"}
    put_right(row, sender="紀委辦公室")
    assert offered() == {"紀委辦公室"}


@pytest.mark.parametrize(
    ("code", "received", "due"),
    [
        ("fastest", moment(30, 10, month=9), date(2026, 10, 8)),  # the National Day holiday lies between
        ("fast", moment(8, 10, month=10), date(2026, 10, 12)),  # 10 October is a make-up day
        ("common", moment(23, 9), date(2026, 12, 1)),
    ],
)
def test_days_are_counted_over_holidays_and_make_up_days(code: str, received: object, due: date) -> None:
    row = entered(urgency=urgency(code), at=received)
    assert row.due_at.astimezone(received.tzinfo).date() == due
    days = days_between(received, row.due_at, row.calendar_version)
    assert days[-1].day == due
    assert sum(day.counts for day in days[1:]) == int(urgency(code).days)


def test_minutes_are_counted_from_receipt_in_working_time() -> None:
    row = entered(urgency=urgency("flash"), at=moment(27, 17))  # a Friday: half an hour left, then Monday's 450 minutes
    assert row.due_at == moment(30, 17)


def test_the_day_until_which_an_answer_is_wanted_comes_first() -> None:
    row = entered(urgency=urgency("common"), answer_wanted=True, answer_until=date(2026, 11, 25))
    assert row.due_at == moment(25, 17, 30)


def test_without_the_years_calendar_there_is_no_guess() -> None:
    row = entered(urgency=urgency("common"), at=moment(29, 10, month=12))
    assert row.due_at is not None
    create_office_calendar(code="bare", years=[2026])
    later = entered(urgency=urgency("common"), at=moment(30, 10, month=12).replace(year=2027))
    assert later.due_at is None

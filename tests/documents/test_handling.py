"""In hand: other hands, urging, due dates, the answer, the end, the file."""

import io
import zipfile
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from apps.core.numbers import find_gaps
from apps.dashboard.daily import tell_of_the_day
from apps.documents import services
from apps.documents.enums import LinkKind, Retention, State
from apps.documents.models import Filing, LedgerCheck, Link
from apps.documents.work_items import for_user
from apps.journal.files import open_blob
from apps.journal.models import Entry
from tests import factories
from tests.documents.factories import NINE, TEN, entered, moment, scan, sent, series, urgency

pytestmark = pytest.mark.django_db


def test_other_hands_with_a_reason() -> None:
    clerk, other = factories.clerk(), factories.clerk("科員乙")
    row = entered(clerk)
    with pytest.raises(services.UnableToMove):
        services.hand_over(document=row, to=other, reason=" ", actor=clerk, at=TEN)
    for _click in range(2):
        services.hand_over(document=row, to=other, reason="歸口", actor=clerk, at=TEN)
    row.refresh_from_db()
    assert row.handler == other
    assert Entry.objects.about(row).filter(verb="handed_over").count() == 1


def test_its_handler_is_urged_once_a_day() -> None:
    director = factories.director()
    row = entered()
    services.urge(document=row, words="請抓緊", actor=director, at=TEN)
    with pytest.raises(services.UnableToMove):
        services.urge(document=row, actor=director, at=TEN + timedelta(hours=3))
    services.urge(document=row, actor=director, at=TEN + timedelta(days=1))


def test_more_time_only_before_the_day_and_by_who_may() -> None:
    clerk = factories.clerk()
    row = entered(clerk, urgency=urgency("fast"))
    before = row.due_at
    later = {"document": row, "due_at": moment(30, 17), "reason": "材料多", "actor": clerk}
    with pytest.raises(services.UnableToMove, match="director or a leader"):
        services.set_due(**later, may_extend=False, at=TEN)
    with pytest.raises(services.UnableToMove, match="overdue"):
        services.set_due(**later, may_extend=True, at=before + timedelta(hours=1))
    with pytest.raises(services.UnableToMove):
        services.set_due(**later | {"reason": ""}, may_extend=True, at=TEN)
    services.set_due(**later, may_extend=True, at=TEN)
    row.refresh_from_db()
    assert row.due_at == moment(30, 17)
    line = Entry.objects.about(row).get(verb="doc_due")
    assert [datetime.fromisoformat(text) for text in line.changes["due_at"]] == [before, moment(30, 17)]
    services.set_due(document=row, due_at=moment(27, 17), reason="提前", actor=clerk, may_extend=False, at=TEN)


def test_an_answer_by_a_document_links_the_two() -> None:
    clerk = factories.clerk()
    row, ours = entered(clerk, answer_wanted=True), sent()
    services.handle(document=row, actor=clerk, at=TEN)
    with pytest.raises(services.UnableToMove, match="wants an answer"):
        services.close(document=row, words="辦結", actor=clerk, at=TEN)
    given = services.Answer(on=date(2026, 11, 23), how="mail", by=ours)
    services.answer(document=row, given=given, actor=clerk, at=TEN)
    row.refresh_from_db()
    assert row.state == State.ANSWERED
    assert Link.objects.get(source=ours, target=row).kind == LinkKind.REPLIES_TO
    services.close(document=row, words="已答復", actor=clerk, at=TEN)


@pytest.mark.parametrize("which", ["itself", "another that came in", "not sent yet", "void"])
def test_only_what_went_out_is_an_answer(which: str) -> None:
    clerk = factories.clerk()
    row = entered(clerk, answer_wanted=True)
    services.handle(document=row, actor=clerk, at=TEN)
    ours = {
        "itself": lambda: row,
        "another that came in": lambda: entered(clerk),
        "not sent yet": lambda: sent(state=State.NUMBERED),
        "void": lambda: sent(state=State.VOID),
    }[which]()
    with pytest.raises(services.UnableToMove, match="was sent out"):
        services.answer(
            document=row, given=services.Answer(on=date(2026, 11, 23), how="mail", by=ours), actor=clerk, at=TEN
        )
    with pytest.raises(services.UnableToMove, match="wants an answer"):
        services.close(document=row, words="辦結", actor=clerk, at=TEN)


def test_a_second_answer_keeps_what_the_first_said() -> None:
    clerk = factories.clerk()
    row, ours = entered(clerk, answer_wanted=True), sent()
    services.handle(document=row, actor=clerk, at=TEN)
    for more in ({"by": ours}, {"words": "電話另告"}):
        given = services.Answer(on=date(2026, 11, 23), how="mail", **more)
        services.answer(document=row, given=given, actor=clerk, at=TEN)
    row.incoming.refresh_from_db()
    assert (row.incoming.answered_by, row.incoming.answer_words) == (ours, "電話另告")


@pytest.mark.parametrize("given", [{"words": " "}, {"words": "已答復", "on": date(2026, 11, 24)}])
def test_an_answer_says_something_and_is_given(given: dict) -> None:
    row = entered()
    services.handle(document=row, actor=row.handler, at=TEN)
    with pytest.raises(services.UnableToMove):
        services.answer(
            document=row,
            given=services.Answer(**{"on": date(2026, 11, 23), "how": "mail"} | given),
            actor=row.handler,
            at=TEN,
        )


def test_closed_and_opened_again() -> None:
    row = entered()
    clerk = row.handler
    for _click in range(2):
        services.close(document=row, words="已閱存。", actor=clerk, at=TEN)
    row.refresh_from_db()
    assert (row.state, row.closed_at, row.closing_words) == (State.CLOSED, TEN, "已閱存。")
    services.reopen(document=row, reason="有補充", actor=clerk, at=moment(24, 9))
    row.refresh_from_db()
    assert (row.state, row.closed_at) == (State.HANDLING, None)
    services.close(document=row, words="再辦結。", actor=clerk, at=moment(24, 10))


def test_the_file_bears_the_documents_day_and_has_everything_in_it() -> None:
    """What others had wrong: the archive took the day of the draft."""
    clerk = factories.clerk()
    row = entered(clerk, sender_date=date(2026, 11, 20), at=NINE)
    services.add_files(document=row, files=[scan(clerk, "../../etc/掃描.pdf")], actor=clerk, at=TEN)
    services.close(document=row, words="已辦。", actor=clerk, at=moment(24, 10))
    later = moment(1, 9, month=12)
    filing = services.file_document(document=row, retention=Retention.PERMANENT, actor=clerk, at=later)
    again = services.file_document(document=row, retention=Retention.TEN, actor=clerk, at=later)
    assert (filing.pk, again.retention, filing.dated_on) == (again.pk, Retention.PERMANENT, date(2026, 11, 20))
    assert filing.issued.text == "檔〔2026〕1號"
    assert services.make_waiting_packages(at=later) == 1
    assert services.make_waiting_packages(at=later) == 0
    filing.refresh_from_db()
    with open_blob(filing.package) as source, zipfile.ZipFile(io.BytesIO(source.read())) as package:
        names = package.namelist()
        sums = package.read("SHA256SUMS").decode()
        chain = package.read("chain.json").decode()
    assert names[:3] == ["register.pdf", "opinions-and-history.pdf", "chain.json"]
    assert [name for name in names if name.startswith("files/")] == ["files/01-_.._etc_掃描.pdf"]
    assert sums.count("\n") == len(names) - 1
    assert row.editions.get(number=2).digest in chain
    assert find_gaps() == []


def test_without_a_day_on_it_the_day_of_registration_counts() -> None:
    row = entered(at=NINE)
    services.close(document=row, words="已閱。", actor=row.handler, at=moment(24, 10))
    filing = services.file_document(document=row, retention=Retention.TEN, actor=row.handler, at=moment(2, 9, month=12))
    assert filing.dated_on == timezone.localtime(NINE).date()


def test_the_same_content_makes_the_same_package() -> None:
    from apps.documents.packing import make_zip

    row = entered()
    services.close(document=row, words="已閱。", actor=row.handler, at=TEN)
    filing = services.file_document(document=row, retention=Retention.TEN, actor=row.handler, at=TEN)
    assert make_zip(filing) == make_zip(filing)


def test_only_what_is_closed_goes_into_the_file() -> None:
    row = entered()
    with pytest.raises(services.UnableToMove):
        services.file_document(document=row, retention=Retention.TEN, actor=row.handler, at=TEN)
    assert not Filing.objects.exists()
    assert find_gaps() == []


def test_the_nightly_check_tells_the_director_of_faults() -> None:
    director = factories.director()
    entered()
    assert services.check_ledger(at=moment(24, 2)).faults == []
    from apps.core.models import IssuedNumber

    IssuedNumber.objects.create(series=series().numbers, year=2026, number=9, text="收〔2026〕9號", issued_at=NINE)
    found = services.check_ledger(at=moment(25, 2))
    assert any("收〔2026〕9號" in fault for fault in found.faults)
    assert LedgerCheck.objects.count() == 2
    assert "documents.ledger" in {item.key for item in for_user(director, at=moment(25, 9))}


def test_one_word_a_day_to_each_person() -> None:
    clerk, leader = factories.clerk(), factories.leader()
    from apps.delivery.models import Message
    from tests.documents.factories import asked

    asked(leader, clerk=clerk, urgency=urgency("fastest"), at=NINE)
    asked(leader, clerk=clerk, urgency=urgency("fastest"), at=NINE)
    assert tell_of_the_day(moment(23, 11)) == 1  # the handler's are due tomorrow; the leader was told today
    assert tell_of_the_day(moment(24, 10)) == 2
    assert tell_of_the_day(moment(24, 11)) == 0
    assert tell_of_the_day(moment(28, 11)) == 0  # a Saturday
    daily = Message.objects.filter(source="dashboard.daily", created_at=moment(24, 10), texts__language="en")
    assert list(daily.values_list("texts__subject", flat=True)) == ["2 things wait for you (2026-11-24)"] * 2


def test_late_ones_stand_on_the_directors_list() -> None:
    director = factories.director()
    row = entered(urgency=urgency("fastest"))
    late = {item.key: item.section for item in for_user(director, at=row.due_at + timedelta(hours=1))}
    assert late == {f"documents.document:{row.pk}": "overdue"}

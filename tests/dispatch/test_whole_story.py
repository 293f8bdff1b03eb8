"""The whole way of one paper: it comes in, is instructed, three parts go to two departments (one is returned as
incomplete, one gets more time, one is late and urged), the answer goes out under a number and a seal, all is filed.
"""

import io
import zipfile
from datetime import date

import pytest

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.assignments import services as parts
from apps.assignments.models import Assignment, Part
from apps.core.numbers import find_gaps
from apps.dispatch import services
from apps.dispatch.services import Outside
from apps.documents import services as documents
from apps.documents.chain import read_chain
from apps.documents.enums import Retention, State
from apps.documents.models import Document, Filing
from apps.documents.services import HandedDown, Plan
from apps.journal.files import open_blob
from apps.people.enums import Role
from apps.people.models import Person, Unit
from apps.seals import services as seals
from tests import factories
from tests.assignments import factories as given
from tests.dispatch import factories as desk
from tests.documents.factories import incoming, moment
from tests.seals import factories as stamps

pytestmark = pytest.mark.django_db


class Department:
    """A unit with who acts for it."""

    def __init__(self, name: str) -> None:
        self.unit: Unit = factories.unit(name, parent=factories.root_unit())
        self.secretary: Person = factories.person(f"{name}秘書", Role.UNIT_SECRETARY, at=self.unit)
        self.head: Person = factories.head(self.unit, f"{name}主任")

    def report(self, part: Part, text: str, day: int, **more: object) -> None:
        parts.report(part=part, actor=self.secretary, text=text, at=moment(day, 10), **more)
        parts.confirm(part=fresh(part), actor=self.head, at=moment(day, 11))


def fresh(part: Part) -> Part:
    return Part.objects.select_related("assignment", "unit", "person").get(pk=part.pk)


def instructed(letter: Document, leader: Person, one: Department, two: Department) -> None:
    """Proposed by the clerk, instructed by the leader, handed down twice."""
    clerk = letter.handler
    plan = Plan(words="擬請甲系牽頭、乙系配合。", lead=one.unit, helpers=(two.unit,), asks="自查")
    documents.propose(document=letter, plan=plan, deciders=[leader], actor=clerk, at=moment(23, 9, 10))
    step = Step.objects.about(letter).get()
    documents.instruct(
        step=step, decision=StepState.APPROVED, words="同意，按時報送。", actor=leader, at=moment(23, 9, 30)
    )
    for lead, helpers, day in ((one, (two.unit,), 26), (two, (), 25)):
        down = HandedDown(lead.unit, "報送自查結果", helpers, moment(day, 0).date())
        documents.hand_to_units(document=letter, given=down, actor=clerk, at=moment(23, 10))


def done_by_units(letter: Document, one: Department, two: Department) -> None:
    clerk = letter.handler
    together, alone = Assignment.objects.about(letter)
    lead, helper = given.of(together, one.unit), given.of(together, two.unit)
    late = given.of(alone, two.unit)
    for part, department in ((lead, one), (helper, two), (late, two)):
        parts.sign(part=part, actor=department.secretary, at=moment(23, 11))
    # The helper asks for more time before its day, and gets it from who set that.
    parts.ask_extension(
        part=fresh(helper), actor=two.secretary, until=moment(27, 17, 30), reason="數據未齊", at=moment(24, 9)
    )
    parts.grant_extension(part=fresh(helper), actor=clerk, until=moment(27, 17, 30), at=moment(24, 10))
    # The third part is late and urged.
    assert fresh(late).is_late(moment(26, 9))
    parts.urge(part=fresh(late), actor=clerk, note="請今日回報", at=moment(26, 9))
    two.report(late, "已辦", 26)
    parts.accept(part=fresh(late), actor=clerk, at=moment(26, 12))
    two.report(helper, "已自查", 27)
    parts.accept(part=fresh(helper), actor=one.secretary, at=moment(27, 12))
    # The lead's report is incomplete the first time.
    one.report(lead, "已彙整", 27)
    parts.give_back(part=fresh(lead), actor=clerk, note="缺數據表", at=moment(27, 15))
    one.report(lead, "已彙整，附數據表", 30)
    parts.accept(part=fresh(lead), actor=clerk, at=moment(30, 12))
    assert [fresh(part).rounds for part in (lead, helper, late)] == [2, 1, 1]
    assert [fresh(part).late_days for part in (helper, late)] == [0, 1]
    for row in (together, alone):
        parts.close(assignment=Assignment.objects.get(pk=row.pk), actor=clerk, note="已彙總", at=moment(30, 13))


def answered(letter: Document) -> Document:
    """The answer is signed, numbered, sealed and sent."""
    people, keeper = desk.office(), factories.clerk("印管")
    paper = services.create_draft(
        words=desk.words("關於報送自查情況的函"),
        terms=desk.terms(people, answers=letter),
        actor=people.drafter,
        at=moment(30, 14),
    )
    at = moment(1, 9, month=12)
    paper = desk.numbered(people, paper, at=at, no_seal=False)
    use = services.pass_to_seal(draft=paper, seal=stamps.seal(keeper=keeper), allowed=1, actor=people.clerk, at=at)
    seals.impress(use=use, actor=keeper, made=1, at=at)
    seals.close(use=use, actor=keeper, no_photo_reason="當面交付", at=at)
    outside = [Outside("學校辦公室", "by_hand", date(2026, 12, 1))]
    return services.send_paper(draft=paper, actor=people.clerk, outside=outside, at=at).document


def test_a_paper_comes_in_goes_down_comes_up_and_goes_out() -> None:
    one, two, leader = Department("甲系"), Department("乙系"), factories.leader()
    letter = incoming(answer_wanted=True)
    instructed(letter, leader, one, two)
    with pytest.raises(documents.UnableToMove, match="Units still have a part"):
        documents.close(document=letter, words="已辦", actor=letter.handler, at=moment(24, 9))
    done_by_units(letter, one, two)
    with pytest.raises(documents.UnableToMove, match="wants an answer"):
        documents.close(document=letter, words="已辦", actor=letter.handler, at=moment(30, 13))
    answer = answered(letter)
    assert Document.objects.get(pk=letter.pk).state == State.ANSWERED
    documents.close(document=letter, words="已答復學校", actor=letter.handler, at=moment(1, 10, month=12))
    for row, day in ((letter, date(2026, 11, 23)), (answer, date(2026, 12, 1))):  # registered; signed and numbered
        filing = documents.file_document(
            document=row, retention=Retention.TEN, actor=letter.handler, at=moment(2, 9, month=12)
        )
        documents.make_package(filing=filing, at=moment(2, 9, month=12))
        filing = Filing.objects.select_related("package").get(pk=filing.pk)
        assert filing.dated_on == day
        with open_blob(filing.package) as file:
            assert zipfile.ZipFile(io.BytesIO(file.read())).testzip() is None
        assert documents.check_chain(row) == []
    assert set(Document.objects.values_list("state", flat=True)) == {State.FILED}
    assert set(read_chain(letter, letter.handler).documents) == {letter.pk, answer.pk}
    assert find_gaps() == []
    assert documents.find_faults() == []

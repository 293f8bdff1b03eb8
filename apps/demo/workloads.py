"""Workload collected twice: last term, signed off; this term, half answered, so that everybody here has work."""

from datetime import datetime, timedelta
from random import Random

from django.http import QueryDict

from apps.core.calendar import office_time
from apps.demo.college import College, words
from apps.demo.people import Cast
from apps.demo.publishing import publish_approved
from apps.notices.audience import Rule, fold_number
from apps.notices.enums import NoticeClass
from apps.notices.models import Notice
from apps.notices.services import complete_round, create_draft, fan_out
from apps.people.models import Person
from apps.questionnaires.forms import build_form, build_unit_form
from apps.questionnaires.models import Form
from apps.questionnaires.services import current_version
from apps.replies import services
from apps.replies.enums import ReplyState
from apps.replies.models import Collection, Reply
from apps.replies.starter import install_forms

BEFORE, NOW = "2025-2026-2", "2026-2027-1"
PEOPLE = 40  # at most; through the real services, one by one
COURSES = (
    ("數據結構", 64, "required"),
    ("操作系統", 48, "required"),
    ("計算機網絡", 48, "required"),
    ("編譯原理", 48, "elective"),
    ("數據庫系統", 56, "required"),
    ("機器學習", 32, "elective"),
    ("程序設計實習", 40, "practice"),
    ("高級算法", 32, "graduate"),
)
DUTIES = (
    ("本科生班主任", 20, "院發〔2026〕12 號"),
    ("實驗室安全員", 16, "院務會紀要"),
    ("學科競賽指導", 24, "教務處通知"),
)
REMARKS = ("與教學任務書不符，請核對班級規模係數。", "漏報實踐環節，請補上。")


def make_workloads(cast: Cast, college: College, *, random: Random, at: datetime) -> int:
    """Two rounds; gives how many answers were handed in in all."""
    install_forms(at=at)
    people = [cast.by_login["staff"], *(person for person in cast.staff if person.number != "staff")][:PEOPLE]
    before = _collect(cast, college, people, BEFORE, days_ago=150, earlier=None, at=at)
    for person in people:
        _hand_in(before, person, random, before.notice.published_at + timedelta(days=1))
        _confirm(before, person, cast, before.notice.published_at + timedelta(days=2))
    signed_at = office_time().next_opening(before.notice.published_at + timedelta(days=6)) + timedelta(minutes=50)
    services.close(collection=before, actor=cast.by_login["clerk"], at=signed_at)
    services.sign_off(collection=before, actor=cast.director, at=signed_at + timedelta(hours=3))
    now_open = _collect(cast, college, people, NOW, days_ago=4, earlier=before, at=at)
    published = now_open.notice.published_at
    for person in people[1 : 1 + len(people) // 2]:
        _hand_in(now_open, person, random, min(at, published + timedelta(days=1)))
        if random.random() < 0.4 and cast.unit_of.get(person.pk) != cast.unit_of[cast.by_login["secretary"].pk]:
            _confirm(now_open, person, cast, min(at, published + timedelta(days=2)))
    _return_one(now_open, cast, random, min(at, published + timedelta(days=2, hours=1)))
    return Reply.objects.filter(collection__in=[before, now_open]).counted().count()


def _collect(
    cast: Cast,
    college: College,
    people: list[Person],
    term: str,
    *,
    days_ago: int,
    earlier: Collection | None,
    at: datetime,
) -> Collection:
    """The notice with its form, out to these people."""
    working = office_time()
    start = min(working.next_opening(at - timedelta(days=days_ago)) + timedelta(minutes=40), at - timedelta(hours=2))
    due = working.end_of_day(working.next_working_day(working.day(start), 8))
    values = {
        "title": words(f"{term} 學期工作量核定", f"{term} 学期工作量核定", f"Workload of term {term}"),
        "body": words(
            "<p>請填寫本學期工作量，由系秘書核定後報學院。</p>",
            "<p>请填写本学期工作量，由系秘书核定后报学院。</p>",
            "<p>Please report this term's workload; the department grants it, then the college.</p>",
        ),
        "notice_class": NoticeClass.MANDATORY,
        "needs_acknowledgement": True,
        "audience": Rule(numbers=tuple(fold_number(person.number) for person in people)).as_json(),
        "unit": college.office,
        "publish_at": None,
        "acknowledge_by": due,
        "expires_at": None,
    }
    clerk = cast.by_login["clerk"]
    notice = create_draft(actor=clerk, values=values, at=start - timedelta(hours=1))
    version = current_version(Form.objects.get(code="workload"))
    made = services.collect(
        notice=notice, actor=clerk, form_version=version, confirmed_by_units=True, round_of=earlier, at=start
    )
    _send(Notice.objects.get(pk=notice.pk), clerk, start)
    services.make_missing_rows(start)
    return Collection.objects.select_related("notice", "form_version").get(pk=made.pk)


def _send(notice: Notice, clerk: Person, at: datetime) -> None:
    notice = publish_approved(notice, clerk, at)
    fan_out(notice.pk, at)
    for row in notice.rounds.all():
        complete_round(row.pk, at)


def _reply(collection: Collection, person: Person) -> Reply:
    return services.make_row(collection, person.pk, collection.notice.published_at)


def _hand_in(collection: Collection, person: Person, random: Random, at: datetime) -> None:
    reply = _reply(collection, person)
    form = build_form(
        collection.form_version, data=_answers(random, BEFORE if collection.round_of_id is None else NOW), person=person
    )
    services.hand_in(reply=reply, form=form, actor=person, at=at)


def _answers(random: Random, term: str) -> QueryDict:
    """As the page would send them, adding up."""
    data, total = QueryDict(mutable=True), 0.0
    for place, (course, hours, nature) in enumerate(random.sample(COURSES, random.randint(1, 3))):
        students = random.randint(24, 90)
        size = min(2.0, 1 + max(0, (students - 21) // 10) * 0.05)
        cells = {"course": course, "class": f"{place + 1} 班", "nature": nature, "students": students, "hours": hours}
        for key, value in (cells | {"size": f"{size:.2f}"}).items():
            data[f"courses-{place}-{key}"] = str(value)
        total += round(hours * round(size, 2), 2)
    students = random.randint(2, 8)
    data.update({"theses-0-level": "bachelor", "theses-0-students": str(students), "theses-0-each": "12"})
    duty, hours, basis = random.choice(DUTIES)
    data.update({"duties-0-duty": duty, "duties-0-hours": str(hours), "duties-0-basis": basis, "term": term})
    data["total"] = f"{total + students * 12 + hours:.2f}"
    return data


def _confirm(collection: Collection, person: Person, cast: Cast, at: datetime) -> None:
    """By the department of the secretary who signs in here; elsewhere by the director."""
    reply = Reply.objects.select_related("unit", "answer_set").get(collection=collection, obligation__person=person)
    secretary = cast.by_login["secretary"]
    is_own = reply.unit_id == cast.unit_of[secretary.pk].pk
    data = QueryDict(mutable=True)
    data.update({"granted": str(reply.answer_set.answers["total"]), "opinion": "與教學任務書一致"})
    form = build_unit_form(collection.form_version, data=data, person=secretary, initial=reply.answer_set.answers)
    services.confirm(reply=reply, actor=secretary if is_own else cast.director, form=form, at=at)


def _return_one(collection: Collection, cast: Cast, random: Random, at: datetime) -> None:
    """Two come back to be mended."""
    for reply in Reply.objects.filter(collection=collection, state=ReplyState.HANDED_IN).order_by("pk")[:2]:
        remarks = {"courses": random.choice(REMARKS)}
        services.give_back(reply=reply, actor=cast.by_login["clerk"], remarks=remarks, at=at)

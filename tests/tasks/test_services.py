"""A task from its giving to its end: what each move does, who is told, and what is refused with words."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from apps.delivery.models import Delivery
from apps.journal.files import accept_upload
from apps.journal.models import Attachment, Entry
from apps.people.models import Person
from apps.tasks import services
from apps.tasks.enums import CATEGORY, COLOURS, MOVES, TaskState
from apps.tasks.models import Report, Task
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_ELEVEN, MONDAY_NINE, MONDAY_TEN, moment, stand_in
from tests.tasks import factories as make

pytestmark = pytest.mark.django_db


def told(person: Person) -> list[str]:
    """The subjects of what somebody was told, in the order of telling."""
    rows = Delivery.objects.filter(person=person, channel="portal", message__texts__language="en")
    return [subject.split(":")[0] for subject in rows.order_by("pk").values_list("message__texts__subject", flat=True)]


def history(task: Task) -> list[str]:
    return [entry.verb for entry in Entry.objects.about(task)]


def test_every_state_has_its_category_and_colour() -> None:
    assert set(CATEGORY) == set(COLOURS) == set(TaskState)
    assert {move.target for move in MOVES.values()} | {TaskState.OPEN} == set(TaskState)


def test_owner_is_told_of_a_task() -> None:
    owner, giver = factories.person("王老師", "staff"), factories.clerk()
    task = make.task(owner, giver)

    assert (task.state, task.given_by, task.due_on) == (TaskState.OPEN, giver, date(2026, 11, 25))
    assert (told(owner), told(giver), history(task)) == (["A task for you"], [], ["give"])


def test_report_ends_a_task_that_nobody_wants_to_accept() -> None:
    owner, giver = factories.person("王老師", "staff"), factories.clerk()
    task = services.report(task=make.task(owner, giver), actor=owner, text="已核對", at=MONDAY_TEN)

    assert (task.state, task.ended_at) == (TaskState.DONE, MONDAY_TEN)
    assert told(giver) == ["A task is done"]


def test_report_sent_twice_is_one_report() -> None:
    owner = factories.person("王老師", "staff")
    task = make.task(owner)
    for _each in range(2):
        services.report(task=task, actor=owner, text="已核對", at=MONDAY_TEN)

    assert Report.objects.count() == 1
    assert history(task) == ["give", "finish"]


def test_returned_report_is_followed_by_another() -> None:
    owner, giver = factories.person("王老師", "staff"), factories.clerk()
    task = make.reported(owner, giver)
    assert task.state == TaskState.REPORTED
    task = services.give_back(task=task, actor=giver, note="缺成績單", at=MONDAY_TEN)
    assert (task.state, task.is_to_do) == (TaskState.RETURNED, True)
    task = services.report(task=task, actor=owner, text="已補", at=MONDAY_TEN)
    task = services.accept(task=task, actor=giver, at=MONDAY_ELEVEN)

    assert (task.state, [row.text for row in task.reports.order_by("pk")]) == (TaskState.DONE, ["已核對", "已補"])
    assert told(owner) == ["A task for you", "Your report came back", "Your report was accepted"]
    assert told(giver) == ["A report to accept", "A report to accept"]


def test_reports_are_never_changed_nor_deleted() -> None:
    said = make.reported(factories.person("王老師", "staff")).reports.get()
    for change in (lambda: Report.objects.update(text="x"), lambda: said.delete()):
        with pytest.raises(Exception, match="Cannot"), transaction.atomic():
            change()


def test_files_come_with_the_report_and_are_the_reporters_own() -> None:
    owner, other = factories.person("王老師", "staff"), factories.person("李老師", "staff")
    mine, theirs = (
        accept_upload(SimpleUploadedFile(f"{each.name}.txt", b"paper"), person=each) for each in (owner, other)
    )
    task = make.task(owner)
    with pytest.raises(services.UnableToReport):
        services.report(task=task, actor=owner, text="已核對", attachments=[theirs], at=MONDAY_TEN)
    services.report(task=task, actor=owner, text="已核對", attachments=[mine], at=MONDAY_TEN)

    assert list(Attachment.objects.of(task.reports.get())) == [mine]


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        ("report", {"text": "x"}),
        ("accept", {}),
        ("give_back", {"note": "x"}),
        ("cancel", {"note": "x"}),
        ("change", {"title": "x"}),
    ],
)
def test_stranger_may_nothing(verb: str, given: dict[str, str]) -> None:
    task = make.reported(factories.person("王老師", "staff"))

    with pytest.raises(PermissionDenied):
        getattr(services, verb)(task=task, actor=factories.person("路人", "staff"), **given)


def test_owner_does_not_accept_the_own_report() -> None:
    owner = factories.person("王老師", "staff")

    with pytest.raises(PermissionDenied):
        services.accept(task=make.reported(owner), actor=owner)


def test_handler_of_the_request_and_the_director_stand_for_the_giver() -> None:
    owner, giver, handler = factories.person("王老師", "staff"), factories.clerk(), factories.clerk("科員乙")
    for actor in (handler, factories.director()):
        subject = desk.request("in_progress", handler=handler, submitted_at=MONDAY_NINE)
        task = make.reported(owner, giver, subject=subject)
        assert services.accept(task=task, actor=actor, at=MONDAY_TEN).state == TaskState.DONE


def test_deputy_reports_in_both_names() -> None:
    owner, deputy = factories.person("王老師", "staff"), factories.person("李老師", "staff")
    stand_in(deputy, owner, scope="tasks")
    task = services.report(task=make.task(owner), actor=deputy, text="代辦", at=MONDAY_TEN)

    said = task.reports.get()
    assert (said.author, said.on_behalf_of) == (deputy, owner)
    assert told(deputy) == ["A task for you"]


def test_deputy_for_requests_has_no_part_in_tasks() -> None:
    owner, deputy = factories.person("王老師", "staff"), factories.person("李老師", "staff")
    stand_in(deputy, owner, scope="requests")
    task = make.task(owner)

    assert not Task.objects.visible_to(deputy).exists()
    with pytest.raises(PermissionDenied):
        services.report(task=task, actor=deputy, text="代辦", at=MONDAY_TEN)


def test_owner_hands_over_with_a_reason() -> None:
    owner, other, giver = factories.person("王老師", "staff"), factories.person("李老師", "staff"), factories.clerk()
    task = make.task(owner, giver)
    with pytest.raises(services.UnableToHandOver):
        services.hand_over(task=task, actor=owner, owner=other, at=MONDAY_TEN)
    task = services.hand_over(task=task, actor=owner, owner=other, note="出差", at=MONDAY_TEN)

    assert task.owner == other
    assert (told(other), told(giver)) == (["A task for you"], ["A task was handed over"])
    assert not Task.objects.visible_to(owner).exists()


def test_giver_gives_it_to_somebody_else_and_the_first_is_told() -> None:
    owner, other, giver = factories.person("王老師", "staff"), factories.person("李老師", "staff"), factories.clerk()
    task = services.hand_over(task=make.task(owner, giver), actor=giver, owner=other, at=MONDAY_TEN)
    services.hand_over(task=task, actor=giver, owner=other, at=MONDAY_TEN)

    assert told(owner) == ["A task for you", "A task went to somebody else"]
    assert (told(other), history(task)) == (["A task for you"], ["give", "hand_over"])


def test_who_has_left_is_given_nothing() -> None:
    gone = factories.person("離職", "staff", is_active=False)
    with pytest.raises(services.UnableToGive, match="離職"):
        make.task(gone)
    giver = factories.clerk()
    task = make.task(factories.person(), giver)
    with pytest.raises(services.UnableToHandOver, match="離職"):
        services.hand_over(task=task, actor=giver, owner=gone, at=MONDAY_TEN)


def test_change_needs_the_version_that_stands() -> None:
    owner, giver = factories.person("王老師", "staff"), factories.clerk()
    task = make.task(owner, giver)
    services.change(task=task, actor=giver, title="核對兩年", due_on=task.due_on, version=1, at=MONDAY_TEN)
    with pytest.raises(services.Changed):
        services.change(task=task, actor=giver, title="核對三年", due_on=task.due_on, version=1, at=MONDAY_TEN)

    task.refresh_from_db()
    assert (task.title, told(owner)) == ("核對兩年", ["A task for you", "A task was changed"])


def test_day_that_is_over_is_refused() -> None:
    with pytest.raises(services.UnableToGive):
        make.task(factories.person(), due_on=date(2026, 11, 22))


def test_what_is_over_is_not_moved_again() -> None:
    owner, giver = factories.person("王老師", "staff"), factories.clerk()
    task = services.cancel(task=make.task(owner, giver), actor=giver, note="不用了", at=MONDAY_TEN)

    assert told(owner) == ["A task for you", "A task was called off"]
    with pytest.raises(services.UnableToReport):
        services.report(task=task, actor=owner, text="已核對", at=MONDAY_TEN)
    with pytest.raises(services.UnableToChange):
        services.change(task=task, actor=giver, title="x", at=MONDAY_TEN)
    with pytest.raises(services.UnableToHandOver):
        services.hand_over(task=task, actor=giver, owner=giver, at=MONDAY_TEN)


def test_rule_gives_its_task_once() -> None:
    owner = factories.person("王老師", "staff")
    subject = desk.request(submitted_at=MONDAY_NINE)
    made = [
        services.give(subject=subject, title="x", owner=owner, actor=None, made_from="template:1", at=MONDAY_NINE)
        for _each in range(2)
    ]

    assert made[0] == made[1]
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.create(subject=subject, title="x", owner=owner, made_from="template:1")


def test_call_off_ends_what_is_open_of_one_thing_alone() -> None:
    owner, giver = factories.person("王老師", "staff"), factories.clerk()
    first, other = make.task(owner, giver), make.task(owner, giver)
    done = services.report(
        task=make.task(owner, giver, subject=first.subject), actor=owner, text="已核對", at=MONDAY_TEN
    )

    assert services.call_off(subject=first.subject, actor=giver, note="撤回", at=MONDAY_TEN) == 1
    states = dict(Task.objects.values_list("pk", "state"))
    assert states == {first.pk: "cancelled", other.pk: "open", done.pk: "done"}


class TestVisible:
    @pytest.mark.parametrize(
        ("who", "expected"),
        [("owner", 1), ("deputy", 1), ("clerk", 1), ("leader", 1), ("requester", 0), ("stranger", 0)],
    )
    def test_visible_to(self, who: str, expected: int) -> None:
        owner, requester = factories.person("王老師", "staff"), factories.student()
        subject = desk.request("in_progress", requester=requester, submitted_at=MONDAY_NINE)
        make.task(owner, subject=subject)
        people = {
            "owner": owner,
            "deputy": factories.person("李老師", "staff"),
            "clerk": factories.clerk("科員丁"),
            "leader": factories.leader(),
            "requester": requester,
            "stranger": factories.student("陌生人"),
        }
        stand_in(people["deputy"], owner)

        assert Task.objects.visible_to(people[who]).count() == expected


class TestReminders:
    """Wednesday 25 November is the day; Tuesday the working day before it, Thursday the first after."""

    def run(self, *days: int, hour: int = 10) -> list[int]:
        return [services.remind_due(at=moment(day, hour)) for day in days]

    def test_told_the_working_day_before_and_after(self) -> None:
        owner, giver = factories.person("王老師", "staff"), factories.clerk()
        make.task(owner, giver)

        assert self.run(23, 24, 24, 25, 26, 26, 27) == [0, 1, 0, 0, 1, 0, 0]
        assert told(owner) == ["A task for you", "Due soon", "Overdue"]
        assert told(giver) == ["Overdue"]

    def test_silent_outside_office_hours(self) -> None:
        make.task(factories.person("王老師", "staff"))

        assert self.run(24, hour=20) == [0]
        assert self.run(28) == [0]  # a Saturday

    def test_a_missed_day_is_made_up_once(self) -> None:
        owner = factories.person("王老師", "staff")
        make.task(owner)

        assert self.run(30, 30) == [1, 0]
        assert services.remind_due(at=moment(1, 10, month=12)) == 0
        assert told(owner) == ["A task for you", "Overdue"]

    def test_weekend_and_make_up_day_count_as_the_calendar_says(self) -> None:
        """National Day: closed from 1 to 7 October, Saturday 10 October is worked instead."""
        owner = factories.person("王老師", "staff")
        given = moment(28, 9, month=9)
        make.task(owner, at=given, due_on=date(2026, 10, 8))
        make.task(owner, at=given, due_on=date(2026, 10, 12))
        sent = {}
        for day in range(15):
            at = moment(29, 10, month=9) + timedelta(days=day)
            count = services.remind_due(at=at)
            if count:
                sent[at.date()] = count

        assert sent == {
            date(2026, 9, 30): 1,  # the working day before 8 October
            date(2026, 10, 9): 1,  # the first one after it
            date(2026, 10, 10): 1,  # the make-up Saturday before Monday the 12th
            date(2026, 10, 13): 1,
        }

    def test_ended_tasks_are_left_alone(self) -> None:
        owner = factories.person("王老師", "staff")
        services.report(task=make.task(owner), actor=owner, text="已核對", at=MONDAY_TEN)

        assert self.run(24, 26) == [0, 0]

    def test_report_is_told_once_more_the_working_day_after(self) -> None:
        owner, giver = factories.person("王老師", "staff"), factories.clerk()
        task = make.reported(owner, giver)

        assert self.run(23, 24, 24, 25, 26) == [0, 1, 0, 0, 0]
        assert told(giver) == ["A report to accept", "A report waits for you"]
        task = services.give_back(task=task, actor=giver, note="少一頁", at=moment(26, 11))
        services.report(task=task, actor=owner, text="補了", at=moment(26, 15))
        assert self.run(26, 27, 30) == [0, 1, 0]

    def test_report_of_a_rule_is_told_to_the_handler(self) -> None:
        owner, handler = factories.person("王老師", "staff"), factories.clerk()
        make.reported_by_rule(owner, handler)
        self.run(24)

        assert told(handler) == ["A report to accept", "A report waits for you"]

    def test_report_reaches_the_handler_when_the_giver_has_left(self) -> None:
        owner, giver, handler = factories.person("王老師", "staff"), factories.clerk("甲"), factories.clerk("乙")
        subject = desk.request("in_progress", handler=handler, submitted_at=MONDAY_NINE)
        task = make.task(owner, giver, wants_acceptance=True, subject=subject)
        Person.objects.filter(pk=giver.pk).update(is_active=False)
        services.report(task=task, actor=owner, text="已核對", at=MONDAY_TEN)

        assert told(handler) == ["A report to accept"]

    def test_report_that_nobody_is_there_for_reaches_the_directors(self) -> None:
        director, owner = factories.director(), factories.person("王老師", "staff")
        make.reported_by_rule(owner, None)

        assert told(director) == ["A report to accept"]

    def test_task_of_who_has_left_is_told_to_the_giver_each_working_day(self) -> None:
        owner, giver = factories.person("王老師", "staff"), factories.clerk()
        make.task(owner, giver)
        Person.objects.filter(pk=owner.pk).update(is_active=False)

        assert self.run(24, 24, 25, 26) == [1, 0, 1, 1]
        assert told(giver) == ["Nobody is there to do it"] * 3

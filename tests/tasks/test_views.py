"""The pages of tasks: what an outsider sees of the thing, every move by its own address, mistakes told in words."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.people.models import Person
from apps.servicedesk.enums import RequestState
from apps.tasks import services
from apps.tasks.enums import TaskState
from apps.tasks.models import Task
from apps.tasks.work_items import for_user
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_NINE, moment
from tests.tasks import factories as make

pytestmark = pytest.mark.django_db


def client(person: Person) -> Client:
    made = Client()
    made.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return made


@pytest.fixture(autouse=True)
def monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY_NINE)


@pytest.fixture
def owner() -> Person:
    return factories.person("王老師", "staff")


def page(person: Person, task: Task) -> str:
    return client(person).get(task.get_absolute_url()).content.decode()


def test_outsider_sees_what_the_task_needs_and_no_more(owner: Person) -> None:
    subject = desk.request(RequestState.IN_PROGRESS, title="在讀證明", handler=factories.clerk())
    task = make.task(owner, subject=subject)
    seen = page(owner, task)

    assert "查入學年份" in seen
    assert "在讀證明" in seen
    assert subject.get_absolute_url() not in seen
    assert client(owner).get(subject.get_absolute_url()).status_code == 404


def test_outsider_who_was_let_opens_the_request(owner: Person) -> None:
    subject = desk.request(RequestState.IN_PROGRESS, handler=factories.clerk())
    task = make.task(owner, subject=subject, shows_subject=True)

    assert subject.get_absolute_url() in page(owner, task)
    assert client(owner).get(subject.get_absolute_url()).status_code == 200
    services.cancel(task=task, actor=task.given_by, note="不用了")
    assert client(owner).get(subject.get_absolute_url()).status_code == 404


def test_stranger_gets_404_reader_403(owner: Person) -> None:
    task = make.task(owner)
    leader, stranger = factories.leader(), factories.student("陌生人")

    for name in ("report", "accept", "give_back", "cancel", "hand_over", "change"):
        url = reverse(f"tasks:{name}", args=[task.pk])
        assert client(stranger).post(url).status_code == 404, name
        assert client(leader).post(url).status_code == 403, name
        assert client(owner).get(url).status_code == 405, name


def test_report_by_the_page(owner: Person) -> None:
    task = make.task(owner)
    url = reverse("tasks:report", args=[task.pk])
    empty = client(owner).post(url, {"text": "", "version": 1})
    done = client(owner).post(url, {"text": "已核對", "version": 1})

    task.refresh_from_db()
    assert (empty.status_code, done.status_code, task.state) == (422, 302, TaskState.DONE)


def test_old_form_keeps_what_was_typed(owner: Person) -> None:
    task = make.task(owner)
    services.change(task=task, actor=task.given_by, title="核對兩年", due_on=task.due_on)
    answer = client(owner).post(reverse("tasks:report", args=[task.pk]), {"text": "寫了很久", "version": 1})

    assert (answer.status_code, "寫了很久" in answer.content.decode()) == (409, True)


def test_who_handed_it_over_goes_back_to_the_list(owner: Person) -> None:
    task, other = make.task(owner), factories.person("李老師", "staff")
    url = reverse("tasks:hand_over", args=[task.pk])
    unknown = client(owner).post(url, {"owner": "沒有這個人", "note": "出差"})
    answer = client(owner).post(url, {"owner": f"{other.number} 李老師", "note": "出差"})

    assert unknown.status_code == 422
    assert "沒有這個人" in unknown.content.decode()
    assert answer.url == reverse("tasks:list")


def test_namesakes_are_told_apart_by_number_for_the_office() -> None:
    owner = factories.clerk("科員丙")
    task = make.task(owner)
    numbers = [factories.person("同名", "staff").number for _each in range(2)]
    answer = client(owner).post(reverse("tasks:hand_over", args=[task.pk]), {"owner": "同名", "note": "出差"})

    assert all(number in answer.content.decode() for number in numbers)


@pytest.mark.parametrize("count", [1, 3])
def test_list_has_a_fixed_number_of_queries(owner: Person, count: int, django_assert_num_queries) -> None:
    for _each in range(count):
        make.task(owner)
    browser = client(owner)
    browser.get(reverse("tasks:list"))
    with django_assert_num_queries(LIST_QUERIES):
        answer = browser.get(reverse("tasks:list"))
    assert answer.content.decode().count(make.TITLE) == count


LIST_QUERIES = 10


@pytest.mark.parametrize(("show", "expected"), [("mine", 1), ("over", 1), ("given", 0), ("nonsense", 1)])
def test_list_shows_one_kind(owner: Person, show: str, expected: int) -> None:
    make.task(owner)
    services.report(task=make.task(owner), actor=owner, text="已核對")
    answer = client(owner).get(reverse("tasks:list"), {"show": show})

    assert answer.content.decode().count(make.TITLE) == expected


class TestWorkItems:
    def sections(self, person: Person, day: int) -> list[str]:
        return [item.section for item in for_user(person, at=moment(day, 10))]

    def test_task_stands_by_its_day(self, owner: Person) -> None:
        make.task(owner)

        assert [self.sections(owner, day) for day in (23, 24, 25, 26)] == [["mine"], ["soon"], ["soon"], ["overdue"]]

    def test_giver_follows_it_and_accepts_the_report(self, owner: Person) -> None:
        giver = factories.clerk()
        task = make.task(owner, giver, wants_acceptance=True)
        assert self.sections(giver, 23) == ["waiting"]
        services.report(task=task, actor=owner, text="已核對")

        assert self.sections(giver, 23) == ["decide"]
        assert self.sections(owner, 23) == []

    def test_report_of_a_rule_stands_with_who_has_the_request(self, owner: Person) -> None:
        handler, other = factories.clerk("甲"), factories.clerk("乙")
        task = make.reported_by_rule(owner, handler)

        assert (self.sections(handler, 23), self.sections(other, 23)) == (["decide"], [])
        services.accept(task=task, actor=handler)
        assert self.sections(handler, 23) == []

    def test_where_nobody_has_it_with_every_clerk(self, owner: Person) -> None:
        make.reported_by_rule(owner, None)

        assert self.sections(factories.clerk(), 23) == ["decide"]
        assert self.sections(factories.student(), 23) == []

    def test_report_stands_with_the_handler_when_the_giver_has_left(self, owner: Person) -> None:
        giver, handler = factories.clerk("甲"), factories.clerk("乙")
        task = make.reported(owner, giver)
        type(task.subject).objects.filter(pk=task.subject_id).update(handler=handler)
        assert self.sections(handler, 23) == []
        Person.objects.filter(pk=giver.pk).update(is_active=False)

        assert self.sections(handler, 23) == ["decide"]

    @pytest.mark.parametrize("count", [1, 3])
    def test_queries(self, owner: Person, count: int, django_assert_num_queries) -> None:
        for _each in range(count):
            make.task(owner)
        with django_assert_num_queries(ITEM_QUERIES):
            assert len(for_user(owner, at=moment(23, 10))) == count


ITEM_QUERIES = 7

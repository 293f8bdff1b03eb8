"""Rights end with what gave them: a task, a post, a deputyship; and nobody learns of people by trying."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.core.clock import now
from apps.people.enums import DeputyScope, Role
from apps.people.finding import UnableToFind, find_by_both
from apps.people.models import Deputy, Person
from apps.servicedesk import services
from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import Certificate, Recurrence, Request
from apps.servicedesk.rules import allowed_verbs, can_keep
from apps.tasks import services as tasks
from tests import factories
from tests.interfaces.factories import caller
from tests.people.factories import deputy as stands_in
from tests.seals import factories as stamps
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import filed
from tests.servicedesk.test_recurring import RULE

pytestmark = pytest.mark.django_db


@pytest.fixture
def student() -> Person:
    return factories.student()


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def sees(person: Person, request: Request) -> bool:
    return Request.objects.visible_to(fresh(person)).filter(pk=request.pk).exists()


def client(person: Person) -> Client:
    made = Client()
    made.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return made


def leaves_the_office(person: Person) -> None:
    person.posts.update(valid_to=now().date() - timedelta(days=1))
    factories.post(person, Role.STAFF, factories.root_unit())


def approve(request: Request, person: Person) -> None:
    step = Step.objects.about(request).get(state=StepState.ASKED)
    services.decide_approval(step_id=step.pk, actor=person, decision=StepState.APPROVED)


class TestTasks:
    @pytest.fixture
    def owner(self) -> Person:
        return factories.person("王老師", Role.STAFF)

    def about(self, owner: Person, clerk: Person, **fields: object) -> tuple[Request, object]:
        request = desk.request(RequestState.IN_PROGRESS, handler=clerk)
        task = tasks.give(subject=request, title="核對", owner=owner, actor=clerk, shows_subject=True, **fields)
        return request, task

    def test_owner_hands_the_task_over_and_not_the_sight(self, owner: Person, clerk: Person) -> None:
        request, task = self.about(owner, clerk)
        other = factories.person("李老師", Role.STAFF)
        tasks.hand_over(task=task, actor=owner, owner=other, note="出差")

        task.refresh_from_db()
        assert (task.owner, task.shows_subject, sees(owner, request), sees(other, request)) == (
            other,
            False,
            False,
            False,
        )

    def test_giver_hands_it_over_with_the_sight(self, owner: Person, clerk: Person) -> None:
        request, task = self.about(owner, clerk)
        other = factories.person("李老師", Role.STAFF)
        tasks.hand_over(task=task, actor=clerk, owner=other)

        assert sees(other, request)

    def test_sight_ends_when_the_task_is_done(self, owner: Person, clerk: Person) -> None:
        request, task = self.about(owner, clerk, wants_acceptance=True)
        tasks.report(task=task, actor=owner, text="已核對")
        assert sees(owner, request)

        tasks.accept(task=task, actor=clerk)
        assert not sees(owner, request)


class TestFiledAtTheCounter:
    def test_who_left_the_office_keeps_nothing_of_it(self, student: Person, clerk: Person) -> None:
        request = desk.request(RequestState.RESOLVED, requester=student, filed_by=clerk)
        paper = desk.certificate(request, issued_by=factories.clerk("科員乙"))
        leaves_the_office(clerk)
        gone = fresh(clerk)

        assert not sees(clerk, request)
        assert not Certificate.objects.visible_to(gone).filter(pk=paper.pk).exists()
        assert allowed_verbs(gone, request) == frozenset()
        assert caller(gone).get(f"/requests/{request.pk}").status_code == 404
        assert sees(student, request)

    def test_own_requests_stay(self, clerk: Person) -> None:
        request = desk.request(RequestState.SUBMITTED, requester=clerk)
        leaves_the_office(clerk)

        assert sees(clerk, request)
        assert "withdraw" in allowed_verbs(fresh(clerk), request)


class TestDrafts:
    @pytest.fixture
    def draft(self, student: Person, clerk: Person) -> Request:
        return desk.draft(student, filed_by=clerk)

    def test_is_its_writers_alone(self, draft: Request, student: Person, clerk: Person) -> None:
        assert (sees(clerk, draft), sees(student, draft)) == (True, False)
        page = reverse("servicedesk:preview", args=[draft.pk])
        assert (client(student).get(page).status_code, client(clerk).get(page).status_code) == (404, 200)

    def test_whom_it_is_for_does_not_file_it(self, draft: Request, student: Person) -> None:
        with pytest.raises(PermissionDenied):
            services.submit(request=draft, actor=student)
        with pytest.raises(PermissionDenied):
            services.save_draft(request=draft, actor=student, answers={})
        program = caller(student)
        assert program.get(f"/requests/{draft.pk}").status_code == 404
        assert program.post(f"/requests/{draft.pk}/submit").status_code == 404
        assert program.get("/requests?state=draft").json()["items"] == []


class TestRecurrences:
    def kept_by(self, person: Person, request: Request) -> Recurrence:
        return services.repeat(request=request, actor=person, values=RULE)

    def test_clerk_who_left_keeps_none_for_others(self, student: Person, clerk: Person) -> None:
        row = self.kept_by(clerk, desk.request(RequestState.IN_PROGRESS, requester=student, handler=clerk))
        leaves_the_office(clerk)
        gone = fresh(clerk)

        assert not Recurrence.objects.visible_to(gone).exists()
        assert not can_keep(gone, row)
        assert client(gone).get(row.get_absolute_url()).status_code == 404
        assert can_keep(student, row)

    def test_deputy_keeps_it_while_standing_in(self, student: Person, clerk: Person) -> None:
        teacher, at = factories.person("王老師", Role.STAFF), now()
        stands_in(clerk, teacher, starts_at=at - timedelta(hours=1), ends_at=at + timedelta(days=1))
        row = self.kept_by(teacher, desk.request(RequestState.IN_PROGRESS, requester=student, handler=clerk))
        assert Recurrence.objects.visible_to(fresh(teacher)).exists()
        assert can_keep(fresh(teacher), row)

        Deputy.objects.update(ends_at=at - timedelta(minutes=1))
        assert not Recurrence.objects.visible_to(fresh(teacher)).exists()
        assert not can_keep(fresh(teacher), row)

    def test_next_date_is_the_requesters_then(self, student: Person, clerk: Person) -> None:
        row = self.kept_by(clerk, filed(student))
        leaves_the_office(clerk)
        Recurrence.objects.update(next_at=now() + timedelta(days=20))
        services.run_recurrences(now() + timedelta(days=21))

        made = row.rows.exclude(request=None).get().request
        assert (made.requester, made.filed_by) == (student, student)


class TestDecidedForAnother:
    def decided(self, student: Person, clerk: Person) -> tuple[Request, Person, Deputy]:
        director, teacher, at = factories.director(), factories.person("王老師", Role.STAFF), now()
        standing = stands_in(
            director,
            teacher,
            scope=DeputyScope.APPROVALS,
            starts_at=at - timedelta(hours=1),
            ends_at=at + timedelta(days=1),
        )
        request = services.take(request=filed(student, approval=Role.DIRECTOR), actor=clerk)
        request = services.ask_approval(request=request, actor=clerk)
        approve(request, teacher)
        return Request.objects.get(pk=request.pk), teacher, standing

    def test_stays_in_sight_while_standing_in_or_open(self, student: Person, clerk: Person) -> None:
        request, teacher, standing = self.decided(student, clerk)
        assert sees(teacher, request)
        standing.ends_at = now() - timedelta(minutes=1)
        standing.save()
        assert sees(teacher, request)

        services.complete(request=request, actor=clerk)
        assert not sees(teacher, request)
        standing.ends_at = now() + timedelta(days=1)
        standing.save()
        assert sees(teacher, request)

    def test_own_decision_stays_in_sight(self, student: Person, clerk: Person) -> None:
        unit = factories.unit("系")
        head = factories.head(unit)
        request = services.take(request=filed(student, approval=Role.UNIT_HEAD), actor=clerk)
        request = services.ask_approval(request=request, actor=clerk)
        approve(request, head)
        services.complete(request=Request.objects.get(pk=request.pk), actor=clerk)

        assert sees(head, request)


class TestLookingUp:
    @pytest.fixture
    def other(self) -> Person:
        return factories.person("李老師", Role.STAFF, number="10203")

    @pytest.mark.parametrize("line", ["10203 李老師", "李老師 10203", "10203，李 老師", "10203\u3000李老師"])
    def test_both_fit(self, other: Person, line: str) -> None:
        assert find_by_both(line) == other

    @pytest.mark.parametrize("line", ["", "10203", "李老師", "10203 王老師", "10204 李老師"])
    def test_one_alone_says_nothing(self, other: Person, line: str) -> None:
        with pytest.raises(UnableToFind):
            find_by_both(line)

    def test_owner_of_a_task_learns_no_names(self, other: Person, clerk: Person) -> None:
        owner = factories.person("王老師", Role.STAFF, language="en")
        task = tasks.give(subject=desk.request(handler=clerk), title="核對", owner=owner, actor=clerk)
        url = reverse("tasks:hand_over", args=[task.pk])

        for line in (other.number, other.name):
            answer = client(owner).post(url, {"owner": line, "note": "出差"})
            assert (answer.status_code, other.name in answer.content.decode().replace(line, "")) == (422, False)
        client(owner).post(url, {"owner": f"{other.number} {other.name}", "note": "出差"})
        task.refresh_from_db()
        assert task.owner == other

    def test_keeper_of_another_unit_learns_no_names(self, other: Person) -> None:
        keeper = factories.person("印管", Role.STAFF)
        seal = stamps.seal(keeper=keeper)
        url = reverse("seals:give", args=[seal.pk])

        assert client(keeper).post(url, {"taker": other.number, "pieces": 1}).status_code == 422
        assert client(keeper).post(url, {"taker": f"{other.number} {other.name}", "pieces": 1}).status_code == 302

    def test_office_finds_by_one(self, other: Person, clerk: Person) -> None:
        task = tasks.give(subject=desk.request(handler=clerk), title="核對", owner=clerk, actor=factories.director())
        client(clerk).post(reverse("tasks:hand_over", args=[task.pk]), {"owner": other.number, "note": "出差"})

        task.refresh_from_db()
        assert task.owner == other

"""One request merged into another and taken out again: nothing is lost, moved, counted twice or seen by the wrong."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.core.measure import Period
from apps.delivery.models import MessageText
from apps.people.models import Person
from apps.servicedesk import figures, services
from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import Merge, Request, RequestMessage
from apps.servicedesk.services.caring import lapse
from apps.servicedesk.services.clocks import rebuild_clocks
from apps.tasks.models import Task
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.company import history, sees, told
from tests.servicedesk.stories import (
    MONDAY_ELEVEN,
    MONDAY_NINE,
    MONDAY_TEN,
    filed,
    laid_before,
    moment,
    stand_in,
    taken,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Person:
    return factories.clerk()


@pytest.fixture
def pair(clerk: Person) -> tuple[Request, Request]:
    """Two of different people about the same broken lamp, both with the clerk."""
    service = desk.service("報修")
    return tuple(taken(factories.student(name), clerk, of=service) for name in ("甲生", "乙生"))


def merge(first: Request, other: Request, actor: Person, **given: object) -> Request:
    return services.merge(request=first, into=other, actor=actor, note="同一盞燈", **{"at": MONDAY_TEN} | given)


def unmerge(request: Request, actor: Person, **given: object) -> Request:
    return services.unmerge(request=request, actor=actor, note="不是同一盞", **{"at": MONDAY_ELEVEN} | given)


def client(person: Person) -> Client:
    made = Client()
    made.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return made


class TestMerge:
    def test_keeps_number_and_says_where_it_went(self, pair, clerk) -> None:
        first, other = pair
        number = first.number
        row = merge(first, other, clerk)

        assert (row.state, row.number, row.closed_at) == (RequestState.MERGED, number, MONDAY_TEN)
        assert (row.within_target, Merge.objects.get().into) == (None, other)
        assert told(first.requester)[-1] == "Merged"

    def test_people_see_the_other_without_acting_in_it(self, pair, clerk) -> None:
        first, other = pair
        friend = factories.student("同學")
        services.add_participant(request=first, actor=first.requester, person=friend, may_act=True, at=MONDAY_NINE)
        merge(first, other, clerk)

        assert (sees(first.requester, other), sees(friend, other), sees(other.requester, first)) == (True, True, False)
        assert set(other.participants.values_list("may_act", "sees_papers")) == {(False, False)}

    def test_conversations_are_shown_together_to_who_may_see_both(self, pair, clerk) -> None:
        first, other = pair
        services.post_message(request=first, author=first.requester, body="三樓的燈", at=MONDAY_NINE)
        services.post_message(request=other, author=clerk, body="換燈泡了", at=MONDAY_NINE)
        merge(first, other, clerk)
        seen = {
            person: client(person).get(other.get_absolute_url()).content.decode()
            for person in (clerk, first.requester, other.requester)
        }

        assert all("換燈泡了" in page for page in seen.values())
        assert ("三樓的燈" in seen[clerk], "三樓的燈" in seen[first.requester]) == (True, True)
        assert "三樓的燈" not in seen[other.requester]
        assert first.number not in seen[other.requester]
        assert RequestMessage.objects.get(body="三樓的燈").request == first

    def test_what_is_written_to_it_reaches_the_other(self, pair, clerk) -> None:
        first, other = pair
        merge(first, other, clerk)
        said = services.post_message(request=first, author=first.requester, body="還是不亮", at=MONDAY_ELEVEN)

        assert said.request == other
        assert told(clerk)[-1].startswith("A message about")

    def test_page_leads_to_the_other(self, pair, clerk) -> None:
        first, other = pair
        merge(first, other, clerk)

        assert other.get_absolute_url() in client(first.requester).get(first.get_absolute_url()).content.decode()

    def test_second_time_changes_nothing(self, pair, clerk) -> None:
        first, other = pair
        version = merge(first, other, clerk).version

        assert merge(first, other, clerk).version == version
        with pytest.raises(IntegrityError), transaction.atomic():
            Merge.objects.create(request=first, into=other, state_before="submitted", merged_by=clerk)

    def test_tasks_stay_and_stand_in_the_way_of_the_other(self, pair, clerk) -> None:
        first, other = pair
        owner = factories.person("電工", "staff")
        services.give_task(request=first, actor=clerk, values={"title": "換燈管", "owner": owner}, at=MONDAY_NINE)
        merge(first, other, clerk)

        assert Task.objects.get().state == "open"
        with pytest.raises(services.UnableToComplete, match="換燈管"):
            services.complete(request=other, actor=clerk, at=MONDAY_ELEVEN)


class TestRefused:
    def test_both_requests_are_asked_for_their_right(self, pair, clerk) -> None:
        first, _other = pair
        theirs = taken(factories.student("丙生"), factories.clerk("科員乙"))
        for one, two in ((first, theirs), (theirs, first)):
            with pytest.raises(PermissionDenied):
                merge(one, two, clerk)
        for actor in (first.requester, factories.leader(), factories.administrator()):
            with pytest.raises(PermissionDenied):
                merge(*pair, actor)
        assert not Merge.objects.exists()

    def test_requester_of_both_is_no_handler(self, clerk) -> None:
        student = factories.student()
        with pytest.raises(PermissionDenied):
            merge(taken(student, clerk), taken(student, clerk), student)

    def test_deputy_of_the_handler_may(self, pair, clerk) -> None:
        deputy = factories.clerk("科員丙")
        stand_in(deputy, clerk, scope="requests")

        assert merge(*pair, deputy).state == RequestState.MERGED

    def test_into_itself_a_draft_or_what_is_void(self, pair, clerk) -> None:
        first, other = pair
        gone, no = (
            desk.request(state, handler=clerk, submitted_at=MONDAY_NINE)
            for state in (RequestState.WITHDRAWN, RequestState.REFUSED)
        )
        with pytest.raises(services.UnableToMerge):
            merge(first, first, clerk)
        with pytest.raises(PermissionDenied):
            merge(first, desk.draft(), clerk)
        with pytest.raises(services.UnableToMerge, match=gone.number):
            merge(first, gone, clerk)
        with pytest.raises(services.UnableToMerge, match=no.number):
            merge(first, no, clerk)
        merge(other, first, clerk)
        with pytest.raises(services.UnableToMerge, match=other.number):
            merge(first, taken(factories.student("丙生"), clerk), clerk)

    def test_while_an_approval_is_asked(self, pair, clerk) -> None:
        waiting, _step = laid_before(factories.student("丙生"), clerk, of=pair[0].service)
        with pytest.raises(services.UnableToMerge):
            merge(waiting, pair[0], clerk, at=MONDAY_ELEVEN)

    def test_merged_one_is_not_moved(self, pair, clerk) -> None:
        first, other = pair
        merge(first, other, clerk)
        for act in (services.complete, services.take):
            with pytest.raises(services.UnableToMove):
                act(request=first, actor=clerk, at=MONDAY_ELEVEN)
        with pytest.raises(services.UnableToAdd):
            services.add_participant(request=first, actor=clerk, person=factories.student("誰"), at=MONDAY_ELEVEN)

    def test_post_of_a_request_that_is_not_seen_is_404(self, pair) -> None:
        first, _other = pair
        handler = first.handler
        hidden = desk.draft()
        answer = client(handler).post(reverse("servicedesk:merge", args=[first.pk]), {"other": hidden.pk, "note": "x"})
        assert answer.status_code == 404


class TestUnmerge:
    def test_restores_state_handler_people_and_clock(self, pair, clerk) -> None:
        first, other = pair
        used = first.due_at
        merge(first, other, clerk, at=moment(23, 10))
        row = unmerge(first, clerk, at=moment(24, 10))

        assert (row.state, row.handler, row.closed_at) == (RequestState.IN_PROGRESS, clerk, None)
        assert row.used_minutes == 60
        assert row.due_at == used.replace(day=used.day + 1)  # one working day stood still
        assert not sees(first.requester, other)
        assert told(first.requester)[-1] == "Handled by itself again"
        assert not list(rebuild_clocks(write=False))

    def test_paused_one_goes_on_resting(self, pair, clerk) -> None:
        first, other = pair
        services.ask_requester(request=first, actor=clerk, note="哪一樓？", at=MONDAY_TEN)
        merge(first, other, clerk, at=MONDAY_ELEVEN)
        row = unmerge(first, clerk, at=moment(24, 10))

        assert (row.state, row.due_at) == (RequestState.WAITING_REQUESTER, None)
        row = services.answer(request=first, actor=first.requester, note="三樓", at=moment(25, 10))
        assert (row.state, row.used_minutes) == (RequestState.IN_PROGRESS, 60)

    def test_nobody_gets_what_nobody_had(self, clerk) -> None:
        service = desk.service("報修")
        first, other = filed(factories.student("甲生"), of=service), taken(factories.student("乙生"), clerk, of=service)
        assert merge(first, other, clerk).handler is None
        row = unmerge(first, clerk)

        assert (row.state, row.handler) == (RequestState.SUBMITTED, None)

    def test_who_took_part_before_stays(self, pair, clerk) -> None:
        first, other = pair
        services.add_participant(
            request=other, actor=other.requester, person=first.requester, may_act=True, at=MONDAY_NINE
        )
        merge(first, other, clerk)
        unmerge(first, clerk)

        assert sees(first.requester, other)

    def test_returned_one_is_still_to_be_corrected(self, pair, clerk) -> None:
        first, other = pair
        services.return_for_correction(request=first, actor=clerk, fields=["purpose"], note="寫清楚", at=MONDAY_NINE)
        merge(first, other, clerk)
        unmerge(first, clerk)
        row = services.correct(request=first, actor=first.requester, answers={"purpose": "三樓走廊"}, at=moment(24, 9))

        assert row.state == RequestState.IN_PROGRESS

    def test_may_be_merged_again(self, pair, clerk) -> None:
        first, other = pair
        merge(first, other, clerk)
        unmerge(first, clerk)
        merge(first, other, clerk, at=moment(24, 9))

        assert Merge.objects.filter(undone_at=None).count() == 1
        assert history(other) == [
            "submit", "take", "add_participant", "merged_here", "remove_participant", "unmerged_here",
            "add_participant", "merged_here",
        ]  # fmt: skip

    def test_only_who_handles_it(self, pair, clerk) -> None:
        first, other = pair
        merge(first, other, clerk)
        for actor in (first.requester, factories.clerk("科員乙"), factories.leader()):
            with pytest.raises(PermissionDenied):
                unmerge(first, actor)


class TestEndOfTheOther:
    def ended(self, other: Request, clerk: Person, how: str) -> None:
        given = {"request": other, "note": "不辦了", "at": moment(24, 10)}
        if how == "withdrawn":
            services.withdraw(actor=other.requester, **given)
        elif how == "refused":
            services.refuse(actor=clerk, **given)
        else:
            services.ask_requester(request=other, actor=clerk, note="哪一樓？", at=MONDAY_ELEVEN)
            assert lapse(other.pk, Request.objects.filter(pk=other.pk), moment(24, 10))

    @pytest.mark.parametrize("how", ["withdrawn", "refused", "lapsed"])
    def test_merged_one_goes_on_by_itself_and_both_sides_are_told(self, pair, clerk, how: str) -> None:
        first, other = pair
        services.give_task(
            request=first,
            actor=clerk,
            values={"title": "換燈管", "owner": factories.person("電工", "staff")},
            at=MONDAY_NINE,
        )
        due = first.due_at
        merge(first, other, clerk)
        self.ended(other, clerk, how)

        row = Request.objects.get(pk=first.pk)
        assert (row.state, row.handler, row.closed_at) == (RequestState.IN_PROGRESS, clerk, None)
        assert (row.used_minutes, row.due_at > due) == (60, True)
        assert not list(rebuild_clocks(write=False))
        assert told(first.requester)[-1] == "Handled by itself again"
        assert ("Handled by itself again" in told(clerk)) == (how != "refused")  # who refused it knows
        assert not sees(first.requester, other)
        assert (Merge.objects.get().undone_at, Task.objects.get().state) == (moment(24, 10), "open")
        assert history(first)[-1] == "unmerge"

    def test_end_of_the_other_is_told_in_its_own_words_to_its_own_people_alone(self, pair, clerk) -> None:
        first, other = pair
        merge(first, other, clerk)
        self.ended(other, clerk, "refused")

        assert told(other.requester)[-1] == "Not granted"
        assert "Not granted" not in told(first.requester)

    def test_no_by_an_approver_ends_it_too(self, pair, clerk) -> None:
        first, other = pair
        merge(first, other, clerk)
        director = factories.director()
        services.ask_approval(request=other, actor=clerk, at=MONDAY_ELEVEN)
        step = Step.objects.about(other).get()
        services.decide_approval(
            step_id=step.pk, actor=director, decision=StepState.REFUSED, note="不可", at=moment(24, 10)
        )

        assert Request.objects.get(pk=first.pk).state == RequestState.IN_PROGRESS

    def test_paused_one_goes_on_resting(self, pair, clerk) -> None:
        first, other = pair
        services.ask_requester(request=first, actor=clerk, note="哪一樓？", at=MONDAY_TEN)
        merge(first, other, clerk)
        self.ended(other, clerk, "withdrawn")

        row = Request.objects.get(pk=first.pk)
        assert (row.state, row.due_at) == (RequestState.WAITING_REQUESTER, None)

    def test_done_keeps_it_merged(self, pair, clerk) -> None:
        first, other = pair
        merge(first, other, clerk)
        services.complete(request=other, actor=clerk, at=MONDAY_ELEVEN)

        assert Request.objects.get(pk=first.pk).state == RequestState.MERGED


class TestWhoSeesIt:
    def test_people_of_the_other_are_told_who_sees_it_now(self, pair, clerk) -> None:
        first, other = pair
        merge(first, other, clerk)
        text = MessageText.objects.filter(language="en", subject__startswith="Seen by more people").get().text

        assert told(other.requester)[-1] == "Seen by more people"
        assert first.requester.name in text
        assert "Seen by more people" not in told(first.requester)

    def test_nobody_is_told_where_nobody_comes(self, clerk) -> None:
        student = factories.student()
        first, other = (taken(student, clerk) for _each in range(2))
        merge(first, other, clerk)

        assert "Seen by more people" not in told(student)

    def test_form_says_whose_answers_become_visible(self, pair, clerk) -> None:
        page = client(clerk).get(reverse("servicedesk:others", args=[pair[0].pk]), {"q": pair[1].number}).text

        assert f"合併後，{pair[0].requester.name} 和此件的參與人可查看所選申請的全部填報內容" in page


def test_figures_count_a_merged_request_once(pair, clerk) -> None:
    first, other = pair
    merge(first, other, clerk)
    services.complete(request=other, actor=clerk, at=MONDAY_ELEVEN)
    period, at = Period(MONDAY_NINE.date(), MONDAY_NINE.date()), moment(24, 9)

    counted = {
        code: list(figures.rows_for(code, period, at)) for code in ("received", "completed", "open", "within_target")
    }
    assert counted == {"received": [other], "completed": [other], "open": [], "within_target": [other]}


def test_internal_history_names_the_other_only_to_the_office(pair, clerk) -> None:
    first, other = pair
    merge(first, other, clerk)

    assert "merged_here" not in history(other, public=True)
    assert history(first, public=True)[-1] == "merge"

"""Asking for a sign-off, deciding it, calling it off. The subject of a step here is a unit: any thing will do."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.approvals.services import UnableToAsk, UnableToDecide, Wanted, ask, ask_in_order, call_off, decide
from apps.core.clock import now
from apps.journal.models import Entry
from apps.people.enums import Role
from apps.people.models import Deputy, Person
from tests import factories

NAME = {"zh-hant": "審批", "en": "Approval"}


def asked(director: Person, **fields: object) -> Step:
    return ask(subject=factories.office(), name=NAME, actor=director, **({"role": Role.DIRECTOR} | fields))


def stand_in(deputy: Person, principal: Person, *, scope: str = "approvals", days: int = 1) -> Deputy:
    start = now() - timedelta(hours=1)
    return Deputy.objects.create(
        principal=principal,
        deputy=deputy,
        scope=scope,
        starts_at=start + timedelta(days=days - 1),
        ends_at=start + timedelta(days=days),
        created_by=principal,
    )


@pytest.fixture
def director(db: None) -> Person:
    return factories.director()


class TestAsk:
    def test_waits_for_the_holder_of_the_role(self, director: Person) -> None:
        step = asked(director)

        assert (step.state, step.round, step.order) == (StepState.ASKED, 1, 1)
        assert list(Step.objects.waiting_for(director, now())) == [step]
        assert not Step.objects.waiting_for(factories.clerk(), now()).exists()

    def test_of_a_unit_waits_for_its_holder_only(self, director: Person) -> None:
        elsewhere = factories.person("系主任", Role.DIRECTOR, at=factories.unit())
        step = asked(director, unit=factories.office())

        assert list(Step.objects.waiting_for(director, now())) == [step]
        assert not Step.objects.waiting_for(elsewhere, now()).exists()

    def test_of_a_person_waits_for_that_person(self, director: Person) -> None:
        leader = factories.leader()
        step = asked(director, role="", approver=leader)

        assert list(Step.objects.waiting_for(leader, now())) == [step]
        assert not Step.objects.waiting_for(director, now()).exists()

    def test_twice_is_refused(self, director: Person) -> None:
        asked(director)

        with pytest.raises(UnableToAsk):
            asked(director)

    def test_after_a_decision_is_a_new_round(self, director: Person) -> None:
        decide(step_id=asked(director).pk, actor=director, decision=StepState.RETURNED, note="附件不全")

        assert asked(director).round == 2

    def test_of_nobody_is_refused(self, director: Person) -> None:
        with pytest.raises(UnableToAsk):
            asked(director, role="")

    def test_stands_in_the_journal(self, director: Person) -> None:
        entry = Entry.objects.about(asked(director)).get()

        assert (entry.verb, entry.actor) == ("ask", director)


class TestDecide:
    @pytest.mark.parametrize(
        ("decision", "note"),
        [(StepState.APPROVED, ""), (StepState.RETURNED, "附件不全"), (StepState.REFUSED, "不合規定")],
    )
    def test_keeps_decision_name_and_reason(self, director: Person, decision: StepState, note: str) -> None:
        step = decide(step_id=asked(director).pk, actor=director, decision=decision, note=note)

        assert (step.state, step.decided_by, step.on_behalf_of, step.note) == (decision, director, None, note)
        assert step.decided_at is not None
        assert not Step.objects.waiting_for(director, now()).exists()

    @pytest.mark.parametrize("decision", [StepState.RETURNED, StepState.REFUSED])
    def test_no_without_reason_is_refused(self, director: Person, decision: StepState) -> None:
        step = asked(director)

        with pytest.raises(UnableToDecide):
            decide(step_id=step.pk, actor=director, decision=decision, note="  ")
        step.refresh_from_db()
        assert step.state == StepState.ASKED

    def test_what_is_no_decision_is_refused(self, director: Person) -> None:
        with pytest.raises(UnableToDecide):
            decide(step_id=asked(director).pk, actor=director, decision=StepState.CANCELLED, note="x")

    def test_reader_may_not(self, director: Person) -> None:
        step = asked(director)

        for reader in (factories.clerk(), factories.leader(), factories.student()):
            with pytest.raises(PermissionDenied):
                decide(step_id=step.pk, actor=reader, decision=StepState.APPROVED)

    def test_second_time_the_same_way_changes_nothing(self, director: Person) -> None:
        step = asked(director)
        first = decide(step_id=step.pk, actor=director, decision=StepState.APPROVED)
        again = decide(step_id=step.pk, actor=director, decision=StepState.APPROVED, version=1)

        assert (again.decided_at, again.version) == (first.decided_at, first.version)
        assert Entry.objects.about(step).filter(verb=StepState.APPROVED).count() == 1

    def test_second_time_another_way_is_refused_with_the_name(self, director: Person) -> None:
        step = asked(director)
        decide(step_id=step.pk, actor=director, decision=StepState.APPROVED)

        with pytest.raises(UnableToDecide, match=director.name):
            decide(step_id=step.pk, actor=director, decision=StepState.REFUSED, note="改主意")

    def test_of_a_decided_step_tells_a_reader_nothing(self, director: Person) -> None:
        step = asked(director)
        decide(step_id=step.pk, actor=director, decision=StepState.APPROVED)

        with pytest.raises(PermissionDenied):
            decide(step_id=step.pk, actor=factories.student(), decision=StepState.APPROVED)

    def test_old_version_is_refused(self, director: Person) -> None:
        with pytest.raises(UnableToDecide):
            decide(step_id=asked(director).pk, actor=director, decision=StepState.APPROVED, version=7)

    def test_decision_always_has_a_name_in_the_database(self, director: Person) -> None:
        step = asked(director)

        with pytest.raises(IntegrityError):
            Step.objects.filter(pk=step.pk).update(state=StepState.APPROVED)


class TestDeputy:
    def test_decides_and_both_names_are_kept(self, director: Person) -> None:
        clerk = factories.clerk()
        stand_in(clerk, director)
        step = decide(step_id=asked(director).pk, actor=clerk, decision=StepState.APPROVED)

        assert (step.decided_by, step.on_behalf_of) == (clerk, director)
        entry = Entry.objects.about(step).last()
        assert (entry.actor, entry.on_behalf_of) == (clerk, director)

    def test_who_is_asked_too_decides_in_the_own_name(self, director: Person) -> None:
        second = factories.director("副主任")
        stand_in(second, director)
        step = decide(step_id=asked(director).pk, actor=second, decision=StepState.APPROVED)

        assert (step.decided_by, step.on_behalf_of) == (second, None)

    def test_for_other_things_may_not(self, director: Person) -> None:
        clerk = factories.clerk()
        stand_in(clerk, director, scope="notices")

        with pytest.raises(PermissionDenied):
            decide(step_id=asked(director).pk, actor=clerk, decision=StepState.APPROVED)

    def test_of_tomorrow_may_not_today(self, director: Person) -> None:
        clerk = factories.clerk()
        stand_in(clerk, director, days=3)

        with pytest.raises(PermissionDenied):
            decide(step_id=asked(director).pk, actor=clerk, decision=StepState.APPROVED)

    def test_of_a_deputy_may_not(self, director: Person) -> None:
        clerk, other = factories.clerk(), factories.clerk("科員乙")
        stand_in(clerk, director)
        stand_in(other, clerk)

        with pytest.raises(PermissionDenied):
            decide(step_id=asked(director).pk, actor=other, decision=StepState.APPROVED)


class TestCallOff:
    def test_open_step_waits_no_more(self, director: Person) -> None:
        step = asked(director)

        assert call_off(subject=factories.office(), actor=director, note="撤回") == 1
        step.refresh_from_db()
        assert step.state == StepState.CANCELLED
        with pytest.raises(UnableToDecide):
            decide(step_id=step.pk, actor=director, decision=StepState.APPROVED)

    def test_second_time_changes_nothing(self, director: Person) -> None:
        asked(director)
        call_off(subject=factories.office(), actor=director)

        assert call_off(subject=factories.office(), actor=director) == 0

    def test_decided_step_stays(self, director: Person) -> None:
        step = decide(step_id=asked(director).pk, actor=director, decision=StepState.APPROVED)
        call_off(subject=factories.office(), actor=director)

        step.refresh_from_db()
        assert step.state == StepState.APPROVED


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_wins() -> None:
    first, second = factories.director(), factories.director("副主任")
    step = asked(first)
    barrier, results = Barrier(2), []

    def run(person: Person, decision: StepState) -> None:
        barrier.wait()
        try:
            decide(step_id=step.pk, actor=person, decision=decision, note="理由")
            results.append(decision)
        except UnableToDecide:
            results.append(None)
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in ((first, StepState.APPROVED), (second, StepState.REFUSED))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    step.refresh_from_db()
    assert sorted(results, key=str) == sorted([None, step.state], key=str)
    assert Entry.objects.about(step).count() == 2


class TestBarred:
    def test_does_not_wait_for_the_barred(self, director: Person) -> None:
        other = factories.director("副主任")
        step = asked(director, barred=[director])

        assert not Step.objects.waiting_for(director, now()).exists()
        assert list(Step.objects.waiting_for(other, now())) == [step]
        with pytest.raises(PermissionDenied, match="自己的申請"):
            decide(step_id=step.pk, actor=director, decision=StepState.APPROVED)
        assert decide(step_id=step.pk, actor=other, decision=StepState.APPROVED).decided_by == other

    def test_nor_for_the_deputy_of_the_barred(self, director: Person) -> None:
        deputy = factories.clerk()
        stand_in(deputy, director)
        step = asked(director, barred=[director])

        assert not Step.objects.waiting_for(deputy, now()).exists()
        with pytest.raises(PermissionDenied, match="代理人"):
            decide(step_id=step.pk, actor=deputy, decision=StepState.APPROVED)

    def test_barred_deputy_does_not_decide_for_another(self, director: Person) -> None:
        deputy = factories.clerk()
        stand_in(deputy, director)
        step = asked(director, barred=[deputy])

        assert not Step.objects.waiting_for(deputy, now()).exists()
        with pytest.raises(PermissionDenied, match="自己的申請"):
            decide(step_id=step.pk, actor=deputy, decision=StepState.APPROVED)

    def test_deputy_of_another_decides(self, director: Person) -> None:
        other, deputy = factories.director("副主任"), factories.clerk()
        stand_in(deputy, director)
        stand_in(deputy, other)
        step = asked(director, barred=[director])

        assert list(Step.objects.waiting_for(deputy, now())) == [step]
        assert decide(step_id=step.pk, actor=deputy, decision=StepState.APPROVED).on_behalf_of == other


class TestInOrder:
    """Steps in turns: the next turn is asked when the one before is done, a no calls the rest off."""

    @pytest.fixture
    def leader(self, db: None) -> Person:
        return factories.leader()

    def asked(self, director: Person, leader: Person, *, any_of: bool = False) -> list[Step]:
        """Director and leader at the same time, then the leader again."""
        wanted = [
            Wanted({"en": "a"}, role=Role.DIRECTOR, order=1, any_of=any_of),
            Wanted({"en": "b"}, role=Role.LEADER, order=1, any_of=any_of),
            Wanted({"en": "c"}, approver=leader, order=2),
        ]
        return ask_in_order(subject=factories.office(), steps=wanted, actor=director)

    def states(self) -> list[str]:
        return list(Step.objects.order_by("round", "order", "place").values_list("state", flat=True))

    def test_first_turn_is_asked_and_the_next_one_waits(self, director: Person, leader: Person) -> None:
        steps = self.asked(director, leader)

        assert [(step.order, step.place) for step in steps] == [(1, 1), (1, 2), (2, 1)]
        assert self.states() == ["asked", "asked", "waiting"]
        assert list(Step.objects.waiting_for(leader, now())) == [steps[1]]

    def test_all_of_a_turn_have_to_approve(self, director: Person, leader: Person) -> None:
        first, second, third = self.asked(director, leader)
        decide(step_id=first.pk, actor=director, decision=StepState.APPROVED)
        assert self.states() == ["approved", "asked", "waiting"]

        decide(step_id=second.pk, actor=leader, decision=StepState.APPROVED)
        assert self.states() == ["approved", "approved", "asked"]
        third.refresh_from_db()
        assert third.asked_at is not None

    def test_one_of_a_turn_is_enough_where_it_says_so(self, director: Person, leader: Person) -> None:
        first, second, _third = self.asked(director, leader, any_of=True)
        decide(step_id=second.pk, actor=leader, decision=StepState.APPROVED)

        assert self.states() == ["cancelled", "approved", "asked"]
        with pytest.raises(UnableToDecide):
            decide(step_id=first.pk, actor=director, decision=StepState.APPROVED)

    @pytest.mark.parametrize("no", [StepState.RETURNED, StepState.REFUSED])
    def test_no_calls_the_rest_off(self, director: Person, leader: Person, no: str) -> None:
        first, _second, _third = self.asked(director, leader)
        decide(step_id=first.pk, actor=director, decision=StepState(no), note="不妥")

        assert self.states() == [no, "cancelled", "cancelled"]

    def test_step_that_waits_for_its_turn_cannot_be_decided(self, director: Person, leader: Person) -> None:
        third = self.asked(director, leader)[2]

        with pytest.raises(UnableToDecide):
            decide(step_id=third.pk, actor=leader, decision=StepState.APPROVED)

    def test_new_round_only_when_the_last_one_is_over(self, director: Person, leader: Person) -> None:
        first = self.asked(director, leader)[0]
        with pytest.raises(UnableToAsk):
            self.asked(director, leader)
        decide(step_id=first.pk, actor=director, decision=StepState.RETURNED, note="不妥")

        assert {step.round for step in self.asked(director, leader)} == {2}

    def test_no_steps_at_all_ask_nobody(self, director: Person) -> None:
        with pytest.raises(UnableToAsk):
            ask_in_order(subject=factories.office(), steps=[], actor=director)

    def test_barred_in_every_turn(self, director: Person, leader: Person) -> None:
        wanted = [Wanted({"en": "a"}, role=Role.DIRECTOR), Wanted({"en": "c"}, approver=leader, order=2)]
        steps = ask_in_order(subject=factories.office(), steps=wanted, actor=director, barred=[leader])
        decide(step_id=steps[0].pk, actor=director, decision=StepState.APPROVED)

        with pytest.raises(PermissionDenied):
            decide(step_id=steps[1].pk, actor=leader, decision=StepState.APPROVED)

"""The ledger: an approved paper, impressions by the keeper of the day, counter-entries, closing."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from apps.approvals.models import Step
from apps.delivery.models import Delivery
from apps.journal.models import Attachment, Entry
from apps.people.models import Person
from apps.seals import services
from apps.seals.enums import SealState, UseState
from apps.seals.models import Impression, Seal, SealUse
from tests import factories
from tests.seals import factories as make
from tests.seals.factories import ELEVEN, NINE, TEN, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper() -> Person:
    return factories.clerk("印管")


@pytest.fixture
def seal(keeper: Person) -> Seal:
    return make.seal("college", keeper=keeper)


class TestRegister:
    def test_is_bound_to_the_bytes_and_tells_the_keeper(self, seal: Seal, keeper: Person) -> None:
        file = make.paper()
        use = make.line(seal, paper=file)

        assert (use.paper_sha256, use.pages, use.state, use.left) == (file.blob.sha256, 1, UseState.OPEN, 2)
        assert use.approved_by.has_role("director")
        assert Attachment.objects.of(use).get().role == "paper"
        assert Delivery.objects.filter(person=keeper, message__texts__subject__startswith="To be sealed").exists()

    def test_same_approval_again_gives_the_same_line(self, seal: Seal) -> None:
        use = make.line(seal)
        again = services.register(
            subject=use.subject,
            seal=seal,
            step=use.step,
            paper=make.paper(),
            allowed=9,
            reference="x",
            title="x",
            requested_by=use.requested_by,
            asked_by=use.asked_by,
            actor=use.asked_by,
        )

        assert (again.pk, SealUse.objects.count()) == (use.pk, 1)

    def test_blank_paper_is_refused(self, seal: Seal) -> None:
        with pytest.raises(services.UnableToRegister, match="blank"):
            make.line(seal, paper=make.paper(make.blank_pdf()))
        assert not SealUse.objects.exists()

    def test_without_paper_is_refused(self, seal: Seal) -> None:
        with pytest.raises(services.UnableToRegister, match="missing"):
            make.line(seal, paper=None)

    def test_approval_of_another_thing_does_not_count(self, seal: Seal) -> None:
        with pytest.raises(services.UnableToRegister, match="approved"):
            make.line(seal, step=make.approval(factories.unit("別的")))

    def test_before_the_decision_is_refused(self, seal: Seal) -> None:
        use = make.line(seal)
        services.call_off(subject=use.subject, actor=use.asked_by, reason="x")
        Step.objects.filter(pk=use.step_id).update(state="asked", decided_by=None, decided_at=None)

        with pytest.raises(services.UnableToRegister, match="approved"):
            services.register(
                subject=use.subject,
                seal=seal,
                step=Step.objects.get(pk=use.step_id),
                paper=make.paper(),
                allowed=1,
                reference="x",
                title="x",
                requested_by=use.requested_by,
                asked_by=use.asked_by,
                actor=use.asked_by,
            )

    def test_seal_that_is_put_away_is_refused(self, keeper: Person) -> None:
        with pytest.raises(services.UnableToRegister, match="not in use"):
            make.line(make.seal(keeper=keeper, state=SealState.STORED))

    @pytest.mark.parametrize("allowed", [0, -1, 1001])
    def test_number_out_of_bounds_is_refused(self, seal: Seal, allowed: int) -> None:
        with pytest.raises(services.UnableToRegister):
            make.line(seal, allowed=allowed)


class TestImpress:
    def test_is_added_up(self, seal: Seal, keeper: Person) -> None:
        use = make.line(seal, allowed=3)
        services.impress(use=use, actor=keeper, made=1, at=TEN)
        services.impress(use=use, actor=keeper, made=2, spoiled=1, note="蓋歪一頁，已碎", at=ELEVEN)

        use.refresh_from_db()
        assert (use.made, use.spoiled, use.left) == (3, 1, 0)
        entries = Entry.objects.about(use).filter(verb="sealed")
        assert [entry.changes["made"] for entry in entries] == [[0, 1], [1, 3]]

    def test_more_than_allowed_is_refused(self, seal: Seal, keeper: Person) -> None:
        use = make.line(seal, allowed=2)
        services.impress(use=use, actor=keeper, made=1, at=TEN)

        with pytest.raises(services.UnableToSeal, match="Only 2"):
            services.impress(use=use, actor=keeper, made=2, at=TEN)

    @pytest.mark.parametrize(
        "count",
        [
            {"made": 0},
            {"made": -1},
            {"made": 1, "spoiled": 1},
            {"made": 0, "spoiled": -1},
            {"made": 1, "spoiled": 2000},
        ],
    )
    def test_wrong_count_is_refused(self, seal: Seal, keeper: Person, count: dict[str, int]) -> None:
        with pytest.raises(services.UnableToSeal):
            services.impress(use=make.line(seal), actor=keeper, at=TEN, **count)
        assert not Impression.objects.exists()

    def test_nobody_but_who_has_it_that_day(self, seal: Seal, keeper: Person) -> None:
        use, other = make.line(seal), factories.clerk("另一人")
        make.stand_in(seal, other, moment(24, 0), moment(26, 0))

        for person in (other, factories.director(), factories.administrator(), use.requested_by):
            with pytest.raises(PermissionDenied):
                services.impress(use=use, actor=person, made=1, at=ELEVEN)

    def test_stand_in_of_the_day_acts_with_both_names(self, seal: Seal, keeper: Person) -> None:
        use, other = make.line(seal), factories.clerk("代管")
        make.stand_in(seal, other, moment(23, 0), moment(24, 0))
        entry = services.impress(use=use, actor=other, made=1, at=ELEVEN)

        assert (entry.by, entry.on_behalf_of) == (other, keeper)
        with pytest.raises(PermissionDenied):
            services.impress(use=use, actor=other, made=1, at=moment(24, 0))

    def test_keeper_does_not_seal_what_they_asked_for(self, seal: Seal, keeper: Person) -> None:
        with pytest.raises(PermissionDenied, match="asked for"):
            services.impress(use=make.line(seal, requester=keeper), actor=keeper, made=1, at=TEN)

    def test_who_filed_it_for_somebody_does_not_either(self, seal: Seal, keeper: Person) -> None:
        with pytest.raises(PermissionDenied, match="asked for"):
            services.impress(use=make.line(seal, barred=[keeper]), actor=keeper, made=1, at=TEN)

    def test_approver_needs_a_witness(self) -> None:
        director = factories.director()
        use = make.line(make.seal(keeper=director), approved_by=director)
        witness = factories.clerk("監印")

        with pytest.raises(services.UnableToSeal, match="second person"):
            services.impress(use=use, actor=director, made=1, at=TEN)
        for wrong in (director, use.requested_by):
            with pytest.raises(services.UnableToSeal, match="witness"):
                services.impress(use=use, actor=director, made=1, witness=wrong, at=TEN)
        assert services.impress(use=use, actor=director, made=1, witness=witness, at=TEN).witness == witness
        assert Delivery.objects.filter(person=witness).exists()

    def test_while_out_for_another_paper_is_refused(self, seal: Seal, keeper: Person) -> None:
        use, other = make.line(seal), make.line(seal)
        services.take_out(
            use=other,
            taker=factories.clerk(),
            companion=keeper,
            place="公證處",
            due_at=ELEVEN,
            actor=keeper,
            at=TEN,
        )

        with pytest.raises(services.UnableToSeal, match="out of the house"):
            services.impress(use=use, actor=keeper, made=1, at=TEN)
        services.impress(use=other, actor=keeper, made=1, at=TEN)


class TestCorrect:
    def test_is_a_counter_entry(self, seal: Seal, keeper: Person) -> None:
        use = make.line(seal)
        wrong = services.impress(use=use, actor=keeper, made=2, at=TEN)
        counter = services.correct_entry(entry=wrong, actor=keeper, note="數錯，實蓋一份", at=ELEVEN)

        use.refresh_from_db()
        assert (counter.made, use.made, use.impressions.count()) == (-2, 0, 2)
        services.impress(use=use, actor=keeper, made=1, at=ELEVEN)
        use.refresh_from_db()
        assert use.made == 1

    def test_second_time_changes_nothing(self, seal: Seal, keeper: Person) -> None:
        wrong = services.impress(use=make.line(seal), actor=keeper, made=2, at=TEN)
        first = services.correct_entry(entry=wrong, actor=keeper, note="數錯", at=ELEVEN)

        assert services.correct_entry(entry=wrong, actor=keeper, note="再來", at=ELEVEN) == first

    def test_of_a_counter_entry_or_without_reason_is_refused(self, seal: Seal, keeper: Person) -> None:
        wrong = services.impress(use=make.line(seal), actor=keeper, made=2, at=TEN)
        with pytest.raises(services.UnableToSeal):
            services.correct_entry(entry=wrong, actor=keeper, note=" ", at=ELEVEN)
        counter = services.correct_entry(entry=wrong, actor=keeper, note="數錯", at=ELEVEN)
        with pytest.raises(services.UnableToSeal, match="stands"):
            services.correct_entry(entry=counter, actor=keeper, note="數錯", at=ELEVEN)

    def test_others_may_not(self, seal: Seal, keeper: Person) -> None:
        wrong = services.impress(use=make.line(seal), actor=keeper, made=2, at=TEN)

        with pytest.raises(PermissionDenied):
            services.correct_entry(entry=wrong, actor=factories.director(), note="x", at=ELEVEN)


class TestClose:
    def test_balanced_line_with_a_photo(self, seal: Seal, keeper: Person) -> None:
        use = make.line(seal)
        services.impress(use=use, actor=keeper, made=2, at=TEN)
        row = services.close(use=use, actor=keeper, photo=make.photo(), at=ELEVEN)

        assert (row.state, row.finished_by, row.photo.role, row.explanation) == (UseState.CLOSED, keeper, "result", "")
        assert Delivery.objects.filter(person=row.asked_by, message__texts__subject__startswith="Sealed").exists()

    @pytest.mark.parametrize("count", [{"made": 1}, {"made": 2, "spoiled": 1, "note": "墨多"}])
    def test_difference_must_be_explained(self, seal: Seal, keeper: Person, count: dict[str, object]) -> None:
        use = make.line(seal)
        services.impress(use=use, actor=keeper, at=TEN, **count)

        with pytest.raises(services.UnableToSeal, match="Explain"):
            services.close(use=use, actor=keeper, no_photo_reason="當面交付", at=ELEVEN)
        row = services.close(use=use, actor=keeper, no_photo_reason="當面交付", explanation="作廢頁已銷毀", at=ELEVEN)
        assert row.explanation == "作廢頁已銷毀"

    def test_needs_photo_or_reason(self, seal: Seal, keeper: Person) -> None:
        use = make.line(seal, allowed=1)
        services.impress(use=use, actor=keeper, made=1, at=TEN)

        with pytest.raises(services.UnableToSeal, match="photo"):
            services.close(use=use, actor=keeper, at=ELEVEN)

    def test_second_time_changes_nothing_and_others_are_refused(self, seal: Seal, keeper: Person) -> None:
        use = make.closed(seal, keeper)
        again = services.close(use=use, actor=keeper, no_photo_reason="別的", at=moment(24, 9))

        assert (again.finished_at, again.no_photo_reason) == (ELEVEN, "當面交付")
        with pytest.raises(PermissionDenied):
            services.close(use=use, actor=factories.director(), no_photo_reason="x", at=ELEVEN)

    def test_nothing_is_sealed_on_a_closed_line(self, seal: Seal, keeper: Person) -> None:
        use = make.closed(seal, keeper, made=1)

        with pytest.raises(services.UnableToSeal, match="finished"):
            services.impress(use=use, actor=keeper, made=1, at=ELEVEN)

    def test_while_the_seal_is_out_is_refused(self, seal: Seal, keeper: Person) -> None:
        use = make.line(seal, allowed=1)
        services.take_out(
            use=use, taker=keeper, companion=factories.clerk(), place="工商局", due_at=ELEVEN, actor=keeper, at=NINE
        )
        services.impress(use=use, actor=keeper, made=1, at=TEN)

        with pytest.raises(services.UnableToSeal, match="still out"):
            services.close(use=use, actor=keeper, no_photo_reason="x", at=TEN)


class TestCallOff:
    def test_unused_lines_end_and_used_ones_stay(self, seal: Seal, keeper: Person) -> None:
        unused, used = make.line(seal), make.line(seal)
        services.impress(use=used, actor=keeper, made=1, at=TEN)
        counts = [
            services.call_off(subject=each.subject, actor=each.asked_by, reason="撤回", at=ELEVEN)
            for each in (unused, used)
        ]

        unused.refresh_from_db()
        used.refresh_from_db()
        assert counts == [1, 0]
        assert (unused.state, unused.explanation, used.state) == (UseState.CANCELLED, "撤回", UseState.OPEN)

    def test_second_time_finds_nothing(self, seal: Seal) -> None:
        use = make.line(seal)
        services.call_off(subject=use.subject, actor=use.asked_by, reason="撤回", at=ELEVEN)

        assert (
            services.call_off(subject=use.subject, actor=use.asked_by, reason="撤回", at=ELEVEN + timedelta(days=1))
            == 0
        )

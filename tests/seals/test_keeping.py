"""The register: entries, what becomes of a seal, keepers, stand-ins, hand-overs."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.delivery.models import Delivery
from apps.journal.models import Attachment, Entry
from apps.people.models import Person
from apps.seals import services
from apps.seals.enums import HandoverState, SealState
from apps.seals.models import Handover, Seal, Specimen
from apps.seals.rules import keeper_of, keeping_of
from apps.seals.starter import install_seals
from tests import factories
from tests.seals import factories as make
from tests.seals.factories import ELEVEN, TEN, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def director() -> Person:
    return factories.director()


@pytest.fixture
def keeper(director: Person) -> Person:
    return factories.clerk("印管")


@pytest.fixture
def seal(keeper: Person) -> Seal:
    return make.seal("college", keeper=keeper)


def record() -> SimpleUploadedFile:
    return SimpleUploadedFile("record.pdf", make.contract(), content_type="application/pdf")


class TestRegister:
    VALUES = {"code": "lab", "name": {"zh-hant": "實驗室章"}, "kind": "laboratory", "kept_at": "保險櫃"}

    def test_is_entered_and_changed_with_history(self, director: Person) -> None:
        values = self.VALUES | {"unit": factories.office()}
        made = services.save_seal(seal=None, values=values, actor=director)
        changed = services.save_seal(seal=made, values={"kept_at": "203 室"}, actor=director, version=1)

        assert (changed.kept_at, changed.version) == ("203 室", 2)
        assert [entry.verb for entry in Entry.objects.about(made)] == ["seal_saved", "seal_changed"]

    def test_change_meanwhile_and_taken_code_are_told(self, director: Person, seal: Seal) -> None:
        services.save_seal(seal=seal, values={"note": "x"}, actor=director)
        with pytest.raises(services.UnableToKeep, match="meanwhile"):
            services.save_seal(seal=seal, values={"note": "y"}, actor=director, version=1)
        with pytest.raises(services.UnableToKeep, match="code"):
            services.save_seal(
                seal=None, values=self.VALUES | {"unit": factories.office(), "code": "college"}, actor=director
            )

    def test_is_not_for_clerks(self, keeper: Person, seal: Seal) -> None:
        with pytest.raises(PermissionDenied):
            services.save_seal(seal=seal, values={"note": "x"}, actor=keeper)

    def test_starter_enters_three_and_leaves_what_is_there(self) -> None:
        office = factories.office()

        assert [row.code for row in install_seals(office)] == ["college", "office", "research", "contract"]
        assert install_seals(office) == []


class TestState:
    def put_away(self, seal: Seal, actor: Person, **fields: object) -> Seal:
        given = {"state": SealState.STORED, "note": "換發新章", "papers": [record()], "at": ELEVEN}
        return services.change_state(seal=seal, actor=actor, **given | fields)

    def test_is_sealed_away_with_its_paper_and_used_again(self, seal: Seal, director: Person) -> None:
        row = self.put_away(seal, director)
        back = services.change_state(seal=row, state=SealState.IN_USE, note="恢復使用", actor=director)

        assert (row.state, back.state) == (SealState.STORED, SealState.IN_USE)
        assert Attachment.objects.of(seal).get().role == "stored"

    def test_destroyed_is_for_ever(self, seal: Seal, director: Person) -> None:
        row = self.put_away(seal, director, state=SealState.DESTROYED)

        with pytest.raises(services.UnableToKeep):
            services.change_state(seal=row, state=SealState.IN_USE, note="x", actor=director)

    @pytest.mark.parametrize("missing", [{"note": " "}, {"papers": []}])
    def test_needs_reason_and_paper(self, seal: Seal, director: Person, missing: dict[str, object]) -> None:
        with pytest.raises(services.UnableToKeep):
            self.put_away(seal, director, **missing)

    def test_not_with_open_lines_nor_while_it_changes_hands(self, seal: Seal, keeper: Person, director: Person) -> None:
        use = make.line(seal)
        with pytest.raises(services.UnableToKeep, match="open"):
            self.put_away(seal, director)
        services.call_off(subject=use.subject, actor=keeper, reason="x")
        services.give(seal=seal, taker=factories.clerk(), pieces=1, actor=keeper, at=TEN)
        with pytest.raises(services.UnableToKeep, match="handed over"):
            self.put_away(seal, director)

    def test_is_not_for_the_keeper(self, seal: Seal, keeper: Person) -> None:
        with pytest.raises(PermissionDenied):
            self.put_away(seal, keeper)


class TestSpecimen:
    def test_is_for_who_has_the_seal_and_the_director(self, seal: Seal, keeper: Person, director: Person) -> None:
        row = services.add_specimen(seal=seal, picture=make.photo(), actor=keeper)

        assert Attachment.objects.of(row).get().name == "sealed.png"
        seen = [Specimen.objects.visible_to(person).exists() for person in (keeper, director, factories.clerk("乙"))]
        assert seen == [True, True, False]
        assert not Specimen.objects.visible_to(factories.administrator()).exists()

    def test_is_not_added_by_others(self, seal: Seal) -> None:
        with pytest.raises(PermissionDenied):
            services.add_specimen(seal=seal, picture=make.photo(), actor=factories.administrator())


class TestKeeper:
    def test_is_appointed_once_by_the_director(self, director: Person) -> None:
        seal, first, second = make.seal(), factories.clerk("甲"), factories.clerk("乙")
        row = services.appoint_keeper(seal=seal, person=first, actor=director, at=TEN)

        assert keeper_of(seal, TEN) == first
        assert services.appoint_keeper(seal=seal, person=first, actor=director, at=ELEVEN) == row
        with pytest.raises(services.UnableToKeep, match="hand-over"):
            services.appoint_keeper(seal=seal, person=second, actor=director, at=ELEVEN)
        assert Delivery.objects.filter(person=first).exists()

    def test_is_no_student_and_not_appointed_by_clerks(self, director: Person) -> None:
        seal = make.seal()
        with pytest.raises(services.UnableToKeep, match="staff"):
            services.appoint_keeper(seal=seal, person=factories.student(), actor=director)
        with pytest.raises(PermissionDenied):
            services.appoint_keeper(seal=seal, person=factories.clerk(), actor=factories.administrator())


class TestStandIn:
    def test_counts_within_the_days_alone(self, seal: Seal) -> None:
        other = factories.clerk("代管")
        make.stand_in(seal, other, moment(23, 0), moment(25, 0))

        held = [
            keeping_of(other, seal, at) is not None
            for at in (moment(22, 23), moment(23, 0), moment(24, 23), moment(25, 0))
        ]
        assert held == [False, True, True, False]

    def test_two_at_once_the_keeper_and_past_days_are_refused(
        self, seal: Seal, keeper: Person, director: Person
    ) -> None:
        make.stand_in(seal, factories.clerk("代管"), moment(23, 0), moment(25, 0))
        given = {"seal": seal, "actor": director, "at": TEN}
        for person, first, last in (
            (factories.clerk(), moment(24, 0), moment(26, 0)),
            (keeper, moment(26, 0), moment(27, 0)),
            (factories.clerk(), moment(20, 0), moment(21, 0)),
            (factories.clerk(), moment(27, 0), moment(26, 0)),
        ):
            with pytest.raises(services.UnableToKeep):
                services.appoint_stand_in(person=person, starts_at=first, ends_at=last, **given)

    def test_is_ended_early(self, seal: Seal, director: Person) -> None:
        other = factories.clerk("代管")
        make.stand_in(seal, other, moment(23, 0), moment(25, 0))
        row = seal.keepings.stand_ins().get()
        services.end_stand_in(keeping=row, actor=director, at=ELEVEN)

        assert keeping_of(other, seal, ELEVEN) is None
        assert services.end_stand_in(keeping=row, actor=director, at=moment(24, 9)).ends_at == ELEVEN


class TestHandover:
    def test_two_count_and_sign(self, seal: Seal, keeper: Person) -> None:
        make.closed(seal, keeper, made=2, spoiled=1)
        taker = factories.clerk("新管")
        row = services.give(seal=seal, taker=taker, pieces=2, actor=keeper, at=ELEVEN)

        assert (row.lines, row.made, row.open_lines, row.state) == (1, 3, 0, HandoverState.GIVEN)
        assert keeper_of(seal, ELEVEN) == keeper
        done = services.take_over(handover=row, pieces=2, actor=taker, at=moment(23, 12))
        assert (done.state, keeper_of(seal, moment(23, 12))) == (HandoverState.TAKEN, taker)
        assert keeping_of(keeper, seal, moment(23, 12)) is None
        assert services.take_over(handover=row, pieces=2, actor=taker, at=moment(24, 9)).taken_at == moment(23, 12)

    def test_another_count_is_not_signed(self, seal: Seal, keeper: Person) -> None:
        taker = factories.clerk("新管")
        row = services.give(seal=seal, taker=taker, pieces=2, actor=keeper, at=ELEVEN)

        with pytest.raises(services.UnableToKeep, match="Count together"):
            services.take_over(handover=row, pieces=1, actor=taker, at=ELEVEN)
        assert keeper_of(seal, ELEVEN) == keeper

    def test_nobody_else_signs(self, seal: Seal, keeper: Person, director: Person) -> None:
        row = services.give(seal=seal, taker=factories.clerk("新管"), pieces=1, actor=keeper, at=ELEVEN)

        for person in (keeper, director):
            with pytest.raises(PermissionDenied):
                services.take_over(handover=row, pieces=1, actor=person, at=ELEVEN)

    def test_is_begun_by_the_keeper_to_another_member_of_staff(self, seal: Seal, keeper: Person) -> None:
        for taker in (keeper, factories.student()):
            with pytest.raises(services.UnableToKeep):
                services.give(seal=seal, taker=taker, pieces=1, actor=keeper, at=ELEVEN)
        with pytest.raises(PermissionDenied):
            services.give(seal=seal, taker=factories.clerk(), pieces=1, actor=factories.clerk("丙"), at=ELEVEN)
        services.give(seal=seal, taker=factories.clerk(), pieces=1, actor=keeper, at=ELEVEN)
        with pytest.raises(services.UnableToKeep, match="already"):
            services.give(seal=seal, taker=factories.clerk(), pieces=1, actor=keeper, at=ELEVEN)

    def test_director_gives_for_a_keeper_who_has_left(self, seal: Seal, keeper: Person, director: Person) -> None:
        Person.objects.filter(pk=keeper.pk).update(is_active=False)
        taker = factories.clerk("新管")
        row = services.give(seal=seal, taker=taker, pieces=1, actor=director, at=ELEVEN)

        assert services.take_over(handover=row, pieces=1, actor=taker, at=ELEVEN).giver == director

    def test_is_called_off(self, seal: Seal, keeper: Person) -> None:
        taker = factories.clerk("新管")
        row = services.give(seal=seal, taker=taker, pieces=1, actor=keeper, at=ELEVEN)
        services.cancel_handover(handover=row, actor=keeper, at=ELEVEN)

        with pytest.raises(services.UnableToKeep, match="called off"):
            services.take_over(handover=row, pieces=1, actor=taker, at=ELEVEN)
        assert Handover.objects.get().state == HandoverState.CANCELLED
        with pytest.raises(PermissionDenied):
            services.cancel_handover(handover=row, actor=factories.clerk("丙"), at=ELEVEN)

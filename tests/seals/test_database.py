"""What must hold of the ledger holds in the database too, whatever code writes to it."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from apps.people.models import Person
from apps.seals import services
from apps.seals.models import Handover, Impression, Keeping, Outing, Seal, SealUse
from tests import factories
from tests.seals import factories as make
from tests.seals.factories import ELEVEN, TEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper() -> Person:
    return factories.clerk("印管")


@pytest.fixture
def use(keeper: Person) -> SealUse:
    return make.line(make.seal(keeper=keeper), allowed=2)


def refused(work: object) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        work()


def test_more_than_allowed_cannot_be_made(use: SealUse, keeper: Person) -> None:
    refused(lambda: Impression.objects.create(use=use, made=3, by=keeper))


def test_counts_change_by_entries_alone(use: SealUse) -> None:
    refused(lambda: SealUse.objects.filter(pk=use.pk).update(made=1))
    refused(lambda: SealUse.objects.filter(pk=use.pk).update(spoiled=1))


@pytest.mark.parametrize("column", ["allowed", "paper_sha256", "barred", "pages", "reference"])
def test_what_was_approved_stays(use: SealUse, column: str) -> None:
    other = {"allowed": 9, "paper_sha256": "b" * 64, "barred": [], "pages": 7, "reference": "x"}[column]
    refused(lambda: SealUse.objects.filter(pk=use.pk).update(**{column: other}))


def test_entries_are_never_changed_or_removed(use: SealUse, keeper: Person) -> None:
    entry = Impression.objects.create(use=use, made=1, by=keeper)

    refused(lambda: Impression.objects.filter(pk=entry.pk).update(made=2))
    refused(entry.delete)
    refused(use.delete)
    refused(use.seal.delete)


def test_requester_and_lonely_approver_cannot_seal(use: SealUse) -> None:
    refused(lambda: Impression.objects.create(use=use, made=1, by=use.requested_by))
    refused(lambda: Impression.objects.create(use=use, made=1, by=use.approved_by))
    Impression.objects.create(use=use, made=1, by=use.approved_by, witness=factories.clerk())


@pytest.mark.parametrize(
    "wrong",
    [
        {"made": 0},
        {"made": -1, "note": "x"},
        {"made": 1, "spoiled": 1},
        {"made": -1, "spoiled": 0, "note": ""},
    ],
)
def test_entry_is_whole(use: SealUse, keeper: Person, wrong: dict[str, object]) -> None:
    refused(lambda: Impression.objects.create(use=use, by=keeper, **wrong))


def test_counter_entry_takes_back_exactly_one_entry(use: SealUse, keeper: Person) -> None:
    other = make.line(use.seal)
    entry = Impression.objects.create(use=use, made=2, by=keeper)

    refused(lambda: Impression.objects.create(use=use, made=-1, by=keeper, note="x", corrects=entry))
    refused(lambda: Impression.objects.create(use=other, made=-2, by=keeper, note="x", corrects=entry))
    Impression.objects.create(use=use, made=-2, by=keeper, note="x", corrects=entry)
    refused(lambda: Impression.objects.create(use=use, made=-2, by=keeper, note="x", corrects=entry))


def test_closed_line_stays(keeper: Person) -> None:
    use = make.closed(make.seal(keeper=keeper), keeper)

    refused(lambda: SealUse.objects.filter(pk=use.pk).update(state="open"))
    refused(lambda: SealUse.objects.filter(pk=use.pk).update(explanation="other"))
    refused(lambda: Impression.objects.create(use=use, spoiled=1, by=keeper, note="x"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "closed", "no_photo_reason": "x", "explanation": ""},
        {"state": "closed", "no_photo_reason": "", "explanation": "x"},
        {"state": "cancelled", "explanation": ""},
    ],
)
def test_line_ends_with_words(use: SealUse, wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SealUse.objects.filter(pk=use.pk).update(finished_at=ELEVEN, **wrong)


def test_line_without_paper_or_approval_cannot_be(use: SealUse) -> None:
    values = {field.attname: getattr(use, field.attname) for field in SealUse._meta.fields if not field.primary_key}
    values["subject_id"] = use.subject_id + 1000
    for column in ("paper_id", "step_id", "approved_by_id"):
        refused(lambda column=column: SealUse.objects.create(**values | {column: None}))
    refused(lambda: SealUse.objects.create(**values | {"paper_sha256": "blank"}))
    SealUse.objects.create(**values)


def test_one_keeper_at_a_time(use: SealUse, keeper: Person) -> None:
    values = {"seal": use.seal, "person": factories.clerk(), "appointed_by": keeper, "starts_at": TEN}
    refused(lambda: Keeping.objects.create(role="keeper", **values))
    refused(lambda: Keeping.objects.create(role="stand_in", **values))


def test_hand_over_is_between_two(use: SealUse, keeper: Person) -> None:
    values = {"seal": use.seal, "giver": keeper, "pieces": 1, "lines": 0, "made": 0, "open_lines": 0}
    refused(lambda: Handover.objects.create(taker=keeper, **values))
    made = Handover.objects.create(taker=factories.clerk(), **values)
    refused(lambda: Handover.objects.filter(pk=made.pk).update(pieces=2))
    refused(lambda: Handover.objects.create(taker=factories.clerk(), **values))


def test_outing_is_with_company_and_once(use: SealUse, keeper: Person) -> None:
    values = {"seal": use.seal, "use": use, "taker": keeper, "place": "x", "released_by": keeper, "from_at": TEN}
    refused(lambda: Outing.objects.create(companion=keeper, due_at=ELEVEN, **values))
    refused(lambda: Outing.objects.create(companion=factories.clerk(), due_at=TEN, **values))
    Outing.objects.create(companion=factories.clerk(), due_at=ELEVEN, **values)
    refused(lambda: Outing.objects.create(companion=factories.clerk(), due_at=ELEVEN, **values))


def test_two_at_once_cannot_seal_more_than_allowed(use: SealUse, keeper: Person) -> None:
    """The second entry meets the sum of the first, whoever read what before."""
    stale = SealUse.objects.get(pk=use.pk)
    services.impress(use=use, actor=keeper, made=2, at=TEN)

    with pytest.raises(services.UnableToSeal):
        services.impress(use=stale, actor=keeper, made=1, at=TEN)
    assert Seal.objects.get(pk=use.seal_id).uses.get().made == 2

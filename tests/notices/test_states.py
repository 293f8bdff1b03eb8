"""What beats what, and that the database computes the same."""

from itertools import combinations

import pytest

from apps.delivery.enums import EvidenceKind
from apps.notices import projection
from apps.notices.enums import ObligationState
from apps.notices.states import RANKS, Fact, deciding_fact, is_open, state_of
from tests.notices import factories as notices

KINDS = [rank.kind for rank in RANKS]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([], "open"),
        (["uncertain"], "open"),
        (["handed_off"], "notified"),
        (["handed_off", "unknown"], "unknown"),
        (["handed_off", "delivered"], "reached"),
        (["delivered", "bounced_hard"], "bounced"),
        (["bounced_hard", "delivered"], "bounced"),
        (["bounced_hard", "opened"], "opened"),
        (["told", "bounced_hard"], "told"),
        (["opened", "told"], "opened"),
        (["opened", "excused"], "excused"),
        (["excused", "acknowledged"], "acknowledged"),
        (["failed"], "unreachable"),
        (["seen_hint"], "notified"),
    ],
)
def test_state_of_one_round(kinds: list[str], expected: str) -> None:
    assert state_of(Fact(1, kind) for kind in kinds) == expected


def test_last_round_decides_among_mails() -> None:
    """The address was mended after the first mail came back, and the other way round."""
    assert state_of([Fact(1, "bounced_hard"), Fact(2, "delivered")]) == "reached"
    assert state_of([Fact(1, "delivered"), Fact(2, "bounced_hard")]) == "bounced"
    assert state_of([Fact(1, "opened"), Fact(2, "bounced_hard")]) == "opened"


def test_nothing_known_and_no_address_is_unreachable() -> None:
    assert state_of([], has_address=False) == "unreachable"
    assert state_of([Fact(1, "opened")], has_address=False) == "opened"


def test_deciding_fact_of_nothing_is_none() -> None:
    assert deciding_fact([Fact(1, "uncertain")]) is None


@pytest.mark.parametrize("state", ObligationState.values)
def test_is_open_depends_on_what_is_asked(state: str) -> None:
    always = ("answered", "excused", "withdrawn")
    assert is_open(state, needs_acknowledgement=True, needs_answer=True) == (state not in always)
    assert is_open(state, needs_acknowledgement=True) == (state not in (*always, "acknowledged"))
    assert is_open(state, needs_acknowledgement=False) == (state not in (*always, "acknowledged", "opened", "told"))


def test_best_channel_counts() -> None:
    """A bounced mail does not hide that the phone got it; the newest round of each channel speaks for it."""
    mail, sms = Fact(1, "bounced_hard"), Fact(2, "delivered", "sms")
    assert state_of([mail, sms]) == "reached"
    assert state_of([mail, Fact(2, "failed", "sms")]) == "bounced"
    assert state_of([Fact(1, "delivered"), Fact(2, "handed_off", "sms")]) == "reached"
    assert state_of([Fact(1, "delivered"), Fact(2, "bounced_soft"), Fact(3, "handed_off", "wecom")]) == "notified"


def test_acts_count_for_the_edition_they_were_about() -> None:
    old = [Fact(1, "acknowledged"), Fact(1, "delivered")]
    assert state_of(old, counts_from=2) == "open"
    assert state_of([*old, Fact(2, "handed_off", edition=2)], counts_from=2) == "notified"
    assert state_of([*old, Fact(2, "handed_off", edition=2)], counts_from=1) == "acknowledged"
    assert state_of([Fact(1, "excused"), Fact(2, "opened", edition=2)], counts_from=2) == "excused"


def test_last_turn_of_a_form_counts() -> None:
    assert state_of([Fact(1, "answered"), Fact(1, "returned")]) == "returned"
    assert state_of([Fact(1, "answered"), Fact(1, "returned"), Fact(1, "answered")]) == "answered"
    assert state_of([Fact(1, "opened"), Fact(1, "answered"), Fact(1, "returned")]) == "returned"


def test_every_kind_of_evidence_has_a_rank_or_a_reason_not_to() -> None:
    assert set(EvidenceKind.values) - set(KINDS) == {"uncertain", "cancelled", "called"}


@pytest.mark.django_db
def test_database_computes_the_same_for_every_pair(settings) -> None:
    """Each pair of facts, both in one round and in two, while another channel is still to be tried."""
    settings.NOTICE_APPROVAL_FROM = 0
    clerk = notices.ground()
    pairs = list(combinations(KINDS, 2))
    people = notices.staff(2 * len(pairs))
    notice = notices.published(clerk)
    from apps.notices.services import remind_open

    remind_open(notice=notice, actor=clerk)
    expected = {}
    for place, (first, second) in enumerate(pairs):
        for person, round in ((people[2 * place], 1), (people[2 * place + 1], 2)):
            notices.says(notice, person, first, round=1)
            notices.says(notice, person, second, round=round)
            expected[person.pk] = state_of([Fact(1, first), Fact(round, second)], is_climbing=True)
    from apps.notices.models import Obligation

    ids = list(Obligation.objects.values_list("pk", flat=True))
    found = {Obligation.objects.get(pk=pk).person_id: computed for pk, _stored, computed in projection.differences(ids)}
    assert found == {key: state for key, state in expected.items() if state != "open" or key in found}

"""The state rests on the evidence, whatever its order."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from apps.core.clock import now
from apps.delivery.enums import STRENGTH, DeliveryState, EvidenceKind
from apps.delivery.limits import SILENCE
from apps.delivery.models import Delivery
from apps.delivery.services import cancel_waiting, evidence_since, record_evidence
from apps.delivery.states import state_of
from apps.delivery.sweeps import call_silent, cancel_late
from tests.delivery.factories import mail, message

KINDS = st.lists(st.sampled_from(EvidenceKind.values), max_size=12)


def told(row: Delivery, kind: str, event: str = "") -> None:
    record_evidence(
        message=row.message,
        person=row.person,
        delivery=row,
        kind=kind,
        happened_at=now(),
        source_event=event or f"test:{row.pk}:{kind}",
    )


@given(KINDS, st.randoms())
def test_any_order_gives_the_same_state(kinds: list[str], chance) -> None:
    shuffled = kinds.copy()
    chance.shuffle(shuffled)

    assert state_of(shuffled) == state_of(kinds)


@given(KINDS, st.sampled_from(STRENGTH))
def test_one_more_fact_never_weakens(kinds: list[str], more: str) -> None:
    before, after = state_of(kinds), state_of([*kinds, more])

    assert after in (before, more)
    assert before == DeliveryState.PLANNED or STRENGTH.index(after) <= STRENGTH.index(before)


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([], "planned"),
        (["acknowledged"], "planned"),
        (["handed_off", "delivered", "bounced_hard"], "bounced_hard"),
        (["bounced_hard", "opened"], "opened"),
        (["handed_off", "unknown"], "unknown"),
        (["handed_off", "unknown", "delivered"], "delivered"),
        (["uncertain", "handed_off"], "handed_off"),
        (["uncertain", "failed"], "failed"),
        (["seen_hint", "relayed"], "relayed"),
    ],
)
def test_state_of(kinds: list[str], expected: str) -> None:
    assert state_of(kinds) == expected


@pytest.mark.django_db
class TestRecording:
    def test_late_bounce_shows_after_delivered(self) -> None:
        row = mail(state=DeliveryState.HANDED_OFF)
        for kind in ("handed_off", "delivered", "bounced_hard"):
            told(row, kind)

        row.refresh_from_db()
        assert row.state == DeliveryState.BOUNCED_HARD

    def test_fact_told_twice_counts_once(self) -> None:
        row = mail()
        told(row, "handed_off", "smtp:1")
        told(row, "handed_off", "smtp:1")

        assert row.evidence.count() == 1

    def test_receipt_stops_a_second_try(self) -> None:
        row = mail()
        told(row, "uncertain")
        Delivery.objects.update(state=DeliveryState.PLANNED)
        told(row, "delivered")

        row.refresh_from_db()
        assert row.state == DeliveryState.DELIVERED

    def test_facts_about_the_person_leave_the_state(self) -> None:
        row = mail()
        told(row, "acknowledged")

        row.refresh_from_db()
        assert row.state == DeliveryState.PLANNED

    def test_evidence_since_follows_by_id(self) -> None:
        row = mail()
        told(row, "handed_off")
        told(row, "delivered")
        first, second = evidence_since(0)

        assert (first.kind, second.kind) == ("handed_off", "delivered")
        assert evidence_since(first.pk) == [second]
        assert evidence_since(0, limit=1) == [first]


@pytest.mark.django_db
class TestSweeps:
    def test_silence_for_72_hours_is_unknown(self) -> None:
        at = now()
        silent = mail(state=DeliveryState.HANDED_OFF, handed_off_at=at - SILENCE)
        told(silent, "handed_off")
        mail(state=DeliveryState.HANDED_OFF, handed_off_at=at - SILENCE + timedelta(minutes=1))

        assert call_silent(at) == 1
        silent.refresh_from_db()
        assert silent.state == DeliveryState.UNKNOWN
        assert call_silent(at) == 0

    def test_evidence_after_silence_is_shown(self) -> None:
        row = mail(state=DeliveryState.HANDED_OFF, handed_off_at=now() - SILENCE)
        told(row, "handed_off")
        call_silent(now())
        told(row, "delivered")

        row.refresh_from_db()
        assert row.state == DeliveryState.DELIVERED

    def test_waiting_mail_of_an_expired_message_is_cancelled(self) -> None:
        row = mail(about=message(expires_at=now()), not_before=now() + timedelta(days=3))

        assert cancel_late(now() + timedelta(seconds=1)) == 1
        row.refresh_from_db()
        assert (row.state, row.evidence.get().kind) == (DeliveryState.CANCELLED, EvidenceKind.CANCELLED)

    def test_recall_cancels_what_has_not_left(self) -> None:
        about = message()
        waiting, gone = mail(about=about), mail(about=about, state=DeliveryState.HANDED_OFF)

        assert cancel_waiting(message=about, actor=None, reason="recalled") == 1
        waiting.refresh_from_db(), gone.refresh_from_db()
        assert (waiting.state, gone.state) == (DeliveryState.CANCELLED, DeliveryState.HANDED_OFF)


@pytest.mark.django_db
class TestRebuild:
    def run(self, **options: bool) -> str:
        out = StringIO()
        call_command("rebuild_delivery_states", stdout=out, **options)
        return out.getvalue()

    def test_says_nothing_when_all_is_right(self) -> None:
        told(mail(), "delivered")

        assert self.run() == "0 different\n"

    def test_prints_and_repairs_what_differs(self) -> None:
        row = mail()
        told(row, "delivered")
        Delivery.objects.update(state=DeliveryState.HANDED_OFF)

        assert f"{row.pk}: shown handed_off, evidence delivered" in self.run()
        self.run(repair=True)
        assert self.run() == "0 different\n"

    def test_leaves_waiting_rows_alone(self) -> None:
        mail()

        assert self.run() == "0 different\n"

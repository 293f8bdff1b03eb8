"""The stored state follows the evidence, late or doubled, and can be built anew."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from apps.core.clock import now
from apps.delivery.models import Evidence
from apps.notices import projection, services
from apps.notices.models import EvidenceCursor, Notice, Obligation
from apps.people.models import Person
from tests.notices import factories as notices

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice() -> Notice:
    clerk = notices.ground()
    notices.staff(2)
    return notices.published(clerk)


def people(notice: Notice) -> list[Person]:
    return [line.person for line in notice.obligations.select_related("person").order_by("pk")]


def states(notice: Notice) -> list[str]:
    return list(notice.obligations.order_by("pk").values_list("state", flat=True))


def test_refresh_takes_over_what_came_back(notice: Notice) -> None:
    first, _second = people(notice)
    notices.says(notice, first, "handed_off")
    notices.says(notice, first, "delivered")
    assert notices.refresh() == 1
    assert states(notice) == ["reached", "open"]

    notices.says(notice, first, "bounced_hard")
    assert notices.refresh() == 1
    assert states(notice) == ["bounced", "open"]
    assert notices.refresh() == 0


def test_evidence_of_other_messages_is_left_alone(notice: Notice) -> None:
    other = notices.published(notice.sender)
    first, _second = people(notice)
    notices.says(other, first, "bounced_hard")
    notices.refresh()

    assert states(notice) == ["open", "open"]
    assert states(other) == ["bounced", "open"]


def test_cursor_stays_behind_what_may_still_appear(notice: Notice) -> None:
    """A row with a lower key that commits later is still read."""
    first, second = people(notice)
    late = notices.says(notice, first, "delivered")
    notices.says(notice, second, "delivered")
    notices.refresh()
    assert EvidenceCursor.objects.get().last_id < late.pk

    projection.refresh(now() + timedelta(hours=1))
    assert EvidenceCursor.objects.get().last_id == Evidence.objects.order_by("-pk").values_list("pk", flat=True)[0]


def test_opened_beats_a_bounce_that_comes_later(notice: Notice) -> None:
    line = notice.obligations.select_related("person").order_by("pk")[0]
    services.open_notice(obligation=line, actor=line.person, session_key="s")
    notices.says(notice, line.person, "bounced_hard")
    notices.refresh()

    assert states(notice)[0] == "opened"


def test_rebuild_prints_and_mends_what_differs(notice: Notice) -> None:
    first, _second = people(notice)
    line = notices.of(notice, first)
    services.acknowledge(obligation=line, actor=first, session_key="s")
    before = list(Obligation.objects.order_by("pk").values())
    Obligation.objects.filter(pk=line.pk).update(
        state="open", is_open=True, acknowledged_at=None, receipt_number=None, opened_at=None, state_at=None
    )

    dry, told, again = StringIO(), StringIO(), StringIO()
    call_command("rebuild_obligations", "--dry-run", stdout=dry)
    call_command("rebuild_obligations", stdout=told)
    call_command("rebuild_obligations", "--notice", str(notice.pk), stdout=again)

    assert f"obligation {line.pk}: open → acknowledged" in dry.getvalue()
    assert dry.getvalue() == told.getvalue()
    assert again.getvalue() == "0 obligations differed.\n"
    assert list(Obligation.objects.order_by("pk").values()) == before


def test_person_reachable_again_after_a_reminder() -> None:
    from tests import factories

    clerk = notices.ground()
    person = factories.person("甲", "staff", mail=None)
    notice = notices.published(clerk)
    assert states(notice) == ["unreachable"]

    factories.give_mail(person, "new@college.example")
    services.remind_open(notice=notice, actor=clerk)
    services.finish_all(now())

    assert states(notice) == ["open"]


def test_words_stay_once_out(notice: Notice) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(title={"en": "Other"})

"""Relays for tests: out to units, and how far each is."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from apps.core.clock import now
from apps.notices import services as notice_services
from apps.people.models import Deputy, Person, Unit
from apps.relays import services
from apps.relays.models import Relay, RelayLine
from tests.notices import factories as board


def relayed(sender: Person, units: Sequence[Unit], *, at: datetime | None = None, **options: object) -> Relay:
    """Out to these units, everybody has it, the times are worked out."""
    at = at or now()
    notice = board.draft(sender)
    made = services.relay(notice=notice, actor=sender, units=list(units), at=at, **options)
    notice_services.publish(notice=notice, actor=sender, at=at)
    settle(at)
    return Relay.objects.select_related("notice").get(pk=made.pk)


def settle(at: datetime | None = None) -> None:
    """What the sweeps would do: everybody gets what is out, new lines get their time."""
    notice_services.finish_all(at or now())
    services.start_lines(at or now())


def of(relay: Relay, unit: Unit) -> RelayLine:
    return RelayLine.objects.select_related("relay__notice", "notice", "unit").get(relay=relay, unit=unit)


def passed_on(relay: Relay, unit: Unit, secretary: Person, at: datetime | None = None) -> RelayLine:
    services.sign(line=of(relay, unit), actor=secretary, at=at)
    services.pass_on(line=of(relay, unit), actor=secretary, at=at)
    settle(at)
    return of(relay, unit)


def reported(relay: Relay, unit: Unit, secretary: Person, text: str = "辦結") -> RelayLine:
    passed_on(relay, unit, secretary)
    services.report(line=of(relay, unit), actor=secretary, text=text)
    return of(relay, unit)


def deputy(of_whom: Person, stands_in: Person, at: datetime | None = None) -> None:
    at = at or now()
    Deputy.objects.create(
        principal=of_whom,
        deputy=stands_in,
        starts_at=at - timedelta(days=1),
        ends_at=at + timedelta(days=30),
        created_by=of_whom,
    )

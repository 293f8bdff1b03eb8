"""A mail server that puts off, hangs and hangs up at every stage: nobody is left out, and who may have it twice is
shown as uncertain.
"""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.core.clock import now
from apps.delivery.enums import DeliveryState, EvidenceKind, MessageClass
from apps.delivery.limits import PARK_AFTER
from apps.delivery.models import Delivery, Evidence, Message
from apps.delivery.services import plan
from apps.delivery.tokens import message_id
from apps.people.enums import ContactKind
from apps.people.models import ContactPoint, Person
from tests import factories
from tests.delivery.factories import message
from tests.kill.harness import FULL, KILLS, Office

pytestmark = [pytest.mark.kill, pytest.mark.slow]
PUT_OFF = ("rcpt4", "hangrcpt", "closercpt", "hangdata", "data4", "data421")
KEPT, LOST = ("hangkept", "closekept"), ("hanglost", "closelost")
UNHARMED = ("calm", "closeafter")
EACH = 5 if FULL else 1
CROWD = 3_000 if FULL else 300


@pytest.fixture
def office(transactional_db: None, tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path, moody=True)
    yield made
    made.close()


def tell(addresses: list[str], **fields: object) -> Message:
    """A message planned for people with these addresses."""
    people = Person.objects.bulk_create(
        Person(number=f"M{Person.objects.count() + place:06d}", name=f"學生{place}", email=address)
        for place, address in enumerate(addresses)
    )
    ContactPoint.objects.bulk_create(
        ContactPoint(person=person, kind=ContactKind.MAIL, value=person.email, is_primary=True) for person in people
    )
    about = message(overrides_quiet_hours=True, **fields)
    plan(message=about, people=Person.objects.filter(pk__in=[person.pk for person in people]))
    return about


def by_mood(moods: tuple[str, ...], tag: str) -> list[str]:
    return [f"{mood}-{tag}{place}@college.example" for mood in moods for place in range(EACH)]


def time_passes() -> None:
    """What was put off is due: five minutes and more are not waited for."""
    Delivery.objects.filter(state=DeliveryState.PLANNED, not_before__gt=now()).update(not_before=now())


def settled(*states: str) -> bool:
    time_passes()
    return not Delivery.objects.exclude(state__in=states).exists()


def copies(office: Office) -> Counter[str]:
    """How often each Message-ID was kept; the line about a mail names the address that its row has."""
    rows = dict(Delivery.objects.values_list("address", "pk"))
    lines = [line.split() for line in office.taken.read_text().splitlines()]
    assert [line for line in lines if line[1] != message_id(rows[line[0]])] == []
    return Counter(recipient for recipient, _identity, _sender in lines)


def shown_uncertain() -> set[str]:
    return set(Evidence.objects.filter(kind=EvidenceKind.UNCERTAIN).values_list("delivery__address", flat=True))


def test_every_mood_ends_as_it_should(office: Office) -> None:
    factories.calendar()
    moods = (*UNHARMED, *PUT_OFF, *KEPT, *LOST)
    must, may = by_mood(moods, "must"), by_mood(moods, "may")
    tell(must), tell(may, message_class=MessageClass.OPTIONAL)
    office.start_worker()
    left = len([address for address in may if mood(address) in (*KEPT, *LOST)])

    def done() -> bool:
        uncertain = Delivery.objects.filter(state=DeliveryState.UNCERTAIN)
        rest = uncertain.filter(message__message_class=MessageClass.MANDATORY)
        return settled("handed_off", "uncertain") and uncertain.count() == left and not rest.exists()

    office.wait_while_sweeping(done, "every mail settled")
    states = dict(Delivery.objects.values_list("address", "state"))
    unsure = {address for address in (*must, *may) if mood(address) in (*KEPT, *LOST)}
    times = copies(office)
    assert shown_uncertain() == unsure
    for address in must:
        assert (states[address], times[address]) == ("handed_off", 2 if mood(address) in KEPT else 1), address
    for address in may:
        wanted = ("uncertain" if address in unsure else "handed_off", 0 if mood(address) in LOST else 1)
        assert (states[address], times[address]) == wanted, address
    time.sleep(2)  # longer than mandatory ones wait before they go again
    assert resent_when_asked(office, may) == []


def mood(address: str) -> str:
    return address.partition("-")[0]


def resent_when_asked(office: Office, optional: list[str]) -> list[str]:
    """Optional mails of which it is unknown whether they left, after one more sweep that was seen to run."""
    marker = tell(["calm-marker@college.example"])
    office.wait_while_sweeping(lambda: marker.deliveries.get().state == "handed_off", "one more sweep")
    times = copies(office)
    return [address for address in optional if times[address] > 1]


@pytest.mark.parametrize("hour", ["connect", "ehlo", "refuse"])
def test_server_that_talks_to_nobody_is_nobodys_failure(office: Office, hour: str) -> None:
    factories.calendar()
    office.mood.write_text(hour)
    tell([f"calm-{place}@college.example" for place in range(20)])
    office.start_worker()
    office.wait_while_sweeping(
        lambda: Delivery.objects.filter(last_answer__startswith="connect").count() == 20, "the server seen as away"
    )
    assert not Delivery.objects.exclude(attempts=0).exists()
    assert not Evidence.objects.exists()
    office.mood.write_text("calm")
    office.wait_while_sweeping(lambda: settled("handed_off"), "all mails sent")

    assert set(copies(office).values()) == {1}
    assert len(copies(office)) == 20


def test_mail_that_is_never_answered_ends_with_a_person(office: Office) -> None:
    """The server keeps it each time and hangs up each time: without an end the person would get it for ever."""
    factories.calendar()
    tell(["always-closekept@college.example", "calm-1@college.example"])
    office.start_worker()
    office.wait_while_sweeping(lambda: settled("handed_off", "failed"), "both settled")

    row = Delivery.objects.get(address__startswith="always")
    assert row.state == DeliveryState.FAILED
    assert copies(office)[row.address] == PARK_AFTER
    assert row.evidence.filter(kind=EvidenceKind.UNCERTAIN).count() == PARK_AFTER
    assert row.evidence.get(kind=EvidenceKind.FAILED).source_event.startswith("parked:")


def test_workers_killed_while_the_server_is_moody(office: Office) -> None:
    factories.calendar()
    moods = by_mood((*UNHARMED, *PUT_OFF, *KEPT, *LOST), "mixed")
    crowd = [f"calm-{place}@college.example" for place in range(CROWD)]
    step = max(1, CROWD // len(moods))
    for place, address in enumerate(moods):
        crowd.insert(place * (step + 1), address)
    tell(crowd)
    office.start_worker()
    for number in range(1, KILLS + 1):
        enough = len(crowd) * number // (KILLS + 2)
        office.wait_while_sweeping(lambda enough=enough: enough_sent(enough), f"{enough} mails sent")
        office.kill_worker()
        office.start_worker()
    office.wait_while_sweeping(lambda: settled("handed_off"), "all mails sent")

    times = copies(office)
    assert set(times) == set(crowd)
    twice = {address for address, count in times.items() if count > 1}
    assert twice <= shown_uncertain()
    assert {address for address in crowd if mood(address) in (*KEPT, *LOST)} <= shown_uncertain()


def enough_sent(number: int) -> bool:
    time_passes()
    return Delivery.objects.filter(state=DeliveryState.HANDED_OFF).count() >= number

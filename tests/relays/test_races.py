"""Two at once: one wins, the other is told or finds it done; nobody waits for ever."""

import pytest

from apps.delivery.enums import EvidenceKind
from apps.delivery.models import Evidence
from apps.journal.models import Entry
from apps.notices.models import Notice
from apps.people.enums import Role
from apps.relays import services
from apps.relays.enums import LineState
from apps.relays.models import RelayLine
from tests import factories
from tests.relays import factories as make
from tests.relays.conftest import College, build
from tests.replies.test_races import at_once, kinds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def college(transactional_db) -> College:
    return build()


def test_two_sign_at_once(college):
    relay, unit = make.relayed(college.clerk, college.units), college.units[0]
    other = factories.person("另一位秘書", Role.UNIT_SECRETARY, at=unit)
    line = make.of(relay, unit)
    first, second = at_once(
        lambda: services.sign(line=line, actor=college.secretaries[0]), lambda: services.sign(line=line, actor=other)
    )
    assert first.signed_by == second.signed_by
    assert Entry.objects.about(line).filter(verb="signed_for").count() == 1
    assert Evidence.objects.filter(kind=EvidenceKind.SIGNED_FOR).count() <= 1


def test_passed_on_twice_at_once_is_one_notice(college):
    relay, unit = make.relayed(college.clerk, college.units), college.units[0]
    services.sign(line=make.of(relay, unit), actor=college.secretaries[0])
    line = make.of(relay, unit)
    results = at_once(*(lambda: services.pass_on(line=line, actor=college.secretaries[0]) for _each in range(2)))
    assert kinds(results) == ["RelayLine", "RelayLine"]
    assert Notice.objects.count() == 2


def test_report_while_it_is_passed_down(college):
    """Either the report came first and nothing is passed down, or there is a unit below and no report."""
    relay, unit = make.relayed(college.clerk, college.units), college.units[0]
    below = factories.unit("教研室", parent=unit)
    factories.person("教研室秘書", Role.UNIT_SECRETARY, at=below)
    services.sign(line=make.of(relay, unit), actor=college.secretaries[0])
    line, secretary = make.of(relay, unit), college.secretaries[0]
    results = at_once(
        lambda: services.report(line=line, actor=secretary, text="好"),
        lambda: services.pass_down(line=line, actor=secretary, units=[below]),
    )
    assert kinds(results) in (["RelayLine", "UnableToPassOn"], ["RelayLine", "UnableToReport"])
    is_reported = make.of(relay, unit).state == LineState.REPORTED
    assert is_reported != RelayLine.objects.filter(parent=line).exists()


def test_accepted_and_returned_at_once(college):
    relay = make.relayed(college.clerk, college.units)
    line = make.reported(relay, college.units[0], college.secretaries[0])
    results = at_once(
        lambda: services.accept(line=line, actor=college.clerk),
        lambda: services.give_back(line=line, actor=college.clerk, reason="x"),
    )
    assert kinds(results) == ["RelayLine", "UnableToDecide"]


def test_signed_while_the_sweep_climbs(college):
    relay = make.relayed(college.clerk, college.units[:1])
    factories.person("院秘書", Role.UNIT_SECRETARY, at=factories.root_unit())
    line = make.of(relay, college.units[0])
    at_once(
        lambda: services.sign(line=line, actor=college.secretaries[0]),
        *(lambda: services.climb(line.sign_due_at) for _sweep in range(2)),
    )
    row = make.of(relay, college.units[0])
    assert (row.state, row.next_at) == (LineState.SIGNED, None)
    assert Entry.objects.about(line).filter(verb="to_stand_in").count() <= 1

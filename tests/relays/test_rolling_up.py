"""A unit stands where the worst of the units below it stands, and is not done before they are."""

from datetime import timedelta

import pytest
from django.urls import reverse

from apps.core.clock import now
from apps.people.enums import Role
from apps.people.models import Person
from apps.relays import services
from apps.relays.enums import Asked, LineState
from apps.relays.models import RelayLine
from apps.relays.progress import figures_of_lines, lines_of, rows_of, still_open, worst_below
from tests import factories
from tests.relays import factories as make
from tests.replies.test_views import signed_in


def chain(college, asked=Asked.PASS_ON, **given) -> tuple[object, list[RelayLine]]:
    """The office → a department → an institute → a laboratory; the two above have passed it down."""
    relay = make.relayed(college.clerk, college.units[:1], asked=asked, **given)
    unit, secretary = college.units[0], college.secretaries[0]
    for name in ("教研室", "實驗室"):
        services.sign(line=make.of(relay, unit), actor=secretary)
        below = factories.unit(name, parent=unit)
        lower = factories.person(f"{name}秘書", Role.UNIT_SECRETARY, at=below)
        services.pass_down(line=make.of(relay, unit), actor=secretary, units=[below])
        make.settle()
        unit, secretary = below, lower
    return relay, list(RelayLine.objects.filter(relay=relay).select_related("relay", "unit").order_by("depth"))


def test_unit_that_passed_down_is_not_done_before_those_below(college):
    relay, (top, middle, low) = chain(college)
    assert [line.state for line in (top, middle, low)] == ["passed_on", "passed_on", "waiting"]
    lines = lines_of(relay, college.clerk)
    assert still_open(lines) == {top.pk, middle.pk, low.pk}
    assert worst_below(lines) == {top.pk: LineState.WAITING, middle.pk: LineState.WAITING}
    figures = figures_of_lines(relay, lines, now())
    assert (figures.whole, figures.done) == (3, 0)
    assert len(rows_of(lines, "open", now())) == 3
    page = signed_in(college.clerk).get(reverse("relays:list"))
    assert page.context["lines"][0][1]["done"] == 0
    services.excuse(line=low, actor=college.clerk, reason="停辦")
    assert figures_of_lines(relay, lines_of(relay, college.clerk), now()).done == 3


def test_only_the_chain_above_an_open_unit_is_open(college):
    relay = make.relayed(college.clerk, college.units[:2], asked=Asked.SIGN)
    services.sign(line=make.of(relay, college.units[0]), actor=college.secretaries[0])
    lines = lines_of(relay, college.clerk)
    assert still_open(lines) == {make.of(relay, college.units[1]).pk}


def test_who_sees_only_a_part_counts_only_that(college):
    relay, (_top, middle, low) = chain(college)
    lower = Person.objects.get(name="教研室秘書")
    assert still_open(lines_of(relay, lower)) == {middle.pk, low.pk}


@pytest.mark.parametrize("closed", [False, True])
def test_report_needs_the_units_below(college, closed):
    relay, (top, middle, _low) = chain(college, Asked.REPORT)
    if closed:
        services.excuse(line=middle, actor=college.secretaries[0], reason="已併入")
        assert set(relay.lines.values_list("state", flat=True)) == {"passed_on", "excused"}
        assert services.report(line=top, actor=college.secretaries[0], text="好").state == LineState.REPORTED
        return
    with pytest.raises(services.UnableToReport):
        services.report(line=top, actor=college.secretaries[0], text="好")
    assert signed_in(college.secretaries[0]).get(top.get_absolute_url()).status_code == 200


def test_report_is_not_accepted_while_a_unit_below_is_open(college):
    """It cannot come so by the pages; a row that did is refused too."""
    _relay, (top, middle, _low) = chain(college, Asked.REPORT)
    RelayLine.objects.filter(pk=top.pk).update(
        state=LineState.REPORTED, reported_at=now(), reported_by=college.secretaries[0], rounds=1
    )
    with pytest.raises(services.UnableToDecide):
        services.accept(line=top, actor=college.clerk)
    services.excuse(line=middle, actor=college.clerk, reason="停辦")
    assert services.accept(line=top, actor=college.clerk).state == LineState.ACCEPTED


def test_returned_report_is_a_round_and_the_clock_goes_on(college):
    due = now() + timedelta(days=2)
    relay = make.relayed(college.clerk, college.units[:1], report_by=due)
    line = make.reported(relay, college.units[0], college.secretaries[0])
    late = due + timedelta(minutes=1)
    assert not line.is_late(late), "it waits for the office, not for the unit"
    services.give_back(line=line, actor=college.clerk, reason="附名單")
    line = make.of(relay, college.units[0])
    assert (line.rounds, line.report_by, line.is_late(late)) == (1, due, True)
    assert RelayLine.objects.late(late).count() == 1
    assert services.report(line=line, actor=college.secretaries[0], text="補").rounds == 2
    assert line.report_by == due

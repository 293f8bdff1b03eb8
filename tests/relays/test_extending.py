"""More time: asked before the day is over, granted by who set it, the old day kept; the page and the histories."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from apps.core.clock import now
from apps.delivery.models import Delivery
from apps.journal.models import Entry
from apps.people.enums import Role
from apps.relays import services
from apps.relays.enums import ExtensionState, LineState
from apps.relays.models import Extension, RelayLine
from apps.relays.work_items import for_user
from tests import factories
from tests.relays import factories as make
from tests.replies.test_views import signed_in


@pytest.fixture
def due() -> datetime:
    return (now() + timedelta(days=3)).replace(second=0, microsecond=0)


@pytest.fixture
def line(college, due) -> RelayLine:
    """Signed for, passed on; the report is due in three days."""
    relay = make.relayed(college.clerk, college.units, report_by=due)
    return make.passed_on(relay, college.units[0], college.secretaries[0])


def again(line: RelayLine) -> RelayLine:
    return make.of(line.relay, line.unit)


def ask(line: RelayLine, actor, days: int = 5, **given) -> Extension:
    values = {"until": line.report_by + timedelta(days=days), "reason": "名單未齊"} | given
    return services.ask_extension(line=line, actor=actor, **values)


def below(college, line: RelayLine, **given) -> RelayLine:
    """A unit below, signed for."""
    unit = factories.unit("教研室", parent=line.unit)
    lower = factories.person("教研室秘書", Role.UNIT_SECRETARY, at=unit)
    services.pass_down(line=line, actor=college.secretaries[0], units=[unit], **given)
    make.settle()
    services.sign(line=make.of(line.relay, unit), actor=lower)
    return make.of(line.relay, unit)


def subjects(person) -> list[str]:
    rows = Delivery.objects.filter(person=person, channel="portal", message__source="relays.lines").order_by("pk")
    return [row.message.texts.get(language="en").subject for row in rows]


def test_day_stands_until_it_is_granted_and_the_old_one_is_kept(college, line, due):
    wish = ask(line, college.secretaries[0])
    assert (wish.state, wish.old, wish.asked_by) == (ExtensionState.ASKED, due, college.secretaries[0])
    assert again(line).report_by == due
    assert again(line).is_late(due + timedelta(minutes=1))
    services.grant_extension(line=line, actor=college.clerk, note="好")
    wish.refresh_from_db()
    assert (wish.state, wish.old, wish.granted) == (ExtensionState.GRANTED, due, due + timedelta(days=5))
    assert (again(line).report_by, again(line).state) == (wish.granted, LineState.PASSED_ON)
    assert not again(line).is_late(due + timedelta(minutes=1))
    assert make.of(line.relay, college.units[1]).report_by == due, "other units keep theirs"
    history = Entry.objects.about(line).filter(verb__startswith="extension").order_by("pk")
    assert [(entry.verb, entry.actor) for entry in history] == [
        ("extension_asked", college.secretaries[0]),
        ("extension_granted", college.clerk),
    ]
    assert history[1].changes["report_by"] == [due.isoformat(), wish.granted.isoformat()]
    assert subjects(college.secretaries[0])[-1].startswith("More time for 甲系, until")


def test_asking_again_while_one_waits_changes_nothing(college, line):
    assert ask(line, college.secretaries[0]) == ask(line, college.secretaries[0], days=9)
    assert Extension.objects.count() == 1


def test_refused_with_a_reason_and_asked_again(college, line, due):
    ask(line, college.secretaries[0])
    with pytest.raises(services.UnableToExtend):
        services.refuse_extension(line=line, actor=college.clerk, note=" ")
    services.refuse_extension(line=line, actor=college.clerk, note="學校催")
    assert again(line).report_by == due
    assert subjects(college.secretaries[0]) == ["No more time for 甲系"]
    ask(line, college.secretaries[0])
    assert list(Extension.objects.order_by("pk").values_list("state", flat=True)) == ["refused", "asked"]


@pytest.mark.parametrize("case", ["late", "earlier", "no reason", "stranger", "not signed", "reported", "no day"])
def test_what_cannot_be_asked(college, line, due, case):
    secretary, given = college.secretaries[0], {}
    if case == "late":
        given["at"] = due
    elif case == "earlier":
        given["until"] = due
    elif case == "no reason":
        given["reason"] = "  "
    elif case == "stranger":
        secretary = college.secretaries[1]
    elif case == "not signed":
        line, secretary = make.of(line.relay, college.units[1]), college.secretaries[1]
    elif case == "reported":
        services.report(line=line, actor=secretary, text="好")
    else:
        given["until"] = due + timedelta(days=1)
        RelayLine.objects.filter(pk=line.pk).update(report_by=None)
    with pytest.raises(services.UnableToExtend):
        ask(line, secretary, **given)


def test_not_granted_by_the_unit_itself_nor_by_another(college, line):
    deputy = factories.person("代理", Role.STAFF, at=college.units[0])
    make.deputy(college.secretaries[0], deputy)
    ask(line, deputy)
    assert Extension.objects.get().asked_for == college.secretaries[0]
    for person in (deputy, *college.secretaries[:2], factories.leader()):
        with pytest.raises(services.UnableToExtend):
            services.grant_extension(line=line, actor=person)


def test_asked_in_time_and_granted_afterwards(college, line, due):
    ask(line, college.secretaries[0])
    services.grant_extension(line=line, actor=college.clerk, at=due + timedelta(hours=2))
    assert again(line).report_by == due + timedelta(days=5)
    assert services.remind_units(due) == 0


def test_other_day_than_the_one_asked_for(college, line, due):
    ask(line, college.secretaries[0])
    with pytest.raises(services.UnableToExtend):
        services.grant_extension(line=line, actor=college.clerk, until=due)
    wish = services.grant_extension(line=line, actor=college.clerk, until=due + timedelta(days=1))
    assert (wish.granted, wish.wanted) == (due + timedelta(days=1), due + timedelta(days=5))
    with pytest.raises(services.UnableToExtend):
        services.grant_extension(line=line, actor=college.clerk)


@pytest.mark.parametrize("end", ["report", "excuse"])
def test_wish_lapses_when_nothing_is_owed_any_more(college, line, end):
    ask(line, college.secretaries[0])
    if end == "report":
        services.report(line=line, actor=college.secretaries[0], text="好")
    else:
        services.excuse(line=line, actor=college.clerk, reason="停辦")
    assert Extension.objects.get().state == ExtensionState.LAPSED


def test_unit_above_grants_within_its_own_day(college, line, due):
    lower = below(college, line, report_by=due - timedelta(days=1))
    assert lower.report_by == due - timedelta(days=1)
    ask(lower, lower.signed_by, days=3)
    with pytest.raises(services.UnableToExtend):
        services.grant_extension(line=lower, actor=college.secretaries[0])
    services.grant_extension(line=lower, actor=college.secretaries[0], until=due)
    assert again(lower).report_by == due


def test_more_time_goes_down_to_units_with_the_same_day(college, line, due):
    same = below(college, line)
    ask(line, college.secretaries[0])
    wish = services.grant_extension(line=line, actor=college.clerk)
    assert again(same).report_by == wish.granted
    assert Entry.objects.about(same).filter(verb="extension_granted").count() == 1


def test_units_below_get_no_day_after_the_one_of_the_unit(college, line, due):
    unit = factories.unit("教研室", parent=line.unit)
    for day in (due + timedelta(days=1), now() - timedelta(hours=1)):
        with pytest.raises(services.UnableToPassOn):
            services.pass_down(line=line, actor=college.secretaries[0], units=[unit], report_by=day)


def test_database_keeps_the_old_day_and_one_wish_at_a_time(college, line, due):
    wish = ask(line, college.secretaries[0])
    changes = [{"old": due + timedelta(days=1)}, {"wanted": due}, {"state": ExtensionState.GRANTED}]
    for values in changes:
        with pytest.raises((InternalError, ProgrammingError, IntegrityError)), transaction.atomic():
            Extension.objects.filter(pk=wish.pk).update(**values)
    values = {"line": line, "old": due, "wanted": due + timedelta(days=1), "reason": "x"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.create(asked_by=college.clerk, **values)
    Extension.objects.filter(pk=wish.pk).update(state=ExtensionState.LAPSED)
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        Extension.objects.filter(pk=wish.pk).update(state=ExtensionState.ASKED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.create(asked_by=college.clerk, asked_at=due, **values)


# --- pages ---------------------------------------------------------------------------------------------------------


def page(name: str, line: RelayLine) -> str:
    return reverse(f"relays:{name}", args=[line.pk])


def typed(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def test_secretary_asks_and_the_office_grants_on_the_page(college, line, due):
    unit, office = signed_in(college.secretaries[0]), signed_in(college.clerk)
    assert "Ask for more time" in unit.get(page("line", line)).content.decode()
    assert unit.post(page("ask_extension", line), {"until": typed(due), "reason": "名單"}).status_code == 422
    answer = unit.post(page("ask_extension", line), {"until": "", "reason": "名單"})
    assert answer.status_code == 422
    assert "名單" in answer.content.decode()
    form = {"until": typed(due + timedelta(days=2)), "reason": "名單未齊"}
    for _time in range(2):
        assert unit.post(page("ask_extension", line), form).status_code == 302
    shown = unit.get(page("line", line)).content.decode()
    assert "名單未齊" in shown
    assert 'action="' + page("grant_extension", line) not in shown
    assert 'action="' + page("grant_extension", line) in office.get(page("line", line)).content.decode()
    detail = office.get(reverse("relays:detail", args=[line.relay_id]), {"show": "more_time"})
    assert [row.line for row in detail.context["rows"]] == [line]
    assert detail.context["figures"].more_time == 1
    with override("en"):
        (item,) = [item for item in for_user(college.clerk, at=now()) if item.key.endswith("more_time")]
    assert item.reason == "1 unit asks for more time"
    assert office.post(page("grant_extension", line), {"until": ""}).status_code == 422
    assert office.post(page("grant_extension", line), form | {"note": "好"}).status_code == 302
    shown = unit.get(page("line", line)).content.decode()
    assert "granted" in shown
    assert "好" in shown
    assert not [item for item in for_user(college.clerk, at=now()) if item.key.endswith("more_time")]


def test_refused_on_the_page(college, line):
    ask(line, college.secretaries[0])
    office = signed_in(college.clerk)
    assert office.post(page("refuse_extension", line), {"note": ""}).status_code == 422
    assert office.post(page("refuse_extension", line), {"note": "學校催"}).status_code == 302
    assert "學校催" in signed_in(college.secretaries[0]).get(page("line", line)).content.decode()


@pytest.mark.parametrize("verb", ["ask_extension", "grant_extension", "refuse_extension"])
def test_who_may_post_what(college, line, due, verb):
    form = {"until": typed(due + timedelta(days=2)), "reason": "x", "note": "x"}
    leader, stranger = factories.leader(), college.secretaries[1]
    assert signed_in(leader).post(page(verb, line), form).status_code == 403
    assert signed_in(stranger).post(page(verb, line), form).status_code == 404
    assert signed_in(college.clerk).get(page(verb, line)).status_code == 405
    other = college.clerk if verb == "ask_extension" else college.secretaries[0]
    assert signed_in(other).post(page(verb, line), form).status_code == 403

"""Two clicks are one act, and an old page does not decide about what it never showed."""

import re
import uuid

import pytest
from django.urls import reverse

from apps.assignments import services
from apps.assignments.enums import ExtensionState, PartState
from apps.assignments.models import Extension, Part
from apps.assignments.work_items import for_user
from apps.journal.models import Entry
from apps.people.enums import Role
from tests import factories
from tests.assignments import factories as make
from tests.assignments.factories import moment
from tests.replies.test_views import signed_in


@pytest.fixture
def row(college):
    return make.given(college.clerk, college.units[:2])


def post(who, name: str, thing, **data):
    return signed_in(who).post(reverse(f"assignments:{name}", args=[thing.pk]), data)


def shown_on(who, thing, name: str) -> dict[str, str]:
    """What the page of `thing` sends with the form that goes to `name`."""
    page = signed_in(who).get(thing.get_absolute_url()).content.decode()
    form = page.partition(f'action="{reverse(f"assignments:{name}", args=[thing.pk])}"')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


def twice(who, name: str, thing, **data) -> list[int]:
    data |= {"form_token": uuid.uuid4()}
    return [post(who, name, thing, **data).status_code for _click in range(2)]


def test_second_click_goes_where_the_first_led(college, row):
    """Each act that cannot be done again: its second click is no page of errors, and does nothing."""
    unit, clerk, head = college.units[0], college.secretaries[0], college.heads[0]
    below = factories.unit("教研室", parent=unit)
    other = factories.person("甲系教師二", Role.STAFF, at=unit)
    part = make.signed(row, unit, clerk)
    assert twice(clerk, "pass_down", part, units=[below.pk]) == [302, 302]
    assert Part.objects.filter(unit=below).count() == 1
    assert twice(college.clerk, "add_part", row, unit=college.units[2].pk) == [302, 302]
    assert twice(college.clerk, "urge", part) == [302, 302]
    assert Entry.objects.about(part).filter(verb="urged").count() == 1
    assert twice(clerk, "ask_extension", part, until="2026-12-02T17:30", reason="不及") == [302, 302]
    assert twice(college.clerk, "refuse_extension", part, note="照原定") == [302, 302]
    assert twice(clerk, "ask_extension", part, until="2026-12-02T17:30", reason="不及") == [302, 302]
    assert twice(college.clerk, "grant_extension", part, until="2026-12-02T17:30") == [302, 302]
    services.name_person(part=part, actor=clerk, person=college.teachers[0])
    assert twice(college.teachers[0], "hand_over", part, person=other.pk, note="出差") == [302, 302]
    for each in (below, college.units[1], college.units[2]):
        assert twice(college.clerk, "excuse", make.of(row, each), reason="不需要") == [302, 302]
    make.reported(row, unit, clerk)
    assert twice(head, "send_back", part, note="缺") == [302, 302]
    make.reported(row, unit, clerk)
    assert twice(head, "confirm", part) == [302, 302]
    assert twice(college.clerk, "give_back", part, note="缺") == [302, 302]
    assert part.reports.count() == 2


def test_a_form_with_mistakes_may_be_sent_again(college, row):
    make.signed(row, college.units[0], college.secretaries[0])
    part, token = make.of(row, college.units[1]), uuid.uuid4()
    assert post(college.clerk, "excuse", part, reason="", form_token=token).status_code == 422
    assert post(college.clerk, "excuse", part, reason="不需要", form_token=token).status_code == 302
    assert make.of(row, college.units[1]).state == PartState.EXCUSED
    lead = make.of(row, college.units[0])
    data = {"person": college.teachers[0].pk, "form_token": token}
    assert post(college.secretaries[0], "name", lead, **data).status_code == 302, "another person's form is its own"


@pytest.mark.parametrize("name", ["accept", "give_back", "confirm", "send_back"])
def test_old_page_of_round_one_does_not_decide_about_round_two(college, row, name):
    services.excuse(part=make.of(row, college.units[1]), actor=college.clerk, reason="不需要")
    unit, clerk, head = college.units[0], college.secretaries[0], college.heads[0]
    goes_up = name in ("accept", "give_back")
    who = college.clerk if goes_up else head
    make.reported(row, unit, clerk)
    part = make.of(row, unit)
    if goes_up:
        services.confirm(part=part, actor=head)
    old = shown_on(who, part, name)
    button = [act.fields for item in for_user(make.afresh(who), at=moment(23, 10)) for act in item.actions]
    assert (old["round"], {"round": "1"} in button) == ("1", True)
    if goes_up:
        services.give_back(part=part, actor=college.director, note="缺")
    else:
        services.send_back(part=part, actor=head, note="缺")
    make.reported(row, unit, clerk, "第二次")
    if goes_up:
        services.confirm(part=part, actor=head)
    before = make.of(row, unit).state
    answer = post(who, name, part, note="好", **old)
    assert answer.status_code == 422
    assert "The unit has reported again meanwhile" in answer.content.decode()
    assert make.of(row, unit).state == before
    assert post(who, name, part, note="好", **shown_on(who, part, name)).status_code == 302


def test_row_of_the_tree_says_which_report_it_showed(college, row):
    make.confirmed(row, college.units[1], college.secretaries[1], college.heads[1])
    part = make.of(row, college.units[1])
    page = signed_in(college.secretaries[0]).get(row.get_absolute_url()).content.decode()
    form = page.partition(reverse("assignments:accept", args=[part.pk]))[2].partition("</form>")[0]
    assert 'name="round" value="1"' in form
    assert 'name="form_token"' in form


@pytest.mark.parametrize("name", ["grant_extension", "refuse_extension"])
def test_old_wish_is_not_taken_for_the_newer_one(college, row, name):
    unit, clerk = college.units[0], college.secretaries[0]
    part = make.signed(row, unit, clerk)
    services.ask_extension(part=part, actor=clerk, until=moment(30), reason="不及", at=moment(23))
    data = {"until": "2026-11-30T09:00", "note": "准"} if name == "grant_extension" else {"note": "不准"}
    old = shown_on(college.clerk, part, name) | data
    assert old["wish"] == str(Extension.objects.get().pk)
    services.refuse_extension(part=part, actor=college.director, note="說明原因", at=moment(23))
    services.ask_extension(part=part, actor=clerk, until=moment(4, month=12), reason="等數據", at=moment(23))
    answer = post(college.clerk, name, part, **old)
    assert answer.status_code == 422
    assert "The unit has asked anew meanwhile" in answer.content.decode()
    assert Extension.objects.latest("pk").state == ExtensionState.ASKED
    assert post(college.clerk, name, part, **shown_on(college.clerk, part, name) | data).status_code == 302


def test_second_click_on_the_dashboard_changes_nothing(college, row):
    """Its buttons have no form of their own: the same words about the same round are the same act, others are not."""
    services.excuse(part=make.of(row, college.units[1]), actor=college.clerk, reason="不需要")
    unit, clerk, head = college.units[0], college.secretaries[0], college.heads[0]
    make.reported(row, unit, clerk)
    part, data = make.of(row, unit), {"note": "缺附表", "round": "1"}
    assert [post(head, "send_back", part, **data).status_code for _click in range(2)] == [302, 302]
    assert post(head, "send_back", part, note="另有缺漏", round="1").status_code == 422
    make.reported(row, unit, clerk)
    services.confirm(part=part, actor=head)
    data["round"] = "2"
    assert [post(college.clerk, "give_back", part, **data).status_code for _click in range(2)] == [302, 302]
    assert Entry.objects.about(part).filter(verb__in=["sent_back", "report_returned"]).count() == 2

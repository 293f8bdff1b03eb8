"""Within a unit: sign, name, hand over, pass down, report, confirm; who may, and with which names."""

import pytest
from django.db import IntegrityError, InternalError, transaction

from apps.assignments import services
from apps.assignments.enums import ConfirmedAs, PartState, VerdictKind
from apps.assignments.models import Part, Report, Verdict
from apps.assignments.services import (
    PartWanted,
    UnableToAct,
    UnableToName,
    UnableToPassDown,
    UnableToReport,
    UnableToSign,
)
from apps.journal.files import store_bytes
from apps.journal.models import Attachment, Entry
from apps.people.enums import Role
from apps.people.models import Post
from tests import factories
from tests.assignments import factories as make
from tests.assignments.factories import NINE, moment


def test_clerk_signs_once_names_and_the_person_is_told(college):
    row, unit = make.given(college.clerk, college.units[:1]), college.units[0]
    part = services.sign(part=make.of(row, unit), actor=college.secretaries[0], at=moment(23, 10))
    services.sign(part=part, actor=college.secretaries[0], at=moment(23, 11))
    part = make.of(row, unit)
    assert (part.state, part.signed_at, part.signed_by, part.signed_for) == (
        PartState.SIGNED,
        moment(23, 10),
        college.secretaries[0],
        None,
    )
    services.name_person(part=part, actor=college.secretaries[0], person=college.teachers[0], note="請儘速")
    part = make.of(row, unit)
    assert (part.state, part.person) == (PartState.NAMED, college.teachers[0])
    assert make.subjects_to(college.teachers[0]) == [f"For you to do: {make.TITLE}"]
    with pytest.raises(InternalError), transaction.atomic():
        Part.objects.update(signed_at=moment(24))


def test_deputy_of_the_clerk_signs_with_both_names(college):
    row, unit = make.given(college.clerk, college.units[:1]), college.units[0]
    deputy = factories.person("代理", Role.STAFF, at=college.units[1])
    make.deputy(college.secretaries[0], deputy, scope="tasks")
    part = services.sign(part=make.of(row, unit), actor=deputy)
    assert (part.signed_by, part.signed_for) == (deputy, college.secretaries[0])
    entry = Entry.objects.about(part).get(verb="signed_for")
    assert (entry.actor, entry.on_behalf_of) == (deputy, college.secretaries[0])


def test_deputy_hands_the_power_on_to_nobody(college):
    row, unit = make.given(college.clerk, college.units[:1]), college.units[0]
    first, second = (factories.person(name, Role.STAFF, at=college.units[1]) for name in ("代理一", "代理二"))
    make.deputy(college.secretaries[0], first)
    make.deputy(first, second)
    with pytest.raises(UnableToSign):
        services.sign(part=make.of(row, unit), actor=second)


@pytest.mark.parametrize("who", ["heads", "teachers", "other", "clerk", "director"])
def test_only_the_units_clerk_signs(college, who):
    row, unit = make.given(college.clerk, college.units[:1]), college.units[0]
    people = {"heads": college.heads[0], "teachers": college.teachers[0], "other": college.secretaries[1]}
    people |= {"clerk": college.clerk, "director": college.director}
    with pytest.raises(UnableToSign):
        services.sign(part=make.of(row, unit), actor=people[who])


def test_named_is_somebody_of_the_unit_after_signing(college):
    row, unit, clerk = make.given(college.clerk, college.units[:1]), college.units[0], college.secretaries[0]
    with pytest.raises(UnableToName, match="Sign for it first"):
        services.name_person(part=make.of(row, unit), actor=clerk, person=college.teachers[0])
    make.signed(row, unit, clerk)
    for person, words in (
        (college.teachers[1], "has no post"),
        (factories.person("去職", is_active=False), "no longer"),
    ):
        with pytest.raises(UnableToName, match=words):
            services.name_person(part=make.of(row, unit), actor=clerk, person=person)
    with pytest.raises(UnableToName, match="Only the unit's clerk"):
        services.name_person(part=make.of(row, unit), actor=college.heads[0], person=college.teachers[0])


def test_handed_over_with_a_reason_and_the_clerk_hears(college):
    row, unit, clerk = make.given(college.clerk, college.units[:1]), college.units[0], college.secretaries[0]
    other = factories.person("甲系教師二", Role.STAFF, at=unit)
    make.named(row, unit, clerk, college.teachers[0])
    with pytest.raises(UnableToName, match="few words"):
        services.hand_over(part=make.of(row, unit), actor=college.teachers[0], person=other, note=" ")
    with pytest.raises(UnableToName, match="Only the person"):
        services.hand_over(part=make.of(row, unit), actor=clerk, person=other, note="改")
    services.hand_over(part=make.of(row, unit), actor=college.teachers[0], person=other, note="出差")
    assert make.of(row, unit).person == other
    assert make.subjects_to(clerk)[-1] == f"Somebody else does it: {make.TITLE}"
    assert make.subjects_to(other) == [f"For you to do: {make.TITLE}"]


def test_passed_down_level_by_level_with_depth_and_name(college):
    row, unit, clerk = make.given(college.clerk, college.units[:1]), college.units[0], college.secretaries[0]
    below = factories.unit("教研室", parent=unit)
    lower = factories.person("教研室秘書", Role.UNIT_SECRETARY, at=below)
    deepest = factories.unit("小組", parent=below)
    with pytest.raises(UnableToPassDown, match="Sign for it first"):
        services.pass_down(part=make.of(row, unit), actor=clerk, parts=[PartWanted(below)])
    make.signed(row, unit, clerk)
    services.pass_down(part=make.of(row, unit), actor=clerk, parts=[PartWanted(below, due_at=moment(26))])
    services.pass_down(part=make.of(row, unit), actor=clerk, parts=[PartWanted(below)])
    make.signed(row, below, lower)
    services.pass_down(part=make.of(row, below), actor=lower, parts=[PartWanted(deepest)])
    tree = row.parts.order_by("pk").values_list("unit", "depth", "parent__unit", "added_by", "due_at")
    assert list(tree) == [
        (unit.pk, 1, None, college.clerk.pk, make.DUE),
        (below.pk, 2, unit.pk, clerk.pk, moment(26)),
        (deepest.pk, 3, below.pk, lower.pk, moment(26)),
    ]
    assert make.subjects_to(lower) == [f"Passed down to your unit: {make.TITLE}"]
    for wanted, words in (
        (PartWanted(college.units[1]), "below yours"),
        (PartWanted(unit), "below yours"),
        (PartWanted(deepest), "part of its own"),
        (PartWanted(factories.unit("另一室", parent=unit), due_at=moment(30)), "not after your own"),
    ):
        with pytest.raises(UnableToPassDown, match=words):
            services.pass_down(part=make.of(row, unit), actor=clerk, parts=[wanted])


def test_a_unit_whose_day_is_over_still_passes_it_down(college):
    row, unit, clerk = make.given(college.clerk, college.units[:1]), college.units[0], college.secretaries[0]
    below, at = factories.unit("教研室", parent=unit), moment(30)
    make.signed(row, unit, clerk)
    for wanted in (PartWanted(below), PartWanted(below, due_at=moment(28))):
        with pytest.raises(UnableToAct, match="lies ahead"):
            services.pass_down(part=make.of(row, unit), actor=clerk, parts=[wanted], at=at)
    wanted = PartWanted(below, due_at=moment(2, month=12))
    services.pass_down(part=make.of(row, unit), actor=clerk, parts=[wanted], at=at)
    assert make.of(row, below).due_at == moment(2, month=12)


def test_report_holds_what_is_asked(college):
    row = make.given(
        college.clerk, [], parts=[PartWanted(college.units[0], "lead", "名單與人數", wants=("file", "count"))]
    )
    part, clerk = make.signed(row, college.units[0], college.secretaries[0]), college.secretaries[0]
    blob = store_bytes(b"names", content_type="text/plain")
    file = Attachment.objects.create(blob=blob, name="名單.txt", uploaded_by=clerk)
    for given, words in (
        ({"text": " ", "count": 1, "attachments": [file]}, "Write what"),
        ({"text": "好", "attachments": [file]}, "count is asked"),
        ({"text": "好", "count": 3}, "file is asked"),
    ):
        with pytest.raises(UnableToReport, match=words):
            services.report(part=part, actor=clerk, **given)
    said = services.report(part=part, actor=clerk, text="共三人", count=3, attachments=[file])
    assert (said.round, said.count, list(Attachment.objects.of(said))) == (1, 3, [file])
    with pytest.raises(UnableToReport, match="waits already"):
        services.report(part=part, actor=clerk, text="再報", count=3, attachments=[file])


def test_head_confirms_or_sends_back_and_it_goes_up(college):
    row, unit = make.given(college.clerk, college.units[:1]), college.units[0]
    make.named(row, unit, college.secretaries[0], college.teachers[0])
    services.report(part=make.of(row, unit), actor=college.teachers[0], text="初稿", at=moment(24))
    assert make.subjects_to(college.heads[0]) == [f"A report of your unit to confirm: {make.TITLE}"]
    with pytest.raises(UnableToReport, match="unit's head"):
        services.confirm(part=make.of(row, unit), actor=college.secretaries[0])
    with pytest.raises(UnableToReport, match="what is missing"):
        services.send_back(part=make.of(row, unit), actor=college.heads[0], note="")
    services.send_back(part=make.of(row, unit), actor=college.heads[0], note="缺統計", at=moment(24, 10))
    assert make.of(row, unit).state == PartState.RETURNED
    assert make.subjects_to(college.teachers[0])[-1] == f"The head sent the report back: {make.TITLE}"
    services.report(part=make.of(row, unit), actor=college.teachers[0], text="定稿", at=moment(25))
    services.confirm(part=make.of(row, unit), actor=college.heads[0], at=moment(25, 10))
    services.confirm(part=make.of(row, unit), actor=college.heads[0], at=moment(25, 11))
    part = make.of(row, unit)
    assert (part.state, part.rounds, part.delivered_at, part.late_days) == (
        PartState.CONFIRMED,
        2,
        moment(25, 10),
        0,
    )
    assert [(each.report.round, each.kind, each.confirmed_as, each.by) for each in Verdict.objects.order_by("pk")] == [
        (1, VerdictKind.SENT_BACK, "", college.heads[0]),
        (2, VerdictKind.CONFIRMED, ConfirmedAs.HEAD, college.heads[0]),
    ]
    assert make.subjects_to(college.clerk) == [f"A report to accept: {unit}, {make.TITLE}"]


def test_deputy_for_approvals_confirms_for_the_head_and_does_nothing_else(college):
    row, unit = make.given(college.clerk, college.units[:1]), college.units[0]
    deputy = factories.person("代理", Role.STAFF, at=college.units[1])
    make.deputy(college.heads[0], deputy, scope="approvals")
    make.deputy(college.secretaries[0], deputy, scope="approvals")
    with pytest.raises(UnableToSign):
        services.sign(part=make.of(row, unit), actor=deputy)
    make.reported(row, unit, college.secretaries[0])
    services.confirm(part=make.of(row, unit), actor=deputy)
    verdict = Verdict.objects.get()
    assert (verdict.by, verdict.on_behalf_of, verdict.confirmed_as) == (deputy, college.heads[0], ConfirmedAs.HEAD)


def test_unit_without_a_head_is_confirmed_by_its_clerk_and_it_says_so(college):
    Post.objects.filter(role=Role.UNIT_HEAD, unit=college.units[0]).delete()
    row = make.given(college.clerk, college.units[:1])
    make.confirmed(row, college.units[0], college.secretaries[0], college.secretaries[0])
    assert Verdict.objects.get().confirmed_as == ConfirmedAs.CLERK


def test_reports_and_verdicts_are_append_only(college):
    row = make.given(college.clerk, college.units[:1])
    make.confirmed(row, college.units[0], college.secretaries[0], college.heads[0])
    for act in (
        lambda: Report.objects.update(text="改"),
        lambda: Report.objects.all().delete(),
        lambda: Verdict.objects.update(note="改"),
        lambda: Verdict.objects.all().delete(),
    ):
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            act()


def test_no_report_before_signing_nor_by_strangers(college):
    row, unit = make.given(college.clerk, college.units[:1]), college.units[0]
    with pytest.raises(UnableToReport, match="Sign for it first"):
        services.report(part=make.of(row, unit), actor=college.secretaries[0], text="好")
    make.named(row, unit, college.secretaries[0], college.teachers[0])
    for actor in (college.secretaries[1], college.heads[0], college.clerk, college.director):
        with pytest.raises(UnableToReport, match="may not report"):
            services.report(part=make.of(row, unit), actor=actor, text="好", at=NINE)

"""Sign, pass on, report back, accept, return, excuse: who may, what is kept, what is refused."""

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction

from apps.delivery.enums import EvidenceKind
from apps.delivery.models import Evidence
from apps.journal.files import store_bytes
from apps.journal.models import Attachment, Entry
from apps.notices import services as notice_services
from apps.notices.enums import CallOutcome
from apps.notices.models import Notice
from apps.people.enums import Role
from apps.relays import services
from apps.relays.enums import Asked, LineState, SignedHow
from apps.relays.models import Relay, RelayLine
from tests import factories
from tests.notices import factories as board
from tests.relays import factories as make


@pytest.fixture
def relay(college):
    return make.relayed(college.clerk, college.units, asks="How many took part?")


def test_notice_goes_to_the_secretaries_alone(college, relay):
    people = set(relay.notice.obligations.values_list("person__name", flat=True))
    assert people == {secretary.name for secretary in college.secretaries}
    assert set(relay.lines.values_list("state", "depth")) == {(LineState.WAITING, 1)}


def test_draft_can_be_set_again_and_taken_back(college):
    notice = board.draft(college.clerk)
    services.relay(notice=notice, actor=college.clerk, units=college.units)
    row = services.relay(notice=notice, actor=college.clerk, units=college.units[:1], asked=Asked.SIGN)
    assert [line.unit for line in row.lines.all()] == college.units[:1]
    assert row.version == 2
    services.stop_relaying(notice=notice, actor=college.clerk)
    assert not Relay.objects.exists()
    notice.refresh_from_db()
    assert notice.rule.is_empty


def test_draft_thrown_away_takes_the_relay_along(college):
    notice = board.draft(college.clerk)
    services.relay(notice=notice, actor=college.clerk, units=college.units)
    notice_services.discard_draft(notice=notice, actor=college.clerk)
    assert not RelayLine.objects.exists()


def test_secretary_relays_to_own_units_only(college):
    own, foreign = college.units[:2]
    below = factories.unit("教研室", parent=own)
    notice = board.draft(college.secretaries[0])
    services.relay(notice=notice, actor=college.secretaries[0], units=[below])
    with pytest.raises(services.UnableToRelay):
        services.relay(notice=notice, actor=college.secretaries[0], units=[foreign])


def test_signing_is_evidence_with_a_receipt_and_done_once(college, relay):
    secretary, line = college.secretaries[0], make.of(relay, college.units[0])
    first = services.sign(line=line, actor=secretary)
    again = services.sign(line=line, actor=secretary)
    assert (first.signed_at, first.receipt_number) == (again.signed_at, again.receipt_number)
    assert first.receipt_number
    fact = Evidence.objects.get(kind=EvidenceKind.SIGNED_FOR)
    assert (fact.person, fact.recorded_by, fact.detail["unit"]) == (secretary, secretary, line.unit_id)
    assert board.of(relay.notice, secretary).acknowledged_at is not None
    assert Entry.objects.about(line).filter(verb="signed_for").count() == 1


def test_deputy_signs_with_both_names(college, relay):
    deputy = factories.person("代理", Role.STAFF, at=college.units[0])
    make.deputy(college.secretaries[0], deputy)
    row = services.sign(line=make.of(relay, college.units[0]), actor=deputy)
    assert (row.signed_by, row.signed_for) == (deputy, college.secretaries[0])
    entry = Entry.objects.about(row).get(verb="signed_for")
    assert (entry.actor, entry.on_behalf_of) == (deputy, college.secretaries[0])
    assert board.of(relay.notice, college.secretaries[0]).acknowledged_at is not None


def test_secretary_of_another_unit_may_not_sign(college, relay):
    with pytest.raises(services.UnableToSign):
        services.sign(line=make.of(relay, college.units[0]), actor=college.secretaries[1])


def test_secretary_of_two_units_signs_for_each(college):
    factories.post(college.secretaries[0], Role.UNIT_SECRETARY, college.units[1])
    relay = make.relayed(college.clerk, college.units[:2])
    services.sign(line=make.of(relay, college.units[0]), actor=college.secretaries[0])
    assert make.of(relay, college.units[1]).is_waiting
    services.sign(line=make.of(relay, college.units[1]), actor=college.secretaries[0])
    units = {fact.detail["unit"] for fact in Evidence.objects.filter(kind=EvidenceKind.SIGNED_FOR)}
    assert units == {unit.pk for unit in college.units[:2]}


def test_passed_on_has_the_same_words_and_files(college, relay):
    blob = store_bytes(b"paper", content_type="text/plain")
    Attachment.objects.create(blob=blob, name="paper.txt", subject=relay.notice, uploaded_by=college.clerk)
    unit, secretary = college.units[0], college.secretaries[0]
    services.sign(line=make.of(relay, unit), actor=secretary)
    row = services.pass_on(line=make.of(relay, unit), actor=secretary, note="請<b>今天</b>看")
    make.settle()
    child = Notice.objects.get(pk=row.passed_on_id)
    assert child.title == relay.notice.title
    assert relay.notice.body["en"] in child.body["en"]
    assert f"Passed on from {relay.notice.number}" in child.body["en"]
    assert "<b>" not in child.body["zh-hant"]
    assert [file.blob for file in Attachment.objects.of(child)] == [blob]
    names = sorted(child.obligations.values_list("person__name", flat=True))
    assert names == [f"{unit}教師1", f"{unit}教師2"]
    assert services.pass_on(line=row, actor=secretary).passed_on_id == child.pk
    assert Notice.objects.count() == 2


def test_deputy_passes_on_in_the_name_of_the_secretary(college, relay):
    deputy = factories.person("代理", Role.STAFF, at=college.units[0])
    make.deputy(college.secretaries[0], deputy)
    row = make.passed_on(relay, college.units[0], deputy)
    assert row.passed_on.sender == college.secretaries[0]
    entry = Entry.objects.about(row.passed_on).get(verb="published")
    assert (entry.actor, entry.on_behalf_of) == (deputy, college.secretaries[0])


def test_passing_on_needs_a_signature_and_people(college, relay):
    line = make.of(relay, college.units[0])
    with pytest.raises(services.UnableToPassOn):
        services.pass_on(line=line, actor=college.secretaries[0])
    services.sign(line=line, actor=college.secretaries[0])
    with pytest.raises(services.UnableToPassOn):
        services.pass_on(line=line, actor=college.secretaries[0], roles=[Role.STUDENT])
    assert make.of(relay, college.units[0]).state == LineState.SIGNED
    assert Notice.objects.count() == 1


def test_passing_on_to_many_needs_no_second_approval(college, relay, settings):
    settings.NOTICE_APPROVAL_FROM = 1
    row = make.passed_on(relay, college.units[0], college.secretaries[0])
    assert row.passed_on.is_out


def test_report_freezes_the_figures(college, relay):
    unit, secretary = college.units[0], college.secretaries[0]
    row = make.passed_on(relay, unit, secretary)
    person = row.passed_on.obligations.select_related("person", "notice__message").order_by("pk").first()
    notice_services.acknowledge(obligation=person, actor=person.person, session_key="s")
    row = services.report(line=row, actor=secretary, text="兩人")
    assert row.figures == {"done": 1, "count": 2, "units": 0}
    other = row.passed_on.obligations.select_related("person", "notice__message").order_by("pk").last()
    notice_services.acknowledge(obligation=other, actor=other.person, session_key="s")
    assert make.of(relay, unit).figures["done"] == 1


def test_returned_report_counts_a_round_and_comes_again(college, relay):
    unit, secretary = college.units[0], college.secretaries[0]
    row = make.reported(relay, unit, secretary)
    row = services.give_back(line=row, actor=college.clerk, reason="附名單")
    assert (row.state, row.rounds, row.return_reason) == (LineState.RETURNED, 1, "附名單")
    row = services.report(line=row, actor=secretary, text="補名單")
    row = services.accept(line=row, actor=college.clerk)
    assert (row.state, row.rounds) == (LineState.ACCEPTED, 2)
    assert services.accept(line=row, actor=college.clerk).decided_at == row.decided_at
    with pytest.raises(services.UnableToDecide):
        services.give_back(line=row, actor=college.clerk, reason="too late")


def test_unit_does_not_accept_its_own_report(college, relay):
    row = make.reported(relay, college.units[0], college.secretaries[0])
    for who in college.secretaries[:2]:
        with pytest.raises(services.UnableToDecide):
            services.accept(line=row, actor=who)


def test_report_goes_up_level_by_level(college, relay):
    unit, secretary = college.units[0], college.secretaries[0]
    below = factories.unit("軟件教研室", parent=unit)
    lower = factories.person("教研室秘書", Role.UNIT_SECRETARY, at=below)
    services.sign(line=make.of(relay, unit), actor=secretary)
    row = services.pass_down(line=make.of(relay, unit), actor=secretary, units=[below])
    make.settle()
    child = make.of(relay, below)
    assert (child.depth, child.parent_id, child.added_by) == (2, row.pk, secretary)
    assert child.sign_due_at is not None
    with pytest.raises(services.UnableToReport):
        services.report(line=row, actor=secretary, text="都好了")
    services.sign(line=child, actor=lower)
    services.report(line=child, actor=lower, text="好了")
    with pytest.raises(services.UnableToReport):
        services.report(line=row, actor=secretary, text="都好了")
    services.accept(line=child, actor=secretary)
    assert services.report(line=row, actor=secretary, text="都好了").figures["units"] == 1


def test_parent_reports_when_the_child_is_excused(college, relay):
    unit, secretary = college.units[0], college.secretaries[0]
    below = factories.unit("軟件教研室", parent=unit)
    factories.person("教研室秘書", Role.UNIT_SECRETARY, at=below)
    services.sign(line=make.of(relay, unit), actor=secretary)
    services.pass_down(line=make.of(relay, unit), actor=secretary, units=[below])
    with pytest.raises(services.UnableToDecide):
        services.excuse(line=make.of(relay, below), actor=secretary, reason=" ")
    services.excuse(line=make.of(relay, below), actor=secretary, reason="已併入")
    assert services.report(line=make.of(relay, unit), actor=secretary, text="好").state == LineState.REPORTED


def test_excused_unit_takes_open_units_below_along(college, relay):
    unit, secretary = college.units[0], college.secretaries[0]
    below = factories.unit("軟件教研室", parent=unit)
    factories.person("教研室秘書", Role.UNIT_SECRETARY, at=below)
    services.sign(line=make.of(relay, unit), actor=secretary)
    services.pass_down(line=make.of(relay, unit), actor=secretary, units=[below])
    services.excuse(line=make.of(relay, unit), actor=college.clerk, reason="停辦")
    states = set(RelayLine.objects.filter(unit__in=[unit, below]).values_list("state", "excuse"))
    assert states == {(LineState.EXCUSED, "停辦")}


def test_signed_by_phone_keeps_both_names(college, relay):
    line, secretary = make.of(relay, college.units[0]), college.secretaries[0]
    services.call(line=line, actor=college.clerk, outcome=CallOutcome.NO_ANSWER, person=secretary)
    assert Evidence.objects.filter(kind=EvidenceKind.CALLED, person=secretary).count() == 1
    row = services.sign_by_phone(line=line, actor=college.clerk, person=secretary, note="收到")
    assert (row.signed_by, row.signed_for, row.signed_how) == (college.clerk, secretary, SignedHow.PHONE)
    fact = Evidence.objects.get(kind=EvidenceKind.SIGNED_FOR)
    assert (fact.person, fact.recorded_by, fact.detail["how"]) == (secretary, college.clerk, "phone")
    with pytest.raises(services.UnableToSign):
        services.call(line=line, actor=college.clerk, outcome=CallOutcome.NO_ANSWER)


def test_phone_signature_only_of_people_of_the_unit(college, relay):
    with pytest.raises(services.UnableToSign):
        services.sign_by_phone(
            line=make.of(relay, college.units[0]), actor=college.clerk, person=college.secretaries[1]
        )


def test_notice_taken_back_asks_nothing_any_more(college, relay):
    notice_services.recall(notice=relay.notice, actor=college.clerk, reason="有誤")
    with pytest.raises(services.UnableToSign):
        services.sign(line=make.of(relay, college.units[0]), actor=college.secretaries[0])
    assert not RelayLine.objects.out().exists()


def test_database_refuses_moves_that_are_not_in_the_table(college, relay):
    line = make.of(relay, college.units[0])
    with pytest.raises((InternalError, ProgrammingError, IntegrityError)), transaction.atomic():
        RelayLine.objects.filter(pk=line.pk).update(state=LineState.ACCEPTED)
    services.sign(line=line, actor=college.secretaries[0])
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        RelayLine.objects.filter(pk=line.pk).update(signed_by=college.clerk)

"""From the draft of a notice to confirmed answers: what each verb does, refuses, and leaves alone when said twice."""

from datetime import timedelta

import pytest
from django.db import InternalError, transaction

from apps.core.clock import now
from apps.journal.models import Entry
from apps.notices.models import Notice
from apps.notices.services import discard_draft, excuse
from apps.people.enums import Role
from apps.replies import services
from apps.replies.enums import EventKind, ReplyState
from apps.replies.models import Collection, Reply, ReplyEvent
from tests import factories
from tests.notices import factories as board
from tests.people.factories import deputy
from tests.replies import factories as make


def answers_of(reply):
    reply.answer_set.refresh_from_db()
    return reply.answer_set.answers


def test_draft_of_a_notice_asks_for_a_form_and_no_longer(college):
    notice = board.draft(college.clerk)
    made = services.collect(notice=notice, actor=college.clerk, form_version=make.version(), confirmed_by_units=True)
    notice.refresh_from_db()
    assert (notice.needs_answer, notice.version, made.state) == (True, 2, "open")
    again = services.collect(
        notice=notice, actor=college.clerk, form_version=made.form_version, confirmed_by_units=False
    )
    assert (again.pk, again.confirmed_by_units, again.version) == (made.pk, False, 2)
    services.stop_collecting(notice=notice, actor=college.clerk)
    services.stop_collecting(notice=notice, actor=college.clerk)
    notice.refresh_from_db()
    assert (notice.needs_answer, Collection.objects.count()) == (False, 0)
    assert list(Entry.objects.about(notice).values_list("verb", flat=True).order_by("pk")) == [
        "collecting",
        "collecting",
        "not_collecting",
    ]


def test_thrown_away_draft_takes_its_collection_along(college):
    notice = board.draft(college.clerk)
    services.collect(notice=notice, actor=college.clerk, form_version=make.version(), confirmed_by_units=True)
    discard_draft(notice=Notice.objects.get(), actor=college.clerk)
    assert Collection.objects.count() == 0


def test_collecting_is_refused(college):
    notice = board.draft(college.clerk)
    other = make.collecting(college.clerk, college.people)
    plain = make.version()
    type(plain.form).objects.filter(pk=plain.form_id).update(collects=False)
    plain.refresh_from_db()
    usual = {"notice": notice, "actor": college.clerk, "form_version": make.version(), "confirmed_by_units": True}
    wrong = [
        {"form_version": plain},
        {"round_of": other},
        {"closes_at": now() - timedelta(minutes=1)},
        {"notice": other.notice},
    ]
    for change in wrong:
        with pytest.raises(services.UnableToCollect):
            services.collect(**usual | change)


def test_everybody_gets_one_row_with_the_own_unit(college):
    collection = make.collecting(college.clerk, college.people)
    assert services.make_missing_rows(now()) == 0
    rows = list(Reply.objects.values_list("collection", "unit", "state"))
    assert rows == [(collection.pk, college.unit.pk, "not_begun")] * 3


def test_who_joins_late_gets_a_row_by_the_sweep_and_in_the_act(college):
    collection = make.collecting(college.clerk, college.people)
    late = make.teachers(college.unit, 2)
    for person in late:
        collection.notice.obligations.create(person=person, reason="", created_at=now())
    assert services.make_row(collection, late[0].pk, now()).unit == college.unit
    assert services.make_missing_rows(now()) == 1
    assert services.make_row(collection, college.clerk.pk, now()) is None


def test_draft_is_kept_and_handed_in(college):
    collection = make.collecting(college.clerk, college.people)
    person = college.people[0]
    reply = make.of(collection, person)
    saved = services.save_draft(reply=reply, form=make.form(reply, "note=half"), actor=person, version=1)
    assert (saved.state, saved.version, saved.answer_set.answers) == ("draft", 2, {"note": "half"})
    assert board.of(collection.notice, person).is_open
    event = services.hand_in(
        reply=saved, form=make.form(make.of(collection, person), "hours=３２０．５&note=x"), actor=person, version=2
    )
    reply = make.of(collection, person)
    owed = board.of(collection.notice, person)
    assert (reply.state, reply.version, answers_of(reply)) == ("handed_in", 3, {"hours": 320.5, "note": "x"})
    assert (owed.state, owed.is_open) == ("answered", False)
    assert event.receipt_number == owed.receipt_number != ""
    assert (event.number, event.answers) == (1, {"hours": 320.5, "note": "x"})


def test_incomplete_or_wrong_form_is_not_handed_in(college):
    collection = make.collecting(college.clerk, college.people)
    person = college.people[0]
    for text in ("note=x", "hours=501", "hours=abc"):
        reply = make.of(collection, person)
        with pytest.raises(services.UnableToHandIn):
            services.hand_in(reply=reply, form=make.form(reply, text), actor=person, version=1)
    assert make.of(collection, person).state == ReplyState.NOT_BEGUN
    assert ReplyEvent.objects.count() == 0


def test_only_the_person_hands_in_and_only_in_turn(college):
    collection = make.collecting(college.clerk, college.people)
    first, second, _third = college.people
    reply = make.of(collection, first)
    for actor in (second, college.secretary, college.clerk):
        with pytest.raises(services.UnableToHandIn):
            services.hand_in(reply=reply, form=make.form(reply, "hours=1"), actor=actor)
    make.handed_in(collection, first)
    for verb in (services.hand_in, services.save_draft):
        with pytest.raises(services.UnableToHandIn):
            verb(reply=reply, form=make.form(reply, "hours=2"), actor=first)
    assert answers_of(make.of(collection, first)) == {"hours": 100}


def test_changed_meanwhile_is_told_and_nothing_is_overwritten(college):
    collection = make.collecting(college.clerk, college.people)
    person = college.people[0]
    reply = make.of(collection, person)
    services.save_draft(reply=reply, form=make.form(reply, "hours=1"), actor=person, version=1)
    for verb in (services.hand_in, services.save_draft):
        with pytest.raises(services.ReplyChanged) as told:
            verb(reply=reply, form=make.form(reply, "hours=2"), actor=person, version=1)
        assert told.value.current.version == 2
    assert answers_of(make.of(collection, person)) == {"hours": 1}


def test_after_the_end_only_what_was_returned_is_taken(college):
    at = now()
    collection = make.collecting(college.clerk, college.people, closes_at=at + timedelta(hours=1))
    first, second, _third = college.people
    reply = make.handed_in(collection, first)
    services.give_back(reply=reply, actor=college.secretary, remarks={"hours": "太多"})
    late = at + timedelta(hours=2)
    reply = make.of(collection, second)
    with pytest.raises(services.UnableToHandIn):
        services.hand_in(reply=reply, form=make.form(reply, "hours=1"), actor=second, at=late)
    reply = make.of(collection, first)
    assert services.hand_in(reply=reply, form=make.form(reply, "hours=2"), actor=first, at=late).number == 2


def test_return_by_field_opens_only_that_field(college):
    collection = make.collecting(college.clerk, college.people)
    person = college.people[0]
    reply = make.handed_in(collection, person, "hours=100&note=keep")
    services.give_back(reply=reply, actor=college.secretary, remarks={"hours": " 請核對 ", "note": " "}, version=2)
    reply = make.of(collection, person)
    owed = board.of(collection.notice, person)
    assert (reply.state, reply.returned, reply.changeable_keys) == ("returned", {"hours": "請核對"}, ["hours"])
    assert (owed.state, owed.is_open) == ("returned", True)
    services.hand_in(reply=reply, form=make.form(reply, "hours=90&note=changed"), actor=person, version=3)
    reply = make.of(collection, person)
    assert answers_of(reply) == {"hours": 90, "note": "keep"}
    assert (reply.returned, board.of(collection.notice, person).is_open) == ({}, False)
    assert list(reply.events.order_by("pk").values_list("kind", "number", "remarks")) == [
        ("handed_in", 1, {}),
        ("returned", 1, {"hours": "請核對"}),
        ("handed_in", 2, {}),
    ]


def test_return_of_the_whole_opens_everything(college):
    collection = make.collecting(college.clerk, college.people)
    person = college.people[0]
    reply = make.handed_in(collection, person)
    services.give_back(reply=reply, actor=college.clerk, remarks={}, note="請全部重填")
    reply = make.of(collection, person)
    assert (reply.changeable_keys, reply.return_note) == (None, "請全部重填")


@pytest.mark.parametrize(("remarks", "note"), [({}, " "), ({"hours": " "}, ""), ({"gone": "x"}, "")])
def test_return_says_what_is_wrong(college, remarks, note):
    collection = make.collecting(college.clerk, college.people)
    reply = make.handed_in(collection, college.people[0])
    with pytest.raises(services.UnableToCheck):
        services.give_back(reply=reply, actor=college.secretary, remarks=remarks, note=note)
    assert make.of(collection, college.people[0]).state == ReplyState.HANDED_IN


def test_who_may_confirm(college):
    collection = make.collecting(college.clerk, [*college.people, college.secretary])
    elsewhere = make.secretary(make.department("乙系"))
    stand_in = factories.person("代理人", Role.STAFF, at=college.unit)
    deputy(college.secretary, stand_in, starts_at=now() - timedelta(days=1), ends_at=now() + timedelta(days=1))
    reply = make.handed_in(collection, college.people[0])
    for actor in (college.people[0], college.people[1], elsewhere, college.clerk):
        with pytest.raises(services.UnableToCheck):
            services.confirm(reply=reply, actor=actor)
    assert services.confirm(reply=reply, actor=stand_in).confirmed_by == stand_in
    event = reply.events.get(kind=EventKind.CONFIRMED)
    assert (event.actor, event.on_behalf_of) == (stand_in, college.secretary)
    own = make.handed_in(collection, college.secretary)
    for actor in (college.secretary, stand_in):  # nobody confirms the own answers, nor those of whom one stands in for
        with pytest.raises(services.UnableToCheck):
            services.confirm(reply=own, actor=actor)
    assert services.confirm(reply=own, actor=factories.director()).state == ReplyState.CONFIRMED


def test_confirming_twice_changes_nothing(college):
    collection = make.collecting(college.clerk, college.people)
    reply = make.handed_in(collection, college.people[0])
    for _time in range(2):
        services.confirm(reply=reply, actor=college.secretary, version=2)
    assert make.of(collection, college.people[0]).version == 3
    assert reply.events.filter(kind=EventKind.CONFIRMED).count() == 1


def test_what_was_not_seen_is_not_confirmed(college):
    collection = make.collecting(college.clerk, college.people)
    reply = make.handed_in(collection, college.people[0])
    with pytest.raises(services.ReplyChanged):
        services.confirm(reply=reply, actor=college.secretary, version=1)


def test_confirmed_answers_can_be_returned_and_are_confirmed_anew(college):
    collection = make.collecting(college.clerk, college.people)
    person = college.people[0]
    reply = make.handed_in(collection, person)
    services.confirm(reply=reply, actor=college.secretary)
    services.give_back(reply=reply, actor=college.clerk, remarks={"hours": "與課表不符"})
    reply = make.of(collection, person)
    assert (reply.state, reply.confirmed_by) == ("returned", None)
    assert make.handed_in(collection, person).state == ReplyState.HANDED_IN


def test_many_are_told_row_by_row(college):
    collection = make.collecting(college.clerk, college.people)
    first, second, third = (make.handed_in(collection, person) for person in college.people)
    services.give_back(reply=third, actor=college.secretary, remarks={"hours": "x"})
    stranger = make.teachers(make.department("乙系"), 1)
    other = make.handed_in(make.collecting(college.clerk, stranger), stranger[0])
    outcomes = services.confirm_many(
        wanted={first.pk: 2, second.pk: 1, third.pk: 3, other.pk: 2}, actor=college.secretary
    )
    assert {each.reply.pk: (each.is_done, each.words) for each in outcomes} == {
        first.pk: (True, "confirmed"),
        second.pk: (False, "was changed meanwhile: look at it again"),
        third.pk: (False, "Only answers that are handed in can be confirmed."),
    }


def test_unit_has_to_fill_in_its_part(college):
    from apps.questionnaires.forms import build_unit_form

    collection = make.collecting(college.clerk, college.people, fields=[*make.FIELDS, make.BONUS])
    reply = make.handed_in(collection, college.people[0])
    with pytest.raises(services.UnableToCheck, match="the unit has to fill in bonus"):
        services.confirm(reply=reply, actor=college.secretary)

    def units_part(text):
        from django.http import QueryDict

        return build_unit_form(
            reply.collection.form_version,
            data=QueryDict(text),
            person=college.secretary,
            initial=reply.answer_set.answers,
        )

    with pytest.raises(services.UnableToCheck):
        services.confirm(reply=reply, actor=college.secretary, form=units_part("bonus=abc"))
    services.confirm(reply=reply, actor=college.secretary, form=units_part("bonus=12.5&hours=1"))
    assert answers_of(make.of(collection, college.people[0])) == {"hours": 100, "bonus": 12.5}


def test_collection_without_confirmation_has_nothing_to_confirm(college):
    collection = make.collecting(college.clerk, college.people, confirmed_by_units=False)
    reply = make.handed_in(collection, college.people[0])
    with pytest.raises(services.UnableToCheck):
        services.confirm(reply=reply, actor=college.secretary)
    assert not Reply.objects.visible_to(college.secretary).exists()


def test_excused_people_owe_nothing(college):
    collection = make.collecting(college.clerk, college.people)
    excuse(obligation=board.of(collection.notice, college.people[0]), actor=college.clerk, reason="休假")
    rows = Reply.objects.filter(collection=collection)
    assert (rows.owed().count(), rows.excused().count()) == (2, 1)


def test_ledger_stays(college):
    make.handed_in(make.collecting(college.clerk, college.people), college.people[0])
    for act in (ReplyEvent.objects.all().delete, lambda: ReplyEvent.objects.update(note="x")):
        with pytest.raises(InternalError), transaction.atomic():
            act()


def test_who_sees_what(college):
    collection = make.collecting(college.clerk, college.people)
    elsewhere = make.secretary(make.department("乙系"))
    student = factories.student()
    seen = {
        name: (Reply.objects.visible_to(who).count(), Collection.objects.visible_to(who).count())
        for name, who in {
            "clerk": college.clerk,
            "secretary": college.secretary,
            "other secretary": elsewhere,
            "teacher": college.people[0],
            "student": student,
            "director": factories.director(),
        }.items()
    }
    assert collection.pk
    assert seen == {
        "clerk": (3, 1),
        "secretary": (3, 1),
        "other secretary": (0, 0),
        "teacher": (1, 0),
        "student": (0, 0),
        "director": (3, 1),
    }

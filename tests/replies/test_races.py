"""Two at once: one wins, the other is told, nothing is counted twice, nobody waits for ever."""

import pytest

from apps.core.clock import now
from apps.replies import services
from apps.replies.enums import CollectionState, ReplyState
from apps.replies.models import Collection, Reply, ReplyEvent, SignOff
from tests import factories
from tests.notices import factories as board
from tests.replies import factories as make
from tests.replies.conftest import College
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def college(transactional_db) -> College:
    clerk, unit = board.ground(), make.department()
    return College(clerk, unit, make.secretary(unit), make.teachers(unit, 4))


def kinds(results):
    return sorted(type(result).__name__ for result in results)


def test_same_answers_handed_in_from_two_windows(college):
    collection = make.collecting(college.clerk, college.people)
    person = college.people[0]
    replies = [make.of(collection, person) for _window in range(2)]
    forms = [make.form(reply, f"hours={place}") for place, reply in enumerate(replies, start=1)]
    results = at_once(
        *(
            lambda reply=reply, form=form: services.hand_in(reply=reply, form=form, actor=person, version=1)
            for reply, form in zip(replies, forms, strict=True)
        )
    )
    assert kinds(results) == ["ReplyChanged", "ReplyEvent"]
    assert ReplyEvent.objects.count() == 1
    winner = next(result for result in results if isinstance(result, ReplyEvent))
    assert make.of(collection, person).answer_set.answers == winner.answers


def test_many_hand_in_at_the_same_moment(college):
    collection = make.collecting(college.clerk, college.people)
    works = []
    for person in college.people:
        reply = make.of(collection, person)
        form = make.form(reply, "hours=0.1")
        works.append(
            lambda reply=reply, form=form, person=person: services.hand_in(
                reply=reply, form=form, actor=person, version=1
            )
        )
    assert kinds(at_once(*works)) == ["ReplyEvent"] * 4
    assert collection.notice.obligations.filter(is_open=True).count() == 0


def test_confirmed_and_returned_at_once(college):
    collection = make.collecting(college.clerk, college.people)
    reply = make.handed_in(collection, college.people[0])
    results = at_once(
        lambda: services.confirm(reply=reply, actor=college.secretary, version=2),
        lambda: services.give_back(reply=reply, actor=college.clerk, remarks={"hours": "x"}, version=2),
    )
    assert kinds(results) == ["Reply", "ReplyChanged"]
    state = make.of(collection, college.people[0]).state
    assert reply.events.exclude(kind="handed_in").get().kind == state


def test_two_secretaries_confirm_one(college):
    other = make.secretary(college.unit, "另一位系秘書")
    collection = make.collecting(college.clerk, college.people)
    reply = make.handed_in(collection, college.people[0])
    results = at_once(
        lambda: services.confirm(reply=reply, actor=college.secretary, version=2),
        lambda: services.confirm(reply=reply, actor=other, version=2),
    )
    assert kinds(results) == ["Reply", "ReplyChanged"]
    assert reply.events.filter(kind="confirmed").count() == 1


def test_closing_while_somebody_hands_in(college):
    """Either the answers are in the signed figures, or they were refused; never between."""
    for place in range(3):
        collection = make.collecting(college.clerk, college.people, confirmed_by_units=False)
        make.handed_in(collection, college.people[0], "hours=1")
        person = college.people[1]
        reply = make.of(collection, person)
        form = make.form(reply, "hours=2")
        handed, closed = at_once(
            lambda reply=reply, form=form, who=person: services.hand_in(reply=reply, form=form, actor=who),
            lambda collection=collection: services.close(collection=collection, actor=college.clerk),
        )
        assert isinstance(closed, SignOff), place
        total = closed.figures["whole"]["sums"]
        if isinstance(handed, ReplyEvent):
            assert total == ["3"]
        else:
            assert (type(handed), total) == (services.UnableToHandIn, ["1"])
            assert make.of(collection, person).state == ReplyState.NOT_BEGUN


def test_two_sign_second_at_once(college):
    collection = make.collecting(college.clerk, college.people, confirmed_by_units=False)
    make.handed_in(collection, college.people[0])
    services.close(collection=collection, actor=college.clerk)
    first, second = factories.director(), factories.leader()
    results = at_once(
        lambda: services.sign_off(collection=collection, actor=first),
        lambda: services.sign_off(collection=collection, actor=second),
    )
    assert kinds(results) == ["SignOff", "UnableToSign"]
    assert Collection.objects.get().state == CollectionState.SIGNED
    assert ReplyEvent.objects.filter(kind="accepted").count() == 1


def test_rows_made_by_two_sweeps_at_once(college):
    collection = make.collecting(college.clerk, college.people)
    Reply.objects.all().delete()
    at = now()
    at_once(*(lambda: services.make_rows(collection, at) for _sweep in range(3)))
    assert Reply.objects.count() == 4

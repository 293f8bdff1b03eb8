"""Who is asked has left, or a post is empty: it is seen, and somebody else is put in the place."""

import pytest
from django.test import Client

from apps.core.work_item import Section
from apps.dispatch import route, services
from apps.dispatch.models import Draft
from apps.dispatch.work_items import for_user
from apps.documents.enums import OpinionKind, State
from apps.people.models import Person, Post
from tests import factories
from tests.dispatch import factories as desk
from tests.dispatch.factories import TEN

pytestmark = pytest.mark.django_db


def gone(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(is_active=False)


def stuck(person: Person) -> list[str]:
    person = Person.objects.get(pk=person.pk)
    return [item.key for item in for_user(person, at=TEN) if item.section == Section.STUCK]


def replace_asked(paper: Draft, actor: Person, who: Person) -> None:
    """As the page does it."""
    point = next(point for point in route.open_points(paper.document) if point.step.state == "asked")
    client = Client()
    client.force_login(actor)
    shown = client.get(paper.get_absolute_url()).context["screen"]
    row = next(row for row in shown.rows if row.point.pk == point.pk)
    assert (row.is_stuck, row.may_change) == (True, True)
    given = {"person": who.number, "reason": "離職"}
    assert client.post(f"{paper.get_absolute_url()}/steps/{point.pk}/change", given).status_code == 302


def test_a_paper_that_nobody_can_decide_stands_with_drafter_and_director() -> None:
    people, other = desk.office(), factories.clerk("接手人")
    paper = desk.put_up(people)
    assert stuck(people.director) == stuck(people.drafter) == []
    gone(people.checker)
    assert stuck(people.director) == stuck(people.drafter) == [f"dispatch.draft:{paper.pk}"]
    assert stuck(other) == []
    with pytest.raises(services.UnableToRoute, match="not there any more"):
        services.urge(draft=paper, actor=people.drafter, at=TEN)
    replace_asked(paper, people.drafter, other)
    assert stuck(people.director) == []
    desk.decide(paper, other, OpinionKind.CHECK)


def test_the_final_check_of_somebody_who_left_is_given_to_another() -> None:
    people, other = desk.office(), factories.clerk("接手人")
    paper = desk.signed(people)
    gone(people.clerk)
    replace_asked(paper, people.director, other)
    desk.decide(paper, other, OpinionKind.FINAL_CHECK)
    assert desk.fresh(paper).document.state == State.SIGNED


def test_the_head_of_a_unit_that_has_none_is_not_asked() -> None:
    people, unit = desk.office(), factories.unit("甲系")
    with pytest.raises(services.UnableToRoute, match="甲系 has no head"):
        desk.put_up(people, co_signers=(unit,))
    head = factories.head(unit)
    paper = desk.put_up(people, co_signers=(unit,))
    desk.decide(paper, people.checker, OpinionKind.CHECK)
    Post.objects.filter(person=head).delete()
    assert stuck(people.director) == [f"dispatch.draft:{paper.pk}"]


def test_any_clerk_is_asked_only_where_there_is_another_one() -> None:
    people = desk.office()
    for person in (people.checker, people.clerk):
        Post.objects.filter(person=person).delete()
    with pytest.raises(services.UnableToRoute, match="No other clerk"):
        desk.put_up(people, final_checker=None)

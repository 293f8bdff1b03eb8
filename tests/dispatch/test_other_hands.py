"""Who drafted a paper is away or has left: it stands with who acts for them, and goes into other hands."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.approvals.enums import StepState
from apps.core.work_item import Section
from apps.delivery.models import Message
from apps.dispatch import services
from apps.dispatch.models import Draft
from apps.dispatch.work_items import for_user
from apps.documents.enums import OpinionKind
from apps.people.enums import DeputyScope
from apps.people.models import Deputy, Person
from tests import factories
from tests.dispatch import factories as desk
from tests.dispatch.factories import TEN, moment

pytestmark = pytest.mark.django_db


def reasons(person: Person, paper: Draft) -> list[tuple[str, str]]:
    with translation.override("en"):  # a page that was opened leaves the language of its reader
        items = for_user(Person.objects.get(pk=person.pk), at=TEN)
        return [(item.section, item.reason) for item in items if item.key == f"dispatch.draft:{paper.pk}"]


def returned(people: desk.Office) -> Draft:
    paper = desk.put_up(people)
    desk.decide(paper, people.checker, OpinionKind.CHECK, StepState.RETURNED, words="重擬。")
    return desk.fresh(paper)


def told(person: Person) -> int:
    return Message.objects.filter(deliveries__person=person).distinct().count()


def test_a_returned_paper_stands_with_who_acts_for_the_drafter() -> None:
    people, deputy = desk.office(), factories.person("代擬人", "staff")
    Deputy.objects.create(
        principal=people.drafter, deputy=deputy, scope=DeputyScope.DOCUMENTS, starts_at=moment(1, 9, month=1),
        ends_at=moment(30, 9, month=12), created_by=people.drafter,
    )  # fmt: skip
    paper = returned(people)
    assert reasons(deputy, paper) == [(Section.MINE, "came back to 擬稿人, for whom you act")]
    assert told(deputy) == 1


def test_a_returned_paper_of_who_left_stands_with_the_director_and_goes_into_other_hands() -> None:
    people, other = desk.office(), factories.clerk("接手人")
    paper = desk.put_up(people)
    Person.objects.filter(pk=people.drafter.pk).update(is_active=False)
    desk.decide(paper, people.checker, OpinionKind.CHECK, StepState.RETURNED, words="重擬。")
    assert reasons(people.director, paper) == [(Section.STUCK, "who has it in hand has left")]
    assert told(people.director) == 1
    client = Client()
    client.force_login(people.director)
    assert "hand-over" in client.get(paper.get_absolute_url()).content.decode()
    over = reverse("dispatch:hand_over", args=[paper.pk])
    for wrong in (people.signer, factories.student()):
        assert client.post(over, {"to": wrong.number, "reason": "離職"}).status_code == 422
    assert client.post(over, {"to": other.number, "reason": "離職"}).status_code == 302
    assert reasons(people.director, paper) == []
    assert reasons(other, paper) == [(Section.MINE, "came back to you")]
    client.force_login(other)
    rows = client.get(reverse("dispatch:list"), {"chip": "mine"}).context["page"].rows
    assert [row.pk for row in rows] == [paper.pk]


def test_it_stays_in_other_hands_when_it_is_put_up_and_taken_back() -> None:
    people, other = desk.office(), factories.clerk("接手人")
    paper = returned(people)
    services.hand_over(draft=paper, to=other, reason="休假", actor=people.drafter, at=TEN)
    with pytest.raises(services.UnableToRoute, match="own draft"):
        desk.put_up(people, desk.fresh(paper), checker=other)
    services.send_round(draft=paper, plan=people.plan, actor=other, at=TEN)
    services.take_back(draft=desk.fresh(paper), reason="更正", actor=people.director, at=TEN)
    assert desk.fresh(paper).document.handler == other
    assert reasons(people.drafter, paper) == []


def test_who_is_asked_does_not_get_it_into_the_own_hands() -> None:
    people = desk.office()
    paper = desk.put_up(people)
    for person in (people.checker, people.signer):
        with pytest.raises(services.UnableToDraft):
            services.hand_over(draft=paper, to=person, reason="x", actor=people.drafter, at=TEN)

"""Who may sign, who does the final check: not anybody, and not one person for all of it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from apps.dispatch import route, services
from apps.dispatch.models import Draft
from apps.dispatch.work_items import for_user
from apps.documents.enums import Access, OpinionKind
from apps.documents.models import Document, Series
from apps.people.enums import DeputyScope, Role
from apps.people.models import Deputy, Person
from tests import factories
from tests.dispatch import factories as desk
from tests.dispatch.factories import NINE, moment
from tests.dispatch.test_views import form

pytestmark = pytest.mark.django_db
CHECK, SIGN, FINAL = OpinionKind.CHECK, OpinionKind.SIGN, OpinionKind.FINAL_CHECK


def waits_for(paper: Draft, person: Person) -> bool:
    return Draft.objects.waiting_for(person, NINE).filter(pk=paper.pk).exists()


def test_a_paper_is_signed_by_a_leader_or_the_head_of_its_unit() -> None:
    people = desk.office()
    for person in (factories.student(), factories.head(factories.unit("甲系")), factories.clerk("別人")):
        with pytest.raises(services.UnableToDraft, match="signed by a leader"):
            desk.draft(people, signer=person)
    own = factories.unit("乙系")
    head = factories.head(own, "乙主任")
    series = desk.series("doc_out")
    Series.objects.filter(pk=series.pk).update(unit=own)
    series.refresh_from_db()
    assert desk.draft(people, signer=head, series=series).signer == head
    other = factories.leader("副院長")
    assert desk.draft(people, signer=other, series=series).signer == other


def test_the_form_says_so_beside_the_field() -> None:
    people, client = desk.office(), Client()
    client.force_login(people.drafter)
    answer = client.post(reverse("dispatch:create"), form(people, signer=people.checker.number))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["signer"])


def test_who_may_not_sign_is_not_put_in_the_place_either() -> None:
    people = desk.office()
    paper = desk.put_up(people)
    step = next(point for point in route.open_points(paper.document) if point.kind == SIGN)
    unit = factories.head(factories.unit("甲系")).main_unit
    for who, words in ((factories.clerk("別人"), "signed by a leader"), (unit, "one person")):
        with pytest.raises(services.UnableToRoute, match=words):
            services.change_signer(draft=paper, step_id=step.pk, who=who, reason="出差", actor=people.drafter, at=NINE)


def test_the_final_check_is_the_office_s_and_another_person_s() -> None:
    people = desk.office()
    with pytest.raises(services.UnableToRoute, match="a clerk or the director"):
        desk.put_up(people, final_checker=factories.person("老師", Role.STAFF))
    with pytest.raises(services.UnableToRoute, match="neither checks nor signs"):
        desk.put_up(people, final_checker=people.checker)
    paper = desk.put_up(people)
    step = next(point for point in route.open_points(paper.document) if point.kind == FINAL)
    with pytest.raises(services.UnableToRoute, match="neither checks nor signs"):
        services.change_signer(
            draft=paper, step_id=step.pk, who=people.checker, reason="出差", actor=people.drafter, at=NINE
        )


def test_any_clerk_is_not_the_one_who_checked() -> None:
    people = desk.office()
    paper = desk.put_up(people, final_checker=None)
    desk.decide(paper, people.checker, CHECK)
    desk.decide(paper, people.signer, SIGN)
    assert (waits_for(paper, people.checker), waits_for(paper, people.clerk)) == (False, True)
    with pytest.raises(PermissionDenied):
        desk.decide(paper, people.checker, FINAL)
    desk.decide(paper, people.clerk, FINAL)


def test_who_signed_for_the_signer_does_not_do_the_final_check() -> None:
    people = desk.office()
    Deputy.objects.create(
        principal=people.signer, deputy=people.clerk, scope=DeputyScope.APPROVALS, starts_at=moment(1, 9, month=1),
        ends_at=moment(30, 9, month=12), created_by=people.signer,
    )  # fmt: skip
    paper = desk.put_up(people)
    desk.decide(paper, people.checker, CHECK)
    desk.decide(paper, people.clerk, SIGN)
    with pytest.raises(services.UnableToDecide, match="neither checks nor signs"):
        desk.decide(paper, people.clerk, FINAL)


def test_any_clerk_is_not_asked_about_what_not_every_clerk_reads() -> None:
    people, other = desk.office(), factories.clerk("旁人")
    hidden = desk.draft(people, access=Access.HIDDEN)
    with pytest.raises(services.UnableToRoute, match="Name who does the final check"):
        desk.put_up(people, hidden, final_checker=None)
    open_one = desk.put_up(people, final_checker=None)
    assert not open_one.document.concerned.filter(person=other).exists()
    desk.decide(open_one, people.checker, CHECK)
    desk.decide(open_one, people.signer, SIGN)
    key = f"dispatch.draft:{open_one.pk}"
    assert key in [item.key for item in for_user(other, at=NINE)]
    Document.objects.filter(pk=open_one.pk).update(access=Access.HIDDEN)
    assert for_user(other, at=NINE) == []

"""Who acts for somebody stands in the history with both names."""

import pytest
from django.test import Client

from apps.dispatch import route, services
from apps.dispatch.models import Draft
from apps.documents.enums import OpinionKind
from apps.documents.models import Document
from apps.journal.models import Entry
from apps.people.enums import DeputyScope
from apps.people.models import Deputy, Person
from tests import factories
from tests.dispatch import factories as desk
from tests.dispatch.factories import NINE, TEN, moment

pytestmark = pytest.mark.django_db


def deputy_of(principal: Person, scope: str) -> Person:
    made = factories.person("代理人", "staff")
    Deputy.objects.create(
        principal=principal, deputy=made, scope=scope, starts_at=moment(1, 9, month=1),
        ends_at=moment(30, 9, month=12), created_by=principal,
    )  # fmt: skip
    return made


def names(paper: Draft, verb: str) -> tuple[Person | None, Person | None]:
    row = Entry.objects.about(Document.objects.get(pk=paper.pk)).get(verb=verb)
    return row.actor, row.on_behalf_of


def test_a_deputy_who_signs() -> None:
    people = desk.office()
    deputy = deputy_of(people.signer, DeputyScope.APPROVALS)
    paper = desk.put_up(people)
    desk.decide(paper, people.checker, OpinionKind.CHECK)
    desk.decide(paper, deputy, OpinionKind.SIGN, no_seal=True)
    assert names(paper, "signed") == (deputy, people.signer)
    client = Client()
    client.force_login(people.clerk)
    text = " ".join(client.get(paper.get_absolute_url()).content.decode().split())
    seal = text.split("印章</dt>")[1].split("</dd>")[0]
    assert ("代理人" in seal, "代 院長" in seal) == (True, True)


def test_a_deputy_who_runs_the_round() -> None:
    people, other = desk.office(), factories.leader("副院長")
    deputy = deputy_of(people.drafter, DeputyScope.DOCUMENTS)
    paper = desk.put_up(people)
    both, given = (deputy, people.drafter), {"draft": paper, "actor": deputy, "at": TEN}
    services.urge(**given)
    services.add_signer(who=people.director, at_once=False, reason="把關", **given)
    step = next(point for point in route.open_points(paper.document) if point.kind == OpinionKind.SIGN)
    services.change_signer(step_id=step.pk, who=other, reason="出差", **given)
    version = desk.fresh(paper).document.version
    services.change_foot(version=version, contact="張三", printed_by="", copies=2, **given)
    for verb in ("reminded", "signer_added", "signer_changed", "foot_changed"):
        assert names(paper, verb) == both, verb


def test_who_acts_in_the_own_name_stands_alone() -> None:
    people = desk.office()
    paper = desk.put_up(people)
    services.urge(draft=paper, actor=people.clerk, at=NINE)
    assert names(paper, "reminded") == (people.clerk, None)

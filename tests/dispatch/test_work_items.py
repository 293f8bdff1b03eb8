"""What stands on whose dashboard, in a fixed number of queries; who hears of what; deputies keep both names."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.approvals.enums import StepState
from apps.core.work_item import Section
from apps.delivery.models import Message, MessageText
from apps.dispatch import rules, services
from apps.dispatch.models import Draft
from apps.dispatch.services import Outside
from apps.dispatch.work_items import for_user
from apps.documents import services as documents
from apps.documents.enums import Access, OpinionKind
from apps.documents.models import Document
from apps.people.enums import DeputyScope
from apps.people.models import Deputy, Person
from tests import factories
from tests.dispatch import factories as desk
from tests.dispatch.factories import NINE, TEN, moment

pytestmark = pytest.mark.django_db


def keys(person: Person) -> list[tuple[str, str, str]]:
    return [(item.key, item.section, item.reason) for item in for_user(person, at=TEN)]


def key(paper: Draft) -> str:
    return f"dispatch.draft:{paper.pk}"


def test_each_stands_with_whoever_has_to_do_something() -> None:
    people = desk.office()
    asked, back = desk.put_up(people), desk.put_up(people)
    desk.decide(back, people.checker, OpinionKind.CHECK, StepState.RETURNED, words="重擬。")
    ready, unsealed, to_send = desk.to_number(people), desk.numbered(people, no_seal=False), desk.numbered(people)
    assert keys(people.drafter)[0] == (key(back), Section.MINE, "came back to you")
    assert keys(people.checker)[0] == (key(asked), Section.DECIDE, "waits for your decision")
    office = [
        (key(ready), Section.MINE, "to be numbered"),
        (key(unsealed), Section.MINE, "to be sealed"),
        (key(to_send), Section.MINE, "to be sent out"),
    ]
    assert keys(people.director) == office
    assert keys(people.signer) == keys(factories.student()) == []


def test_a_dashboard_costs_the_same_with_one_and_three() -> None:
    people, counts = desk.office(), []
    for _number in range(3):
        desk.put_up(people)
        desk.to_number(people)
        person = Person.objects.get(pk=people.checker.pk)
        with CaptureQueriesContext(connection) as seen:
            for_user(person, at=TEN)
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2]


def test_who_is_asked_is_led_to_the_decision() -> None:
    people = desk.office()
    paper = desk.put_up(people)
    told = Message.objects.get(source=f"dispatch.draft:{paper.pk}")
    assert told.target_url == reverse("dispatch:sign", args=[paper.pk])
    subjects = set(MessageText.objects.filter(message=told).values_list("subject", flat=True))
    assert f"核稿：{desk.TITLE}" in subjects


def subjects(source: str) -> list[str]:
    rows = MessageText.objects.filter(message__source=source, language="zh-hant")
    return list(rows.order_by("pk").values_list("subject", flat=True))


def test_messages_about_a_paper_with_limited_access_carry_no_title() -> None:
    """A mailbox is not the portal; and who may not read it hears nothing."""
    people = desk.office()
    paper = desk.numbered(people, desk.draft(people, access=Access.HIDDEN))
    services.send_paper(draft=paper, actor=people.clerk, outside=[Outside("學校辦公室", "post", TEN.date())], at=TEN)
    told = subjects(key(paper))
    assert "已編號：院發〔2026〕1號" in told
    assert "簽發：一件限閱公文" in told
    assert not [subject for subject in told if desk.TITLE in subject]
    read = set(Document.objects.get(pk=paper.pk).concerned.values_list("person", flat=True))
    assert set(Message.objects.filter(source=key(paper)).values_list("deliveries__person", flat=True)) <= read


def test_a_deputy_of_the_drafter_writes_with_both_names() -> None:
    people = desk.office()
    deputy = factories.person("代擬人", "staff")
    Deputy.objects.create(
        principal=people.drafter, deputy=deputy, scope=DeputyScope.DOCUMENTS, starts_at=moment(1, 9, month=1),
        ends_at=moment(30, 9, month=12), created_by=people.drafter,
    )  # fmt: skip
    paper = desk.draft(people)
    assert rules.can_edit(deputy, paper, TEN)
    assert not rules.can_edit(factories.person("旁人", "staff"), paper, TEN)
    services.change_draft(
        draft=paper, version=paper.document.version, words=desk.words("代擬的標題"), terms=desk.terms(people),
        actor=deputy, at=TEN,
    )  # fmt: skip
    edition = documents.latest(paper.document)
    assert (edition.number, edition.made_by, edition.on_behalf_of) == (2, deputy, people.drafter)


def test_nobody_who_left_is_told() -> None:
    people = desk.office()
    paper = desk.draft(people)
    Person.objects.filter(pk=people.checker.pk).update(is_active=False)
    people.checker.refresh_from_db()
    with pytest.raises(services.UnableToRoute, match="not here"):
        desk.put_up(people, paper, at=NINE)

"""The editions of what came in are opened and compared, any two; an instruction keeps the sheet as it stood."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.documents import services
from apps.documents.enums import OpinionKind
from apps.documents.models import Document, Opinion
from apps.documents.services.papers import paper_of
from apps.people.enums import Language, Role
from apps.people.models import Person
from tests import factories
from tests.documents.factories import NINE, TEN, asked, entered, scan

pytestmark = pytest.mark.django_db


def browser(person: Person) -> Client:
    client = Client()
    Person.objects.filter(pk=person.pk).update(language=Language.EN)
    client.force_login(person)
    return client


def put_right(row: Document, reason: str, **fields: object) -> None:
    paper = services.Paper(**vars(paper_of(row)) | fields)
    services.correct(document=row, paper=paper, version=None, reason=reason, actor=row.handler, at=TEN)
    row.refresh_from_db()


def three_editions() -> Document:
    row = entered(title="關於期末考試安排的通知", at=NINE)
    put_right(row, "題名有誤", title="關於期中考試安排的通知")
    services.add_files(document=row, files=[scan(row.handler)], actor=row.handler, at=TEN)
    put_right(row, "密級", summary="請各單位知悉。")
    return row


def address(row: Document, name: str, *more: object) -> str:
    return reverse(f"documents:{name}", args=[row.pk, *more])


def test_each_edition_is_opened_as_it_was() -> None:
    row = three_editions()
    client = browser(row.handler)
    first, last = (client.get(address(row, "edition", number)).content.decode() for number in (1, 4))
    assert "關於期末考試安排的通知" in first
    assert "掃描件.pdf" not in first
    for words in ("關於期中考試安排的通知", "請各單位知悉。", "掃描件.pdf", row.editions.get(number=4).digest):
        assert words in last
    assert client.get(address(row, "edition", 9)).status_code == 404
    stranger = browser(factories.person("王老師", Role.STAFF))
    for url in (address(row, "edition", 1), address(row, "compare")):
        assert stranger.get(url).status_code == 404


def test_any_two_are_compared() -> None:
    row = three_editions()
    client = browser(row.handler)
    words = client.get(address(row, "compare"), {"from": 1, "to": 4}).content.decode()
    assert "<del>末</del>" in words
    assert "<ins>中</ins>" in words
    assert "files of the annexes are other ones" in words
    words = client.get(address(row, "compare")).content.decode()
    assert "From edition 3 to edition 4" in words
    assert "末" not in words
    assert client.get(address(row, "compare"), {"from": 1, "to": 9}).status_code == 404


def test_what_was_said_leads_to_its_edition_and_to_what_changed_since() -> None:
    leader = factories.leader()
    row = asked(leader)
    put_right(row, "題名有誤", title="另一個題名")
    words = browser(leader).get(row.get_absolute_url()).content.decode()
    assert address(row, "edition", 1) in words
    assert f"{address(row, 'compare')}?from=1" in words


def test_an_instruction_keeps_the_sheet_as_it_stood() -> None:
    leader = factories.leader()
    row = asked(leader)
    step = Step.objects.about(row).get()
    services.instruct(step=step, decision=StepState.APPROVED, words="同意。", actor=leader, at=TEN)
    said = Opinion.objects.get(kind=OpinionKind.INSTRUCTION)
    client = browser(row.handler)
    answer = client.get(address(row, "picture", said.pk))
    assert (answer["Content-Type"], answer.content[:4]) == ("image/png", b"\x89PNG")
    assert address(row, "picture", said.pk) in client.get(row.get_absolute_url()).content.decode()
    proposal = Opinion.objects.get(kind=OpinionKind.PROPOSAL)
    assert client.get(address(row, "picture", proposal.pk)).status_code == 404
    other = entered(row.handler)
    assert client.get(address(other, "picture", said.pk)).status_code == 404
    stranger = browser(factories.person("王老師", Role.STAFF))
    assert stranger.get(address(row, "picture", said.pk)).status_code == 404

"""Real rows for tests of outgoing papers: a small office, papers at each point of the way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from apps.approvals.enums import StepState
from apps.core.numbers import NumberSeries
from apps.dispatch import route, services
from apps.dispatch.enums import SheetState
from apps.dispatch.models import Draft, Sheet
from apps.dispatch.services import Plan, Terms
from apps.dispatch.services.sheets import draw_sheet
from apps.dispatch.words import Party, Words, read_words
from apps.documents import services as documents
from apps.documents.enums import Access, Kind, OpinionKind
from apps.people.models import Person, Unit
from tests import factories
from tests.documents.factories import NINE, TEN, moment, series

__all__ = ["NINE", "TEN", "moment"]
TITLE = "關於做好2026年冬季學期實驗室安全檢查工作的通知"
BODY = "<p>各實驗室應於2026年12月1日前完成自查。</p><p>一、檢查範圍</p>"


@dataclass(frozen=True)
class Office:
    """Who has to do with a paper."""

    drafter: Person
    checker: Person
    signer: Person
    clerk: Person
    director: Person

    @property
    def plan(self) -> Plan:
        return Plan(self.checker, final_checker=self.clerk)


def office() -> Office:
    return Office(
        factories.clerk("擬稿人"),
        factories.clerk("核稿人"),
        factories.leader("院長"),
        factories.clerk("登記人"),
        factories.director(),
    )


def words(title: str = TITLE, body: str = BODY, *, to: Sequence[Unit] = (), **fields: object) -> Words:
    main = tuple(Party.of(unit, "zh-hant") for unit in to) or (Party("學校辦公室"),)
    given = {"title": title, "kind": Kind.NOTICE, "body": body, "main": main}
    return Words(**{"issuers": (Party.of(factories.root_unit(), "zh-hant"),)} | given | fields)


def terms(people: Office, **fields: object) -> Terms:
    return Terms(**{"series": series("doc_out"), "signer": people.signer, "access": Access.INTERNAL} | fields)


def draft(people: Office, text: Words | None = None, *, at: datetime = NINE, **fields: object) -> Draft:
    return services.create_draft(words=text or words(), terms=terms(people, **fields), actor=people.drafter, at=at)


def fresh(paper: Draft) -> Draft:
    return Draft.objects.select_related("document", "drafter", "signer", "series__numbers", "series__unit").get(
        pk=paper.pk
    )


def put_up(people: Office, paper: Draft | None = None, *, at: datetime = NINE, **plan: object) -> Draft:
    """Up for signing: the checker is asked."""
    paper = paper or draft(people)
    services.send_round(draft=paper, plan=replace(people.plan, **plan), actor=people.drafter, at=at)
    return fresh(paper)


def decide(
    paper: Draft,
    actor: Person,
    kind: str,
    decision: StepState = StepState.APPROVED,
    *,
    at: datetime = NINE,
    **given: object,
) -> object:
    """`actor` decides the point of this kind that is asked, the first that is theirs."""
    points = [point for point in route.last_round(paper.document) if point.kind == kind]
    asked = [point for point in points if point.step.state == StepState.ASKED]
    own = [point for point in asked if point.step.approver_id == actor.pk]
    return services.decide(draft=paper, step_id=(own or asked)[0].pk, decision=decision, actor=actor, at=at, **given)


def signed(people: Office, paper: Draft | None = None, *, at: datetime = NINE, no_seal: bool = True) -> Draft:
    """Checked and signed; the final check is asked."""
    paper = put_up(people, paper, at=at)
    decide(paper, people.checker, OpinionKind.CHECK, at=at)
    decide(paper, people.signer, OpinionKind.SIGN, at=at, no_seal=no_seal)
    return fresh(paper)


def to_number(people: Office, paper: Draft | None = None, *, at: datetime = NINE, no_seal: bool = True) -> Draft:
    paper = signed(people, paper, at=at, no_seal=no_seal)
    decide(paper, people.clerk, OpinionKind.FINAL_CHECK, at=at)
    return fresh(paper)


def numbered(people: Office, paper: Draft | None = None, *, at: datetime = NINE, no_seal: bool = True) -> Draft:
    paper = to_number(people, paper, at=at, no_seal=no_seal)
    services.number_paper(draft=paper, actor=people.clerk, at=at)
    draw(paper, at=at)
    return fresh(paper)


def draw(paper: Draft, *, at: datetime = NINE) -> None:
    """Every sheet of it that waits."""
    for pk in Sheet.objects.filter(document=paper.pk, state=SheetState.WAITING).values_list("pk", flat=True):
        draw_sheet(pk, at=at)


def numbered_again(people: Office, paper: Draft, *, at: datetime = TEN, **foot: object) -> Draft:
    """Taken back for its foot alone, checked once more and numbered: the signature stands."""
    services.take_back(draft=paper, reason="更正版記", actor=people.clerk, at=at)
    row = fresh(paper).document
    given = {"contact": paper.contact, "printed_by": paper.printed_by, "copies": paper.copies} | foot
    services.change_foot(draft=paper, version=row.version, actor=people.drafter, at=at, **given)
    services.send_round(draft=paper, plan=people.plan, actor=people.drafter, at=at)
    decide(fresh(paper), people.clerk, OpinionKind.FINAL_CHECK, at=at)
    services.number_paper(draft=paper, actor=people.clerk, at=at)
    draw(paper, at=at)
    return fresh(paper)


def change(paper: Draft, people: Office, *, at: datetime = TEN, **fields: object) -> None:
    """The drafter changes the words."""
    paper = fresh(paper)
    text = replace(read_words(documents.latest(paper.document)), **fields)
    services.change_draft(
        draft=paper, version=paper.document.version, words=text, terms=terms(people), actor=people.drafter, at=at
    )


def notice_series() -> NumberSeries:
    return factories.series("notice", "N{year}-{number:05d}")

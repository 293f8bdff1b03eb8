"""Who may read a paper, who signs it and in which series: what was changed stands in its history, with the reason."""

import pytest

from apps.dispatch import services
from apps.dispatch.models import Draft
from apps.documents.enums import Access
from apps.documents.models import Document, Edition
from apps.journal.models import Entry
from tests import factories
from tests.dispatch import factories as desk
from tests.dispatch.factories import NINE, TEN
from tests.documents.factories import urgency

pytestmark = pytest.mark.django_db


def change(paper: Draft, people: desk.Office, reason: str = "", **fields: object) -> None:
    services.change_draft(
        draft=paper, version=desk.fresh(paper).document.version, words=desk.words(), actor=people.drafter,
        terms=desk.terms(people, **fields), reason=reason, at=TEN,
    )  # fmt: skip


def entry(paper: Draft, verb: str) -> Entry:
    return Entry.objects.about(Document.objects.get(pk=paper.pk)).get(verb=verb)


def test_the_same_words_with_other_terms_stand_in_the_history() -> None:
    people, other = desk.office(), factories.leader("副院長")
    paper = desk.draft(people)
    change(paper, people, signer=other, urgency=urgency("flash"), access=Access.HIDDEN, contact="張三")
    assert Edition.objects.filter(document=paper.pk).count() == 1
    assert entry(paper, "terms_changed").changes == {
        "signer": ["院長", "副院長"],
        "contact": ["", "張三"],
        "access": ["internal", "hidden"],
        "urgency": ["", "mainland.flash"],
    }
    change(paper, people, signer=other, urgency=urgency("flash"), access=Access.HIDDEN, contact="張三")
    assert entry(paper, "terms_changed")  # nothing changed, nothing is written


def test_a_draft_is_opened_to_more_people_with_a_reason() -> None:
    people = desk.office()
    paper = desk.draft(people, access=Access.HIDDEN)
    with pytest.raises(services.UnableToDraft, match="why more people"):
        change(paper, people, reason=" ", access=Access.RESERVED)
    assert desk.fresh(paper).document.access == Access.HIDDEN
    change(paper, people, reason="已公示", access=Access.OPEN)
    row = entry(paper, "terms_changed")
    assert (row.changes, row.note) == ({"access": ["hidden", "open"]}, "已公示")


def test_numbering_opens_a_paper_with_a_reason_and_closes_it_without() -> None:
    people = desk.office()
    paper = desk.to_number(people, desk.draft(people, access=Access.RESERVED))
    given = {"draft": paper, "actor": people.clerk, "at": NINE}
    with pytest.raises(services.UnableToIssue, match="why more people"):
        services.number_paper(access=Access.INTERNAL, **given)
    services.number_paper(access=Access.INTERNAL, reason="院內公開", **given)
    row = entry(paper, "numbered")
    assert (row.changes["access"], row.note) == (["reserved", "internal"], "院內公開")
    other = desk.to_number(people)
    services.number_paper(draft=other, access=Access.HIDDEN, actor=people.clerk, at=NINE)
    assert entry(other, "numbered").changes["access"] == ["internal", "hidden"]

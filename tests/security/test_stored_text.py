"""What people type is shown as text: on every page, in every mail, sheet and paper, whatever a form would refuse.

Every field that people can write holds hostile words (written.py, hostile.py); every address of the written table is
then opened and tried as all who are let in. Some pages are looked at in a real browser too.
"""

from collections.abc import Iterator

import pytest
from django.urls import reverse

from apps.delivery.models import MessageText
from tests.security import hostile, matrix, viewers, written
from tests.security.conftest import world as world
from tests.security.world import World, undone
from tests.security.world.rarer import add_rarer_rows
from tests.servicedesk import factories as desk

STATE = "shown in a state that the things of the world are not in; the tests of its app go there"
SEARCHED = "only searched; the page of a search is opened below"
KEPT = "kept with the thing, and not shown by itself"
SEEN_ELSEWHERE = {
    label: reason
    for reason, labels in {
        STATE: "assignments.Assignment.end_note "
        "approvals.Step.note notices.MissingRow.note notices.Notice.refused_reason notices.Obligation.excuse "
        "notices.Notice.withdraw_reason relays.Extension.note relays.RelayLine.return_reason replies.Reply.returned "
        "replies.Reply.return_note replies.SignOff.withdraw_reason servicedesk.MailIn.settle_note imports.Row.after "
        "imports.Row.before imports.Row.mended servicedesk.PaperBatchRow.given servicedesk.Return.answers_before "
        "servicedesk.Return.note servicedesk.Consent.settlement servicedesk.ThirdPartyWait.note "
        "servicedesk.ThirdPartyWait.party",
        SEARCHED: "documents.FileText.text documents.DocumentText.words "
        "servicedesk.RequestText.said servicedesk.RequestText.office",
        KEPT: "documents.Edition.words documents.Edition.files "
        "core.CalendarDay.name core.CalendarYear.source core.NumberSeries.name delivery.InboundMail.parsed "
        "delivery.StatusReport.note relays.Copy.note replies.ReplyEvent.answers seals.SealUse.paper_name "
        "servicedesk.PaperBatch.answers servicedesk.TaskTemplate.words",
    }.items()
    for label in labels.split()
}


def test_every_field_of_ours_is_written_by_people_or_has_a_reason() -> None:
    """A new field fails here until it is planted, or said why nobody writes it."""
    there = {label for label, _field in written.texts()}
    assert there - set(written.WRITTEN) - set(written.LEFT_OUT) == set()
    assert (set(written.WRITTEN) | set(written.LEFT_OUT)) - there == set(), "is not there any more"
    assert set(written.WRITTEN) & set(written.LEFT_OUT) == set()


@pytest.mark.django_db
def test_every_written_field_is_planted(world: World) -> None:
    with undone():
        add_rarer_rows(world)
        hostile.plant(hostile.MARKED)
        fields, missing = dict(written.texts()), []
        for mark, label in hostile.marks().items():
            values = fields[label].model._base_manager.values_list(fields[label].attname, flat=True)
            if not any(mark in str(value) for value in values):
                missing.append(label)
        assert missing == [], "no row of the world holds words in it"


def answers(world: World, method: str) -> Iterator[tuple[str, list[str], str]]:
    """Every address as all who are let in: what is wrong with the answer, and its words with those of new mails."""
    for side, name, about in viewers.ways(method):
        thing = world.things[about]
        path, client = matrix.address(name, thing.parameters), world.client(viewers.person(world, side, thing))
        with undone():
            last = MessageText.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            answer = client.get(path) if method == "GET" else client.post(path, thing.form)
            wrong, words = hostile.look(answer)
            if answer.status_code >= 500 and name != "healthz":
                wrong.append(f"status {answer.status_code}")
            for mail in MessageText.objects.filter(pk__gt=last):
                wrong += hostile.faults(mail.html) + ["a line in a subject"] * ("\n" in mail.subject)
                words += f"{mail.subject}{mail.text}{mail.html}"
        yield f"{method} {name} of {about} as {side}", wrong, words


@pytest.mark.django_db
@pytest.mark.parametrize("kind", hostile.TEXTS)
def test_no_answer_holds_it_as_anything_but_text(world: World, kind: str) -> None:
    shown: set[str] = set()
    with undone():
        add_rarer_rows(world)
        hostile.plant(kind)
        found = {}
        for method in ("GET", "POST"):
            for where, wrong, words in answers(world, method):
                shown |= set(hostile.seen(words))
                if wrong:
                    found[where] = wrong
        assert found == {}
        if kind == hostile.MARKED:
            nowhere = set(written.WRITTEN) - shown - set(SEEN_ELSEWHERE)
            assert not nowhere, f"is shown nowhere: {' '.join(sorted(nowhere))}"


@pytest.mark.django_db
def test_words_that_a_search_finds_are_text(world: World) -> None:
    """The list marks what it found inside them."""
    with undone():
        desk.message(world.things["request"].row, world.owner, f"needle {hostile.TEXTS[hostile.MARKED]}")
        answer = world.client("director").get(reverse("servicedesk:list"), {"q": "needle", "chip": "all"})
        wrong, words = hostile.look(answer)
    assert wrong == []
    assert f"<mark>needle</mark> {hostile.ATTRIBUTE[:20]}" in words

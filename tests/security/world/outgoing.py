"""Outgoing papers: one that is being signed, and a number that is reserved."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from apps.approvals.enums import StepState
from apps.core.clock import now
from apps.dispatch import route, services
from apps.dispatch.models import Sent
from apps.dispatch.services import Plan, Terms
from apps.dispatch.words import Party, Words
from apps.documents import services as documents
from apps.documents.enums import Access, Kind
from apps.people.enums import Role
from tests import factories
from tests.documents.factories import series
from tests.security.world.base import SECRET, Thing, World, attach


def outgoing(world: World) -> dict[str, Thing]:
    """A secretary of the far unit drafted it; a clerk has checked it, the leader is asked, the director signs."""
    drafter = factories.person("擬稿秘", Role.UNIT_SECRETARY, at=world.far)
    lead = Party.of(factories.root_unit(), "zh-hant")
    words = Words(SECRET, Kind.NOTICE, f"<p>{SECRET}</p>", (lead,), (Party(SECRET),), (Party(SECRET),), (SECRET,))
    numbers, director = series("doc_out"), world.people["director"]
    terms = Terms(numbers, director, Access.INTERNAL, contact=SECRET, printed_by=SECRET)
    draft = services.create_draft(words=words, terms=terms, actor=drafter)
    attach(draft.document, world.sender)
    plan = Plan(world.sender, (world.people["leader"],), final_checker=factories.clerk("複核員"))
    services.send_round(draft=draft, plan=plan, actor=drafter)
    step = route.open_points(draft.document)[0]
    opinion = services.decide(
        draft=draft, step_id=step.pk, decision=StepState.APPROVED, words=SECRET, actor=world.sender
    )
    asked = route.open_points(draft.document)[0]
    today = timezone.localtime(now()).date()
    gone = Sent.objects.create(
        document=draft.document, receiver=SECRET, how="post", sent_on=today, note=SECRET, by=world.sender
    )
    line = documents.reserve_number(series=numbers, words=SECRET, until=today + timedelta(days=3), actor=world.sender)
    keys = {"pk": draft.pk, "number": 1, "opinion_pk": opinion.pk, "step_pk": asked.pk, "line_pk": gone.pk}
    form = {"decision": "approved", "words": "words", "reason": "words", "copies": 1, "access": "internal"}
    ledger = {"line_pk": line.pk, "series_pk": numbers.pk, "year": line.issued.year}
    return {
        "outgoing paper": Thing(draft, drafter, keys, form),
        "reserved number": Thing(line, world.sender, ledger, {"reason": "words", "title": "words"}),
    }

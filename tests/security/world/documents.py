"""Official documents: one that is handled and circulates, one that waits for an instruction, one that was read by its
owner's deputy, one in the file.
"""

from __future__ import annotations

from apps.core.clock import now
from apps.documents import services
from apps.documents.enums import Access, CirculationMode, LinkKind, OpinionKind, Retention
from apps.documents.models import LedgerCheck
from apps.documents.picture import picture_of
from apps.documents.services import Answer, Plan
from tests import factories
from tests.documents import factories as papers
from tests.security.world.base import SECRET, Thing, World, attach


def documents(world: World) -> dict[str, Thing]:
    made = {"document": handled(world), "document to decide": to_decide(world), "document to read": to_read(world)}
    LedgerCheck.objects.create(at=now(), faults=[])
    series = papers.series()
    keys, words = {"series_pk": series.pk}, {"name_hant": SECRET, "name_hans": SECRET, "name_en": SECRET}
    return made | {
        "document in the file": in_the_file(world),
        "series of documents": Thing(series, world.sender, keys, words),
    }


def said(**more: object) -> dict[str, object]:
    given = {"sender": SECRET, "title": SECRET, "summary": SECRET, "annexes": SECRET, "place": SECRET}
    return given | {"at": now()} | more


def handled(world: World) -> Thing:
    """In the hands of `sender`: proposed, linked, answered, circulating."""
    clerk, unit = world.sender, factories.unit("承辦單位")
    row = papers.entered(clerk, access=Access.INTERNAL, **said(sender_number=f"{SECRET}〔2026〕1號"))
    attach(row, clerk)
    other = papers.entered(clerk, **said(sender_number=f"{SECRET}〔2026〕2號"))
    found = services.link(source=row, target=other, kind=LinkKind.REPLIES_TO, actor=clerk)
    plan = Plan(words=SECRET, lead=unit, asks=SECRET, readers=[clerk])
    services.propose(document=row, plan=plan, actor=clerk)
    services.handle(document=row, actor=clerk)
    text = services.latest(row)
    kind = OpinionKind.INSTRUCTION
    opinion = services.give_opinion(edition=text, kind=kind, author=clerk, words=SECRET, picture=picture_of(text))
    given = Answer(on=now().date(), how="mail", words=SECRET)
    services.answer(document=row, given=given, actor=clerk)
    readers = [world.people["leader"], world.people["administrator"]]
    mode = CirculationMode.IN_TURN
    round_ = services.circulate(document=row, people=readers, mode=mode, words=SECRET, actor=clerk)
    first = round_.readers.get(order=1)
    services.let_in(document=row, who=factories.unit("他系"), words=SECRET, actor=clerk)
    line = row.concerned.get(unit__isnull=False)
    keys = {"pk": row.pk, "reader_pk": first.pk, "line_pk": line.pk, "link_pk": found.pk, "step_pk": 0}
    keys |= {"number": text.number, "opinion_pk": opinion.pk}
    words = {"reason": SECRET, "words": SECRET, "people": clerk.number, "mode": mode, "to": clerk.number}
    words |= {"due_on": "2027-03-01", "on": "2026-11-23", "how": "mail", "retention": "ten", "access": "open"}
    words |= {"place": SECRET, "person": clerk.number, "kind": "implements", "other": other.number}
    row.refresh_from_db()
    return Thing(row, clerk, keys, words)


def to_decide(world: World) -> Thing:
    director = world.people["director"]
    row = papers.asked(director, clerk=world.sender, **said(sender_number=f"{SECRET}〔2026〕3號"))
    step = services.instructing.Step.objects.about(row).get()
    words = {"reason": SECRET, "words": SECRET, "decision": "approved", "person": world.people["leader"].pk}
    return Thing(row, world.sender, {"pk": row.pk, "step_pk": step.pk}, words)


def to_read(world: World) -> Thing:
    """Limited access; with the owner now, who is no member of the office."""
    row = papers.entered(world.sender, access=Access.RESERVED, **said(sender_number=f"{SECRET}〔2026〕4號"))
    services.circulate(document=row, people=[world.owner], mode=CirculationMode.TOGETHER, actor=world.sender)
    row.refresh_from_db()
    return Thing(row, world.owner, {"pk": row.pk}, {"words": SECRET})


def in_the_file(world: World) -> Thing:
    clerk = world.sender
    row = papers.entered(clerk, **said(sender_number=f"{SECRET}〔2026〕5號"))
    services.close(document=row, words=SECRET, actor=clerk)
    filing = services.file_document(document=row, retention=Retention.TEN, actor=clerk)
    attach(filing, clerk, "package.zip")
    gone = papers.entered(clerk, **said(sender_number=f"{SECRET}〔2026〕6號"))
    services.send_back(document=gone, reason=SECRET, actor=clerk)
    return Thing(row, clerk, {"pk": row.pk})

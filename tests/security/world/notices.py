"""Notices, what makes them, and the answers and reports that they ask for."""

from __future__ import annotations

from apps.approvals.models import Step
from apps.core.clock import now
from apps.journal.files import store_bytes
from apps.notices.audience import Rule
from apps.notices.enums import OccurrenceState
from apps.notices.models import FileReport
from apps.notices.services import ask_approval as ask_notice_approval
from apps.notices.services.audiences import create_audience
from apps.people.enums import Role
from apps.relays.models import RelayLine
from apps.replies.services import close as close_collection
from apps.replies.services import confirm as confirm_answers
from tests import factories
from tests.notices import factories as board
from tests.notices import series_factories as regular
from tests.questionnaires.test_tables import COURSES
from tests.relays import factories as chain
from tests.replies import factories as collected
from tests.security.world.base import SECRET, Thing, World, attach


def notice(world: World) -> Thing:
    """Published to the owner alone."""
    rule = Rule(numbers=(world.owner.number,))
    words = {"zh-hant": SECRET, "en": SECRET}
    row = board.published(world.sender, rule=rule, title=words, body={"zh-hant": f"<p>{SECRET}</p>"})
    file = attach(row, world.sender)
    paper = store_bytes(b"%PDF-1.7 report " + SECRET.encode(), content_type="application/pdf")
    kept = FileReport.objects.create(
        notice=row, language="en", state="ready", asked_by=world.sender, as_of=now(), blob=paper
    )
    words = {"report": kept.pk}
    return Thing(row, world.owner, {"pk": row.pk, "person_id": world.owner.pk, "key": file.key}, words)


def notice_draft(world: World) -> Thing:
    row = board.draft(world.sender, title={"zh-hant": SECRET}, body={"zh-hant": f"<p>{SECRET}</p>"})
    attach(row, world.sender)
    return Thing(row, world.sender, {"pk": row.pk, "notice": row.pk}, {"version": row.version})


def notice_to_approve(world: World) -> Thing:
    row = board.draft(world.sender, rule=Rule(numbers=(world.owner.number,)), title={"zh-hant": SECRET})
    ask_notice_approval(notice=row, actor=world.sender)
    step = Step.objects.about(row).get()
    words = {"step": step.pk, "step_version": step.version, "note": "words"}
    return Thing(row, world.sender, {"pk": row.pk}, words)


def audience(world: World) -> Thing:
    row = create_audience(name=SECRET, rule=board.STAFF, unit=None, actor=world.sender)
    return Thing(row, world.sender, {"pk": row.pk}, {"name": "words"})


def template(world: World) -> Thing:
    row = regular.template(world.sender, name=SECRET, title={"zh-hant": SECRET}, body={"zh-hant": f"<p>{SECRET}</p>"})
    return Thing(row, world.sender, {"pk": row.pk}, {"name": "words", "version": row.version})


def series(world: World) -> Thing:
    """With one date that could not be made."""
    named = f"{SECRET} of the series"
    row = regular.series(world.sender, at=now(), made_from=regular.template(world.sender, name=named), name=SECRET)
    date = row.occurrences.order_by("date").first()
    date.state, date.reason = OccurrenceState.REFUSED, {"en": SECRET}
    date.save()
    words = {"version": row.version, "date": str(date.date), "reason": "words", "occurrence": date.pk}
    return Thing(row, world.sender, {"pk": row.pk}, words)


def answers(world: World) -> dict[str, Thing]:
    """Collected from the owner: one collection that is open with answers handed in, one with a first signature."""
    fields = [collected.question("number", "hours"), collected.question("text", "note")]
    made = [collected.collecting(world.sender, [world.owner], fields=fields, confirmed_by_units=True) for _each in "ab"]
    other, row = made
    for each in made:
        collected.handed_in(each, world.owner, f"hours=1&note={SECRET}")
    confirm_answers(reply=collected.of(other, world.owner), actor=world.people["director"])
    close_collection(collection=other, actor=world.sender)
    reply = collected.of(row, world.owner)
    parameters = {"pk": row.pk, "notice": row.notice_id}
    words = {"version": reply.version, "note": "words", "hours": 1, "reason": "words", "pick": f"{reply.pk}:2"}
    tables = collected.collecting(world.sender, [world.owner], fields=[*fields, COURSES], confirmed_by_units=True)
    return {
        "to fill in": Thing(tables, world.owner, {"pk": tables.notice_id, "notice": tables.notice_id}),
        "collection": Thing(row, world.owner, parameters, words),
        "signed collection": Thing(other, world.owner, {"pk": other.pk}, words),
        "answers": Thing(reply, world.owner, {"pk": reply.pk}, words),
    }


def relays(world: World) -> dict[str, Thing]:
    """Sent to the far unit: one relay whose unit is to sign, one whose unit has reported."""
    secretary = factories.person("遠秘", Role.UNIT_SECRETARY, at=world.far)
    waiting, told = (chain.relayed(world.sender, [world.far], asks=SECRET) for _each in "ab")
    chain.reported(told, world.far, secretary, SECRET)
    line = RelayLine.objects.get(relay=waiting)
    file = attach(waiting.notice, world.sender)
    words = {"text": "words", "reason": "words", "note": "words", "person": secretary.pk}
    parameters = {"pk": line.pk, "key": file.key, "notice": waiting.notice_id}
    return {
        "relay": Thing(waiting, secretary, {"pk": waiting.pk}, words),
        "unit of a relay": Thing(line, secretary, parameters, words),
        "report of a unit": Thing(told.lines.get(), secretary, {"pk": told.lines.get().pk}, words),
    }

"""A page asks the database as often for three rows as for one: every page of these apps, with rows of different people.

The pages are those of the written table of addresses, so a new one fails until it says how its rows are made, or why
it has none.
"""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count

import pgtrigger
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.approvals.services import ask
from apps.assignments.models import Call, DueEntry, Part, Verdict
from apps.assignments.models import Extension as Wish
from apps.assignments.models import Report as PartReport
from apps.core.clock import now
from apps.dispatch.models import Draft, Sent, SignPoint
from apps.documents import services as document_services
from apps.documents.enums import LinkKind
from apps.documents.models import Document, Proposal, Series
from apps.documents.models import Link as DocumentLink
from apps.interfaces.models import PersonalExport, Try
from apps.interfaces.services import SubscriptionData, TokenData, make_token, subscribe, try_address
from apps.journal.models import ListExport
from apps.journal.services import record
from apps.knowledge.services.articles import TERMS, change_article
from apps.knowledge.services.feedback import say_whether_it_helped
from apps.people.enums import Role
from apps.people.models import Person
from apps.replies.models import Collection
from apps.replies.services import make_missing_rows
from apps.servicedesk.enums import EscalationTo, EscalationWhen, Promise, RequestState, ViewScope
from apps.servicedesk.models import (
    CannedReply,
    EscalationRule,
    LegalHold,
    Link,
    MailIn,
    PaperBatch,
    PaperTemplate,
    Participant,
    RecurrenceDate,
    Request,
    Return,
    SavedView,
    Service,
    ServiceArticle,
    ServicePaper,
    Skill,
    TaskTemplate,
    ThirdPartyWait,
    TimeSpent,
    UnitHandler,
    Watcher,
)
from apps.servicedesk.services.helping import note_opening
from apps.servicedesk.services.searches import note_missed
from apps.servicedesk.view_filter import ViewFilter
from apps.tasks.models import Report
from tests import factories
from tests.assignments import factories as assigned
from tests.dispatch import factories as outgoing
from tests.documents import factories as letters
from tests.documents import factories as papers
from tests.interfaces import factories as programs
from tests.knowledge import factories as shelf
from tests.replies import factories as collected
from tests.seals import factories as stamps
from tests.security import matrix, viewers
from tests.security.conftest import world as world
from tests.security.world import World, attach, rows, together, undone
from tests.servicedesk import factories as desk
from tests.tasks import factories as work

APPS = (
    "servicedesk",
    "tasks",
    "seals",
    "documents",
    "dispatch",
    "knowledge",
    "interfaces",
    "replies",
    "journal",
    "approvals",
    "assignments",
)
sequence = count(1)


def fresh(name: str = "人") -> Person:
    """Somebody of a unit of the own: what is fetched row by row shows."""
    return factories.person(f"{name}{next(sequence)}", Role.STAFF, at=factories.unit(f"單位{next(sequence)}"))


def a_document(world: World) -> Document:
    """Of a sender and a handler of its own."""
    return papers.entered(factories.clerk(f"科員{next(sequence)}"), sender=f"來文單位{next(sequence)}", at=now())


def in_the_document(world: World) -> None:
    """One more of everything that a document's page shows."""
    row, clerk = world.things["document"].row, world.sender
    for source, target in ((row, a_document(world)), (a_document(world), row)):
        document_services.link(source=source, target=target, kind=LinkKind.IMPLEMENTS, actor=clerk)
    document_services.add_readers(document=row, people=[fresh()], actor=clerk)
    document_services.let_in(document=row, who=fresh(), words="words", actor=clerk)
    attach(row, clerk, f"{next(sequence)}.txt")
    text = document_services.write_edition(document=row, words={"title": next(sequence)}, actor=fresh())
    said = document_services.give_opinion(edition=text, kind="proposal", author=fresh(), on_behalf_of=fresh())
    plan = Proposal.objects.create(opinion=said, purpose="action", lead=factories.unit(f"單位{next(sequence)}"))
    plan.helpers.set([factories.unit(f"單位{next(sequence)}")])
    plan.readers.set([fresh()])


def a_service(world: World) -> Service:
    return desk.service(f"服務{next(sequence)}", area=desk.area(f"area{next(sequence)}"))


def a_request(world: World, **fields: object) -> Request:
    """In work, of a service, a person and a handler of its own."""
    values = {"requester": fresh(), "handler": factories.clerk(), "of": a_service(world)} | fields
    return desk.request(values.pop("state", RequestState.IN_PROGRESS), **values)


def own_request(world: World) -> Request:
    return a_request(world, requester=world.owner)


def beside_the_request(world: World) -> None:
    """One more of everything that a request's page shows."""
    row, clerk, person = world.things["request"].row, factories.clerk(), fresh()
    for internal in (False, True):
        attach(desk.message(row, clerk if internal else person, "words", internal=internal), clerk)
    attach(row, person)
    Participant.objects.create(request=row, person=person, added_by=clerk)
    Watcher.objects.create(request=row, person=clerk, added_by=clerk)
    for source, target in ((row, own_request(world)), (a_request(world), row)):
        Link.objects.create(source=source, target=target, kind="relates", made_by=clerk)
    work.task(person, clerk, subject=row)
    TimeSpent.objects.create(request=row, person=clerk, minutes=5, word="words")
    Return.objects.create(request=row, fields=["purpose"], note="words", returned_by=clerk, corrected_at=now())
    day = date(2026, 12, 1)
    ThirdPartyWait.objects.create(request=row, party="words", expected_on=day, made_by=clerk, ended_at=now())
    desk.certificate(row, person=person, issued_by=clerk)
    record(actor=clerk, verb="asked", obj=row, note="words", on_behalf_of=person)
    step = ask(subject=row, name={"en": "step"}, approver=person, actor=clerk, at=now())
    type(step).objects.filter(pk=step.pk).update(state="approved", decided_by=person, decided_at=now())
    row.clock.create(kind="set_due", at=now(), reason="words", new_due_at=now() + timedelta(days=2))


def a_batch(world: World) -> None:
    values = {"template_version": desk.paper_version(), "language": "en", "source": "words"}
    PaperBatch.objects.create(service=a_service(world), created_by=factories.clerk(), **values)


def row_of_batch(world: World) -> None:
    batch = world.things["batch of papers"].row
    batch.rows.create(place=100 + next(sequence), person=fresh(), state="ready", printed={"name": "words"})


def a_template(world: World, service: Service | None = None) -> None:
    first = desk.paper_version().template
    template = PaperTemplate.objects.create(code=f"paper{next(sequence)}", name={"en": "words"}, draft=first.draft)
    template.versions.create(number=1, content=desk.paper_version().content, published_by=fresh())
    ServicePaper.objects.create(service=service or a_service(world), template=template, order=next(sequence))


def tried_service(world: World) -> Service:
    return world.things["service"].row


def rule(world: World) -> None:
    values = {"promise": Promise.COMPLETION, "when": EscalationWhen.AT, "to": EscalationTo.PERSON}
    EscalationRule.objects.create(service=tried_service(world), person=fresh(), made_by=factories.clerk(), **values)


def handlers(world: World) -> None:
    service, unit = tried_service(world), factories.unit(f"單位{next(sequence)}")
    Skill.objects.create(service=service, person=factories.clerk(f"科員{next(sequence)}"))
    UnitHandler.objects.create(service=service, unit=unit, person=factories.clerk(f"科員{next(sequence)}"))


def an_article(world: World) -> None:
    made = shelf.article(factories.clerk(f"筆{next(sequence)}"), **shelf.words(f"須知{next(sequence)}"))
    ServiceArticle.objects.create(service=tried_service(world), article=made, order=next(sequence))
    note_opening(article=made, service=a_service(world), person=fresh())


def version_of_article(world: World) -> None:
    row = world.things["article"].row
    row.refresh_from_db()
    terms = {name: getattr(row, name) for name in TERMS}
    values = shelf.words(f"須知{next(sequence)}") | terms
    change_article(article=row, version=row.version, values=values, actor=factories.clerk(f"筆{next(sequence)}"))
    say_whether_it_helped(article=row, person=fresh(), helped=False, word="words")


def a_date(world: World) -> None:
    day = date(2027, 1, 1) + timedelta(days=next(sequence))
    again = world.things["recurring request"].row
    RecurrenceDate.objects.create(recurrence=again, date=day, day=day, state="filed", request=own_request(world))


def a_hold(world: World) -> None:
    for about in ({"request": a_request(world)}, {"person": fresh()}, {"service": a_service(world)}):
        LegalHold.objects.create(reason="words", placed_by=fresh(), **about)


def a_mail(world: World) -> None:
    mail = rows.mail_at_desk(f"words{next(sequence)}")
    MailIn.objects.filter(pk=mail.pk).update(person=fresh())


def a_task_of_service(world: World) -> None:
    TaskTemplate.objects.create(service=tried_service(world), title="核對", moment="taken", owner=factories.clerk())


def a_report(world: World) -> None:
    task, person = world.things["task"].row, fresh()
    attach(Report.objects.create(task=task, text="words", author=person, on_behalf_of=fresh()), person)
    attach(task, person)
    record(actor=person, verb="reported", obj=task, note="words")


def a_seal(world: World) -> None:
    """With a line, of another keeper."""
    stamps.line(stamps.seal(keeper=fresh()))


def in_the_seal(world: World) -> None:
    seal, first = world.things["seal"].row, now() + timedelta(days=10 * next(sequence))
    stamps.stand_in(seal, fresh(), first, first + timedelta(days=1))
    stamps.line(seal, requester=fresh(), at=now())
    seal.handovers.create(
        giver=fresh(), taker=fresh(), pieces=1, lines=0, made=0, open_lines=0, state="taken", taken_at=now()
    )


def in_the_line(world: World) -> None:
    use, person = world.things["seal use"].row, fresh()
    with pgtrigger.ignore():
        type(use).objects.filter(pk=use.pk).update(allowed=20)
    use.impressions.create(made=1, by=person, on_behalf_of=fresh(), witness=fresh())
    given = {"seal": use.seal, "taker": person, "companion": fresh(), "released_by": fresh(), "place": "words"}
    moments = {"from_at": now(), "due_at": now() + timedelta(days=1), "returned_at": now() + timedelta(hours=1)}
    use.outings.create(**given, **moments, returned_to=fresh())
    attach(use, person)


def a_program(world: World) -> None:
    programs.integration(world.owner, actor=factories.administrator(number=f"A{next(sequence)}"))


def in_the_program(world: World) -> None:
    row = world.things["program"].row
    actor = factories.administrator(number=f"A{next(sequence)}")
    make_token(integration=row, data=TokenData(["requests:read"], 30), actor=actor)
    told = SubscriptionData(f"https://h{next(sequence)}.example/", ["request.moved"], [])
    subscribe(integration=row, data=told, actor=actor)


def a_call(world: World) -> None:
    address = world.things["address of a program"].row
    call = try_address(subscription=address, actor=world.people["administrator"]) or address.calls.latest("pk")
    Try.objects.create(call=call, at=now(), status=500, words="words", millis=1)


def a_copy(world: World) -> None:
    values = {"person": world.owner, "asked_by": fresh(), "language": "en", "expires_at": now() + timedelta(hours=1)}
    PersonalExport.objects.create(state="failed", failure="words", reason="words", **values)


def an_exported_list(world: World) -> None:
    values = {"listing": "requests", "language": "en", "state": "failed", "expires_at": now() + timedelta(hours=1)}
    ListExport.objects.create(person=world.owner, reason="words", **values)


def a_collection(world: World) -> None:
    collected.collecting(factories.clerk(f"徵集人{next(sequence)}"), [world.owner], confirmed_by_units=True)


def answers_of_another(world: World) -> None:
    for name in ("collection", "signed collection"):
        row: Collection = world.things[name].row
        row.notice.obligations.create(person=fresh(), reason="", created_at=now())
    make_missing_rows(now())


def a_view(world: World) -> None:
    values = {"query": ViewFilter(sort="newest").as_json(), "scope": ViewScope.OFFICE}
    SavedView.objects.create(owner=fresh(), name=f"words{next(sequence)}", **values)


def a_canned_reply(world: World) -> None:
    about = {"unit": factories.office(), "service": a_service(world)}
    CannedReply.objects.create(owner=fresh(), name="words", body={"zh-hant": "words"}, **about)


def an_assignment(world: World, **fields: object) -> None:
    """With a lead and a helper, both late by now, one of them named; of people and units of its own."""
    units = [factories.unit(f"單位{next(sequence)}") for _each in "ab"]
    row = assigned.given(factories.clerk(f"交辦{next(sequence)}"), units, at=None, due_at=assigned.days_ahead(2))
    Part.objects.filter(assignment=row).update(person=fresh(), due_at=now() - timedelta(days=1), **fields)


def in_the_assignment(world: World) -> None:
    """One more helper of the far unit's assignment, with a report."""
    row, clerk = world.things["assignment"].row, fresh()
    part = row.parts.create(
        unit=factories.unit(f"單位{next(sequence)}"), role="helper", added_by=fresh(), due_at=row.due_at, person=fresh()
    )
    PartReport.objects.create(part=part, round=1, text="words", author=clerk, on_behalf_of=fresh())
    attach(row, clerk)
    record(actor=fresh(), verb="urged", obj=row, note="words", on_behalf_of=fresh())


def in_the_part(world: World) -> None:
    """One more of everything that the page of a part shows."""
    in_the_assignment(world)
    part, number = world.things["part of an assignment"].row, next(sequence)
    said = PartReport.objects.create(part=part, round=number, text="words", author=fresh(), on_behalf_of=fresh())
    Verdict.objects.create(report=said, kind="returned", note="words", by=fresh(), on_behalf_of=fresh())
    attach(said, fresh())
    Call.objects.create(part=part, outcome="no_answer", person=fresh(), by=fresh())
    due, cause = part.due_at, world.things["notice"].row
    DueEntry.objects.create(part=part, kind="paused", words="words", cause=cause, by=fresh(), on_behalf_of=fresh())
    wish = {"part": part, "old": due, "wanted": due + timedelta(days=1), "reason": "words", "state": "lapsed"}
    Wish.objects.create(asked_by=fresh(), asked_for=fresh(), decided_by=fresh(), decided_for=fresh(), **wish)
    record(actor=fresh(), verb="urged", obj=part, note="words", on_behalf_of=fresh())


def own_part(world: World) -> None:
    row = assigned.given(factories.clerk(f"交辦{next(sequence)}"), [world.far], at=None, due_at=assigned.days_ahead(2))
    row.parts.update(person=fresh(), stand_in=world.owner)


def a_paper(world: World) -> Draft:
    """Being signed, each with people of its own."""
    return outgoing.put_up(outgoing.office())


def in_the_paper(world: World) -> None:
    """One more of everything that the page of a paper shows."""
    row = world.things["outgoing paper"].row.document
    person, other = factories.clerk(), fresh()
    edition = document_services.latest(row)
    document_services.give_opinion(edition=edition, kind="check", author=person, words="words", on_behalf_of=other)
    point = SignPoint.objects.filter(document=row).order_by("-pk").first()
    step = point.step
    step.pk, step.place, step.approver = None, step.place + 1, person
    step.save()
    SignPoint.objects.create(step=step, document=row, edition=edition, kind=point.kind)
    attach(row, person)
    Sent.objects.create(document=row, receiver="words", how="post", sent_on=date(2026, 12, 1), by=person)
    DocumentLink.objects.create(source=row, target=letters.incoming(), kind="implements", made_by=person)
    record(actor=person, verb="numbered", obj=row, note="words", on_behalf_of=other)


def a_series(world: World) -> Series:
    numbers = factories.series(f"more{next(sequence)}")
    return Series.objects.create(numbers=numbers, direction="outgoing", unit=factories.unit("單位"))


def a_number(world: World) -> None:
    day = timezone.localtime(now()).date()
    line = world.things["reserved number"].row
    document_services.reserve_number(series=line.series, words="words", until=day, actor=factories.clerk())


ROWS: dict[str, Callable[[World], object]] = {
    "assignments:detail": in_the_assignment,
    "assignments:list": own_part,
    "assignments:part": in_the_part,
    "assignments:phone": lambda world: an_assignment(world, rung=2),
    "assignments:sheet": an_assignment,
    "assignments:supervision": an_assignment,
    "knowledge:list": an_article,
    "knowledge:detail": version_of_article,
    "knowledge:edit": version_of_article,
    "knowledge:history": version_of_article,
    "servicedesk:areas": a_service,
    "servicedesk:assignment": handlers,
    "servicedesk:batch": row_of_batch,
    "servicedesk:batches": a_batch,
    "servicedesk:canned": a_canned_reply,
    "servicedesk:catalogue": a_service,
    "servicedesk:check_answers": lambda world: attach(world.things["draft"].row, fresh()),
    "servicedesk:clock": beside_the_request,
    "servicedesk:create_batch": a_template,
    "servicedesk:create_reply": a_service,
    "servicedesk:create_service": a_service,
    "servicedesk:create_view": a_request,
    "servicedesk:detail": beside_the_request,
    "servicedesk:draft": lambda world: attach(world.things["draft"].row, fresh()),
    "servicedesk:edit_service": a_service,
    "servicedesk:edit_template": a_template,
    "servicedesk:file": an_article,
    "servicedesk:help_rows": an_article,
    "servicedesk:list": a_request,
    "servicedesk:list_news": a_request,
    "servicedesk:mail": own_request,
    "servicedesk:mails": a_mail,
    "servicedesk:manage": a_service,
    "servicedesk:mine": own_request,
    "servicedesk:offered": an_article,
    "servicedesk:others": own_request,
    "servicedesk:papers": lambda world: desk.certificate(own_request(world), person=world.owner, issued_by=fresh()),
    "servicedesk:plan": lambda world: desk.step(tried_service(world), role=Role.LEADER, order=next(sequence)),
    "servicedesk:preview": beside_the_request,
    "servicedesk:recurrence": a_date,
    "servicedesk:recurring": lambda world: together.recurrence(own_request(world)),
    "servicedesk:retention": a_hold,
    "servicedesk:searches": lambda world: (note_missed(words=f"字{next(sequence)}"), a_service(world)),
    "servicedesk:service_articles": an_article,
    "servicedesk:service_papers": lambda world: a_template(world, tried_service(world)),
    "servicedesk:service_tasks": a_task_of_service,
    "servicedesk:split": beside_the_request,
    "servicedesk:targets": rule,
    "servicedesk:templates": a_template,
    "servicedesk:try_plan": lambda world: desk.step(tried_service(world), role=Role.LEADER, order=next(sequence)),
    "servicedesk:views": a_view,
    "dispatch:compare": in_the_paper,
    "dispatch:detail": in_the_paper,
    "dispatch:edition": in_the_paper,
    "dispatch:ledger": lambda world: (a_series(world), a_number(world)),
    "dispatch:list": a_paper,
    "seals:book": in_the_seal,
    "seals:create": a_seal,
    "seals:detail": in_the_seal,
    "seals:ledger": a_seal,
    "seals:list": a_seal,
    "seals:use": in_the_line,
    "documents:access": in_the_document,
    "documents:chain": in_the_document,
    "documents:compare": in_the_document,
    "documents:detail": in_the_document,
    "documents:edition": in_the_document,
    "documents:find": a_document,
    "documents:list": a_document,
    "documents:search": a_document,
    "documents:propose": lambda world: (factories.unit(f"單位{next(sequence)}"), factories.leader()),
    "documents:same": a_document,
    "documents:senders": a_document,
    "documents:settings": a_series,
    "interfaces:create_subscription": a_service,
    "interfaces:integration": in_the_program,
    "interfaces:integrations": a_program,
    "interfaces:mine": a_program,
    "interfaces:my_data": a_copy,
    "interfaces:subscription": a_call,
    "tasks:detail": a_report,
    "tasks:list": lambda world: work.task(world.owner, factories.clerk(), subject=a_request(world)),
    "journal:audit": lambda world: record(actor=fresh(), verb="changed", obj=a_service(world), changes={"name": "x"}),
    "journal:exports": an_exported_list,
    "replies:collect": a_collection,
    "replies:list": a_collection,
    "replies:progress": answers_of_another,
    "replies:totals": answers_of_another,
}
FORM, ONE = "a form of one thing", "one thing, nothing of which there may be many"
WITHOUT_ROWS = {
    "documents:create": FORM,
    "documents:edit": FORM,
    "documents:edit_series": FORM,
    "interfaces:create_integration": FORM,
    "interfaces:edit_integration": FORM,
    "interfaces:edit_subscription": FORM,
    "knowledge:create": FORM,
    "replies:detail": ONE,
    "replies:fill": FORM,
    "dispatch:create": FORM,
    "dispatch:edit": FORM,
    "dispatch:sign": ONE,
    "dispatch:use_line": FORM,
    "seals:edit": FORM,
    "servicedesk:check": ONE,
    "servicedesk:create_area": FORM,
    "servicedesk:create_step": FORM,
    "servicedesk:create_template": FORM,
    "servicedesk:edit_area": FORM,
    "servicedesk:edit_reply": FORM,
    "servicedesk:edit_step": FORM,
    "servicedesk:edit_view": FORM,
    "servicedesk:filed": ONE,
    "servicedesk:import_service": FORM,
    "servicedesk:news": ONE,
    "servicedesk:paper": ONE,
    "servicedesk:preview_service": FORM,
    "servicedesk:rating": ONE,
    "servicedesk:repeat": FORM,
    "servicedesk:retention_rule": FORM,
    "servicedesk:service_duplicates": FORM,
    "servicedesk:status": ONE,
    "servicedesk:whole_mail": ONE,
}


def pages() -> set[str]:
    named = {name for name in matrix.table() if name.partition(":")[0] in APPS and viewers.ways_in(name, "GET")}
    return named - set(viewers.FILES)


def test_every_page_of_these_apps_says_how_its_rows_are_made() -> None:
    assert pages() - set(ROWS) - set(WITHOUT_ROWS) == set()
    assert (set(ROWS) | set(WITHOUT_ROWS)) - pages() == set(), "is no page any more"
    assert set(ROWS) & set(WITHOUT_ROWS) == set()


def asked(world: World, name: str, side: str) -> list[str]:
    """The queries of the page, the second time that it is opened."""
    thing = world.things[matrix.table()[name].thing]
    client, path = world.client(viewers.person(world, side, thing)), matrix.address(name, thing.parameters)
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
        b"".join(answer)
    assert answer.status_code == 200, (name, side, answer.status_code)
    return [query["sql"] for query in queries]


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ROWS))
def test_three_rows_cost_the_queries_of_one(world: World, name: str) -> None:
    sides = viewers.ways_in(name, "GET")
    with undone():
        ROWS[name](world)
        before = {side: asked(world, name, side) for side in sides}
        for _more in range(2):
            ROWS[name](world)
        after = {side: asked(world, name, side) for side in sides}
    assert {side: len(found) for side, found in after.items()} == {side: len(found) for side, found in before.items()}

"""One of each thing, all of another person of another unit, each holding a secret word that no stranger may read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import randrange

from django.conf import settings
from django.db import models, transaction
from django.test import Client

from apps.approvals.models import Step
from apps.approvals.services import ask
from apps.core.clock import now
from apps.core.public_links import hash_token
from apps.delivery.enums import Channel, DeliveryState, EvidenceKind
from apps.delivery.models import BrowserSubscription, Delivery
from apps.delivery.services import Text, record_evidence
from apps.imports.enums import BatchState, Verdict
from apps.imports.models import Batch, Row
from apps.interfaces.models import PersonalExport
from apps.interfaces.services import (
    IntegrationData,
    SubscriptionData,
    TokenData,
    create_integration,
    make_token,
    subscribe,
    try_address,
)
from apps.journal.files import store_bytes
from apps.journal.models import Attachment, ListExport
from apps.journal.services import record
from apps.notices.audience import Rule
from apps.notices.enums import OccurrenceState
from apps.notices.models import FileReport
from apps.notices.services import ask_approval as ask_notice_approval
from apps.notices.services.audiences import create_audience
from apps.people import tokens
from apps.people.enums import ContactKind, Role, UnitKind
from apps.people.models import ContactPoint, Deputy, Group, Invitation, Person, Unit
from apps.relays.models import RelayLine
from apps.replies.services import close as close_collection
from apps.replies.services import confirm as confirm_answers
from apps.seals.services import give, impress, take_out
from apps.servicedesk.enums import EscalationTo, EscalationWhen, Product, Promise, RequestState
from apps.servicedesk.models import (
    Consent,
    EscalationRule,
    LegalHold,
    PaperBatch,
    RatingInvitation,
    Request,
    Service,
    StatusLink,
)
from apps.servicedesk.rating_links import rating_token
from apps.servicedesk.services.searches import note_missed
from tests import factories
from tests.delivery import factories as outbox
from tests.knowledge import factories as shelf
from tests.notices import factories as board
from tests.notices import series_factories as regular
from tests.questionnaires.test_tables import COURSES
from tests.relays import factories as chain
from tests.replies import factories as collected
from tests.seals import factories as stamps
from tests.security import desk_rows, rows, together
from tests.servicedesk import factories as desk
from tests.servicedesk.factories import paper_version

SECRET = "zq7secretword"
TOKEN = "check-token-of-a-certificate"
INVITATION = "invitation-token-of-somebody"
ROLES = ("nobody", "student", "staff", "unit_secretary", "unit_head", "clerk", "director", "leader", "administrator")


@dataclass
class Thing:
    """A row, whose it is, and what its addresses need."""

    row: models.Model | None
    owner: Person | None
    parameters: dict[str, object] = field(default_factory=dict)
    form: dict[str, object] = field(default_factory=dict)  # what its POST addresses need to get as far as the right


@dataclass
class World:
    people: dict[str, Person]
    owner: Person
    sender: Person
    near: Unit
    far: Unit
    things: dict[str, Thing]
    cookies: dict[int, str] = field(default_factory=dict)

    def client(self, who: str | Person | None) -> Client:
        """A fresh browser of this person, or of this role's person, at an own address (limits count by it)."""
        person = self.people.get(who) if isinstance(who, str) else who
        key = person.pk if person else 0
        client = Client(raise_request_exception=False, REMOTE_ADDR=f"10.{key % 250}.{randrange(250)}.{randrange(250)}")
        if person:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.cookies.get(key) or sign_in(person)
        return client


def sign_in(person: Person) -> str:
    """A session of this person."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def build() -> World:
    """The college, one person a role in the near unit, and things of `owner` (far unit) and `sender` (office)."""
    board.ground()
    factories.series("certificate", "C{year}-{number:05d}")
    root = factories.root_unit()
    near = factories.unit("近系", parent=root, code="near")
    far = factories.unit("遠系", parent=root, kind=UnitKind.DEPARTMENT, code="far")
    people = {
        "student": factories.person("近生", Role.STUDENT, at=near),
        "staff": factories.person("近師", Role.STAFF, at=near),
        "unit_secretary": factories.person("近秘", Role.UNIT_SECRETARY, at=near),
        "unit_head": factories.head(near, "近系主任"),
        "clerk": factories.clerk("科員乙"),
        "director": factories.director(),
        "leader": factories.leader(),
        "administrator": factories.administrator(),
    }
    owner = factories.person(f"遠生{SECRET}", Role.STUDENT, at=far)
    sender = factories.clerk("科員甲")
    world = World(people, owner, sender, near, far, {})
    world.things = things(world)
    world.cookies = {person.pk: sign_in(person) for person in (*people.values(), owner, sender)}
    return world


def things(world: World) -> dict[str, Thing]:
    request = filed(world)
    made = {
        "nothing": Thing(None, None, {"app_label": "auth"}),
        "request": request,
        "request in approval": decided(world),
        "draft": draft(world),
        "certificate": certificate(world),
        "waiting file": waiting_file(world),
        "person": Thing(world.owner, world.owner, {"pk": world.owner.pk}),
        "form": form(),
        "service": service(world, request.row.service),
        "area": Thing(request.row.service.area, world.sender, {"code": request.row.service.area.code}),
        "unit": Thing(world.far, world.owner, {"pk": world.far.pk}),
    }
    made |= {"notice to approve": notice_to_approve(world)}
    made |= {"notice": notice(world), "notice draft": notice_draft(world), "batch": batch(world)}
    made |= answers(world)
    made |= relays(world)
    made |= {
        name: Thing(row, world.sender, parameters, form)
        for name, (row, parameters, form) in desk_rows.rows_of(world.sender, SECRET).items()
    }
    reply = made["canned reply"].row
    made["canned text"] = Thing(reply, world.owner, {"pk": request.row.pk, "reply_pk": reply.pk})
    made["timed request"] = timed(world)
    made |= {
        "delivery": delivery(world),
        "paper template": of_nobody(paper_version().template),
        "batch of papers": paper_batch(world),
        "request to seal": to_seal(world),
    }
    made |= sealed(world)
    made |= {
        "inbound": of_nobody(rows.inbound(SECRET)),
        "mail": of_nobody(rows.mail_at_desk(SECRET), number="R2026-90001", words="use_portal", note="words"),
        "status report": of_nobody(rows.status_report(SECRET), note="words", delivery=1),
        "suppression": of_nobody(rows.suppression(SECRET)),
        "robot": of_nobody(rows.robot(SECRET)),
        "deputy": deputy(world),
        "group": group(world),
        "audience": audience(world),
        "template": template(world),
        "series": series(world),
        **programs(world),
        "list": Thing(None, None, {"code": "requests"}),
        "exported list": exported_list(world),
        "copy of data": copy_of_data(world),
    }
    made |= of_service(world, request.row)
    made |= {
        "article": article(world),
        "filed for the owner": filed_for(world),
        "objected": objected(world),
        "status link": status_link(world),
        "rating link": rating_link(world),
        "missed search": of_nobody(note_missed(words="words")),
    }
    open_to_all = shelf.article(world.sender)
    made["service with article"] = Thing(
        request.row.service, None, {"code": request.row.service.code, "pk": open_to_all.pk}
    )
    return made | related(world, request) | of_person(world) | evidence(made["delivery"].row)


def of_service(world: World, request: Request) -> dict[str, Thing]:
    """An escalation rule of the service, and a hold over the request."""
    rule = EscalationRule.objects.create(
        service=request.service, promise=Promise.COMPLETION, when=EscalationWhen.AT, to=EscalationTo.HANDLER
    )
    hold = LegalHold.objects.create(request=request, reason=SECRET, placed_by=world.sender)
    return {
        "escalation rule": Thing(rule, None, {"code": request.service.code, "pk": rule.pk}),
        "hold": Thing(hold, None, {"pk": hold.pk}),
    }


def service(world: World, row: Service) -> Thing:
    """With one step in its plan; requests that are filed do not have it."""
    desk.step(row, role=Role.DIRECTOR)
    return Thing(row, world.sender, {"code": row.code, "place": 1}, {"print": "another"})


def filed(world: World) -> Thing:
    """A request with a public message, an internal note, a file of each and an approval asked of the director."""
    row = desk.request(
        number="R2026-90001", requester=world.owner, answers={"purpose": SECRET, "remarks": SECRET, "register": SECRET}
    )
    for internal in (False, True):
        message = desk.message(row, world.owner if not internal else world.sender, SECRET, internal=internal)
        attach(message, world.owner if not internal else world.sender)
    attach(row, world.owner)
    record(actor=world.sender, verb="asked", obj=row, note=SECRET, internal=True)
    return Thing(row, world.owner, {"pk": row.pk}, moves(world, row))


def related(world: World, request: Thing) -> dict[str, Thing]:
    """What stands beside the request, and what its addresses need."""
    about = request.row
    other = together.other_request(about, SECRET)
    part, link, task = together.participant(about), together.link(about, other), together.task(about, SECRET)
    attach(task, world.sender)
    request.form |= {"other": other.pk, "kind": "follows", "number": "none", "name": "none", "title": "words"}
    request.form |= {"owner": world.sender.number, "service": about.service_id, "answers": "purpose"}
    again, own = together.recurrence(other), together.service_task(about)
    dates = {"frequency": "weekly", "weekday": 1, "starts_on": "2026-11-23", "time": "09:00", "day_off": "next"}
    dates |= {"files_itself": "0"}
    request.form |= dates
    words = {"text": "words", "note": "words", "title": "words", "owner": world.sender.number}
    return {
        "participant": Thing(part, about.requester, {"pk": about.pk, "participant": part.pk}),
        "link": Thing(link, about.requester, {"pk": about.pk, "link": link.pk}),
        "task": Thing(task, about.requester, {"pk": task.pk}, words),
        "recurring request": Thing(again, about.requester, {"pk": again.pk}, dates),
        "task of a service": Thing(own, None, {"code": about.service.code, "pk": own.pk}),
    }


def moves(world: World, row: Request) -> dict[str, object]:
    """What makes the form of every move valid, so that only the right decides."""
    words = dict.fromkeys(("note", "body", "reason", "purpose", "remarks", "register", "explanation"), "words")
    return words | {
        "version": row.version,
        "handler": world.sender.pk,
        "unit": elsewhere().pk,
        "fields_to_correct": "purpose",
        "rating": 5,
        "decision": "approved",
        "due_at": "2027-03-01T10:00",
        "party": "words",
        "expected_on": "2027-03-01",
        "priority": 1,
        "word": "on",
        "pk": row.pk,
    }


def elsewhere() -> Unit:
    """Another unit that handles requests."""
    found = Unit.objects.filter(code="elsewhere").first()
    return found or factories.person("別處科員", Role.CLERK, at=factories.unit("別處", code="elsewhere")).main_unit


def decided(world: World) -> Thing:
    row = desk.request(RequestState.IN_APPROVAL, number="R2026-90002", requester=world.owner, handler=world.sender)
    step = ask(subject=row, name={"en": "approval"}, role=Role.DIRECTOR, actor=world.sender, at=now())
    return Thing(row, world.owner, {"pk": row.pk}, moves(world, row) | {"step": step.pk, "step_version": step.version})


def timed(world: World) -> Thing:
    """A request of a service for which time is written down."""
    row = desk.request(number="R2026-90009", requester=world.owner, of=desk.service(counts_time=True))
    return Thing(row, world.owner, {"pk": row.pk}, moves(world, row) | {"minutes": 5, "word": "words"})


def filed_for(world: World) -> Thing:
    """A clerk filed it for the owner."""
    row = desk.request(number=f"R2026-9001{Consent.objects.count()}", requester=world.owner, filed_by=world.sender)
    Consent.objects.create(request=row, asked_by="phone", noted_by=world.sender)
    return Thing(row, world.owner, {"pk": row.pk}, moves(world, row))


def objected(world: World) -> Thing:
    thing = filed_for(world)
    Consent.objects.filter(request=thing.row).update(objected_at=now(), objection=SECRET)
    return thing


def status_link(world: World) -> Thing:
    row = desk.request(RequestState.IN_PROGRESS, number="R2026-90020", requester=world.owner)
    StatusLink.objects.create(request=row, token_hash=hash_token(TOKEN), made_by=world.owner)
    return Thing(row, world.owner, {"pk": row.pk, "token": TOKEN}, {"token": TOKEN})


def rating_link(world: World) -> Thing:
    row = desk.request(RequestState.RESOLVED, number="R2026-90021", requester=world.owner)
    token = rating_token(RatingInvitation.objects.create(request=row))
    return Thing(row, world.owner, {"token": token, "score": 5}, {"rating": 5})


def draft(world: World) -> Thing:
    row = desk.draft(world.owner, answers={"purpose": SECRET})
    return Thing(row, world.owner, {"pk": row.pk})


def certificate(world: World) -> Thing:
    request = desk.request(RequestState.RESOLVED, number="R2026-90003", requester=world.owner, handler=world.sender)
    row = desk.certificate(
        request,
        number="C2026-90001",
        printed={"name": "林*", "number": "C2026-90001"},
        blob=store_bytes(b"%PDF-1.7 paper " + SECRET.encode(), content_type="application/pdf"),
        token_hash=hash_token(TOKEN),
        issued_at=now(),
        issued_by=world.sender,
    )
    attach(row, world.sender, "certificate.pdf")
    return Thing(row, world.owner, {"pk": row.pk, "token": TOKEN}, {"note": "words", "reason": "words"})


def paper_batch(world: World) -> Thing:
    """A batch with the owner in it, looked at."""
    row = PaperBatch.objects.create(
        service=desk.certificate_service(),
        template_version=paper_version(),
        language="en",
        source=SECRET,
        created_by=world.sender,
        combined=store_bytes(b"%PDF-1.7 sheets " + SECRET.encode(), content_type="application/pdf"),
    )
    row.rows.create(place=1, person=world.owner, state="ready", printed={"name": SECRET})
    return Thing(row, world.sender, {"pk": row.pk})


def to_seal(world: World) -> Thing:
    service = desk.service(product=Product.SEAL_USE)
    row = desk.request(RequestState.IN_PROGRESS, number="R2026-90004", requester=world.owner, of=service)
    return Thing(row, world.owner, {"pk": row.pk}, {"seal": ""})


def sealed(world: World) -> dict[str, Thing]:
    """A seal that a teacher of the far unit keeps, with a line that has an entry, an outing, and a hand-over."""
    keeper = factories.person("印管", Role.STAFF, at=world.far)
    deputy = factories.person("代管", Role.STAFF, at=world.far)
    seal = stamps.seal(keeper=keeper, name={"zh-hant": SECRET, "en": SECRET})
    other = stamps.seal(keeper=keeper)
    stamps.stand_in(seal, deputy, now() + timedelta(days=2), now() + timedelta(days=3))
    use = stamps.line(seal, requester=world.sender, title=SECRET, at=now())
    attach(use, keeper)
    entry = impress(use=use, actor=keeper, made=1)
    outing = take_out(
        use=use, taker=keeper, companion=deputy, place=SECRET, due_at=now() + timedelta(days=1), actor=keeper
    )
    handover = give(seal=other, taker=deputy, pieces=1, note=SECRET, actor=keeper)
    parameters = {"pk": seal.pk, "year": 2026, "keeping_pk": seal.keepings.stand_ins().get().pk}
    words = {"note": "words", "made": 1, "spoiled": 0, "no_photo_reason": "words", "explanation": "words", "pieces": 1}
    words |= {"taker": deputy.number, "companion": deputy.number, "place": "x", "due_at": "2027-03-01T10:00"}
    words |= {"person": deputy.number, "first_day": "2027-03-01", "last_day": "2027-03-02", "state": "stored"}
    return {
        "seal": Thing(seal, keeper, parameters, words),
        "seal use": Thing(use, keeper, {"pk": use.pk, "entry_pk": entry.pk, "outing_pk": outing.pk}, words),
        "hand-over": Thing(handover, deputy, {"pk": other.pk, "handover_pk": handover.pk}, words),
    }


def attach(to: models.Model | None, person: Person, name: str = "paper.txt") -> Attachment:
    blob = store_bytes(f"{SECRET} {to}".encode(), content_type="text/plain")
    made = Attachment(blob=blob, name=f"{SECRET}-{name}", uploaded_by=person)
    if to is not None:
        made.subject = to
    made.save()
    return made


def waiting_file(world: World) -> Thing:
    row = attach(None, world.owner)
    return Thing(row, world.owner, {"key": row.key})


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


def article(world: World) -> Thing:
    """Published for everybody of the far unit, so it holds no secret of the owner's."""
    row = shelf.article(world.sender, **shelf.words("遠系須知"), audience="unit", unit=world.far)
    form = {"helped": "yes", "next_review": "2030-01-01"}
    return Thing(row, world.owner, {"pk": row.pk}, form)


def notice_to_approve(world: World) -> Thing:
    row = board.draft(world.sender, rule=Rule(numbers=(world.owner.number,)), title={"zh-hant": SECRET})
    ask_notice_approval(notice=row, actor=world.sender)
    step = Step.objects.about(row).get()
    words = {"step": step.pk, "step_version": step.version, "note": "words"}
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


def batch(world: World) -> Thing:
    row = Batch.objects.create(
        target="roster",
        blob=store_bytes(f"number,name\n1,{SECRET}".encode(), content_type="text/csv"),
        file_name=f"{SECRET}.csv",
        columns=[{"sheet": "", "line": 1, "titles": ["number", "name"]}],
        mapping={"number": "number", "name": "name"},
        state=BatchState.CHECKED,
        counts={Verdict.REFUSED: 1},
        total=1,
        created_by=world.sender,
    )
    line = Row.objects.create(
        batch=row, line=2, raw=["1", SECRET], values={"name": SECRET, "number": "1"}, verdict=Verdict.REFUSED
    )
    return Thing(row, world.sender, {"pk": row.pk, "row_pk": line.pk})


def delivery(world: World) -> Thing:
    row = outbox.mail(world.owner, last_answer=f"550 {SECRET}")
    return Thing(row, world.owner, {"pk": row.pk})


def of_nobody(row: models.Model, **form: object) -> Thing:
    return Thing(row, None, {"pk": row.pk}, form)


def deputy(world: World) -> Thing:
    other = factories.person("遠師", Role.STAFF, at=world.far)
    row = Deputy.objects.create(
        principal=world.owner,
        deputy=other,
        starts_at=now() - timedelta(days=1),
        ends_at=now() + timedelta(days=30),
        reason=SECRET,
        created_by=world.owner,
    )
    return Thing(row, world.owner, {"pk": row.pk})


def group(world: World) -> Thing:

    row = Group.objects.create(code="far-group", name={"zh-hant": SECRET}, owner=world.sender)
    row.memberships.create(person=world.owner)
    return Thing(row, world.sender, {"pk": row.pk, "code": row.code, "person_pk": world.owner.pk})


def exported_list(world: World) -> Thing:
    sheet = store_bytes(b"PK " + SECRET.encode(), content_type="application/zip")
    row = ListExport.objects.create(
        person=world.owner,
        listing="requests",
        language="en",
        state="ready",
        blob=sheet,
        made_at=now(),
        rows=1,
        expires_at=now() + timedelta(hours=1),
    )
    return Thing(row, world.owner, {"pk": row.pk})


def copy_of_data(world: World) -> Thing:
    kept = store_bytes(b"PK copy " + SECRET.encode(), content_type="application/zip")
    row = PersonalExport.objects.create(
        person=world.owner,
        asked_by=world.owner,
        language="en",
        state="ready",
        blob=kept,
        made_at=now(),
        expires_at=now() + timedelta(hours=1),
    )
    return Thing(row, world.owner, {"pk": row.pk})


def programs(world: World) -> dict[str, Thing]:
    """A program that acts in the owner's name, its token, and an address that it is told by, with a call."""
    actor = world.people["administrator"]
    data = IntegrationData(SECRET, SECRET, world.owner)
    row = create_integration(data=data, actor=actor)
    token, _text = make_token(integration=row, data=TokenData(["requests:read"], 30), actor=actor)
    told = SubscriptionData(f"https://{SECRET}.example/", ["request.moved"], [])
    address, _secret = subscribe(integration=row, data=told, actor=actor)
    try_address(subscription=address, actor=actor)
    form = {
        "name": "words",
        "purpose": "words",
        "owner": world.owner.number,
        "version": row.version,
        "scopes": "requests:read",
        "days": 30,
        "url": "https://other.example/",
        "events": "request.moved",
        "a_minute": 60,
    }
    return {
        "program": Thing(row, world.owner, {"pk": row.pk}, form),
        "token": Thing(token, world.owner, {"pk": token.pk}),
        "address of a program": Thing(address, world.owner, {"pk": address.pk}, form),
    }


def of_person(world: World) -> dict[str, Thing]:
    """The owner's post, second address, open invitation and message in the portal."""
    post, other = world.owner.posts.get(), {"pk": world.owner.pk}
    contact = ContactPoint.objects.create(
        person=world.owner, kind=ContactKind.MAIL, value=f"{SECRET}@far.example", verified_at=now()
    )
    unproved = ContactPoint.objects.create(person=world.owner, kind=ContactKind.MAIL, value=f"new-{SECRET}@far.example")
    phone = ContactPoint.objects.create(person=world.owner, kind=ContactKind.PHONE, value="+8613900000000")
    Invitation.objects.create(
        person=world.owner,
        token_hash=tokens.hash_token(INVITATION),
        created_by=world.sender,
        expires_at=now() + timedelta(days=2),
    )
    browser = BrowserSubscription.objects.create(
        person=world.owner, endpoint_digest="1" * 64, sealed_endpoint="x", sealed_keys="x", user_agent=SECRET
    )
    told = outbox.message(texts={"zh-hant": Text(SECRET, SECRET, f"<p>{SECRET}</p>")})
    message = outbox.mail(world.owner, about=told, channel=Channel.PORTAL, address="", state=DeliveryState.DELIVERED)
    return {
        "post": Thing(
            post, world.owner, other | {"post_pk": post.pk}, {"valid_to": "2026-12-31", "ends_on": "2026-12-31"}
        ),
        "unproved contact": Thing(unproved, world.owner, {"contact_pk": unproved.pk}),
        "contact": Thing(contact, world.owner, {"contact_pk": contact.pk}),
        "office contact": Thing(phone, world.owner, {"pk": world.owner.pk, "contact_pk": phone.pk}),
        "invitation": Thing(None, None, {"token": INVITATION}),
        "message": Thing(message, world.owner, {"pk": message.pk}),
        "browser": Thing(browser, world.owner, {"pk": browser.pk}),
    }


def evidence(sent: Delivery) -> dict[str, Thing]:
    """A bounce of the owner's mail, with the mail that said so."""
    raw = store_bytes(f"Subject: bounce\r\n\r\n{SECRET}".encode(), content_type="message/rfc822")
    fact = record_evidence(
        message=sent.message,
        person=sent.person,
        kind=EvidenceKind.BOUNCED_HARD,
        happened_at=now(),
        source_event="test:bounce",
        delivery=sent,
        raw=raw,
    )
    return {"evidence": Thing(fact, sent.person, {"pk": sent.pk, "evidence_pk": fact.pk})}


def form() -> Thing:
    row = desk.form()
    return Thing(row, None, {"pk": row.pk, "code": row.code, "key": "purpose", "number": 1, "place": 0})

"""From the history of requests and certificates to calls: what happened since the last look, for whom, what is said.

Nothing is sent up: services write history as ever, and this looks. A fact that is read twice is told once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Max, Q

from apps.core.enums import Category
from apps.interfaces.enums import CallState, EventKind
from apps.interfaces.models import Call, Feed, Subscription
from apps.journal.models import Entry
from apps.people.models import Person
from apps.servicedesk.enums import CATEGORY, MOVES, RequestState
from apps.servicedesk.models import Certificate, Request, RequestMessage

SETTLED_AFTER = timedelta(minutes=10)
CHUNK = 2_000
OF_CERTIFICATES = {"issue": EventKind.ISSUED, "reissue": EventKind.REPLACED, "revoke": EventKind.REVOKED}
VERBS_FOLLOWED = {*MOVES, "rate", *OF_CERTIFICATES}
REQUEST, PAPER = "request", "paper"


@dataclass(frozen=True)
class Fact:
    """Something that happened to a request, or to a certificate that answers none. `row`: which it was read from."""

    feed: str
    row: int
    kind: EventKind
    about: tuple[str, int]
    at: datetime
    said: tuple[tuple[str, str], ...] = ()

    @property
    def source(self) -> str:
        return f"{self.feed}:{self.row}"


@dataclass(frozen=True)
class Thing:
    """What a call says of the thing it is about; `names` only to who is told names."""

    service: str
    data: dict[str, object]
    names: dict[str, object]


def follow(at: datetime) -> int:
    """Plan calls for what is new; gives how many. Safe to run twice, and by two at once."""
    return follow_feed("entry", Entry, facts_of_entries, at) + follow_feed(
        "message", RequestMessage, facts_of_messages, at
    )


@transaction.atomic
def follow_feed(name: str, model: type[models.Model], read: object, at: datetime) -> int:
    Feed.objects.get_or_create(name=name, defaults={"mark_at": at})
    feed = Feed.objects.select_for_update(skip_locked=True).filter(name=name).first()
    if feed is None:
        return 0
    newest = model.objects.aggregate(last=Max("pk"))["last"] or 0
    told = list(Subscription.objects.in_use().select_related("integration__owner"))
    planned = 0
    for first in range(feed.settled_id, newest, CHUNK) if told else ():
        planned += plan(told, list(read(first, min(first + CHUNK, newest))), at)
    advance(feed, newest, at, nobody=not told)
    return planned


def advance(feed: Feed, newest: int, at: datetime, *, nobody: bool) -> None:
    """The mark is settled when it is old enough that no transaction of its time is still open."""
    if nobody or at - feed.mark_at >= SETTLED_AFTER:
        feed.settled_id, feed.mark_id, feed.mark_at = newest if nobody else feed.mark_id, newest, at
        feed.save()


def facts_of_entries(first: int, last: int) -> Iterator[Fact]:
    """Certificates of a batch answer no request: their own history is read."""
    kinds = ContentType.objects.get_for_models(Request, Certificate)
    moves = Q(subject_type=kinds[Request], verb__in=VERBS_FOLLOWED)
    papers = Q(subject_type=kinds[Certificate], verb__in=OF_CERTIFICATES)
    rows = Entry.objects.filter(moves | papers, pk__gt=first, pk__lte=last)
    for row in rows.only("pk", "verb", "subject_type", "subject_id", "at", "changes").order_by("pk"):
        about = REQUEST if row.subject_type_id == kinds[Request].pk else PAPER
        for event, said in events_of(row):
            yield Fact("entry", row.pk, event, (about, row.subject_id), row.at, said)


def events_of(entry: Entry) -> Iterator[tuple[EventKind, tuple[tuple[str, str], ...]]]:
    if entry.verb in OF_CERTIFICATES:
        numbers = [each for each in entry.changes.get("certificate", []) if each]
        said = (("certificate", numbers[-1] if numbers else ""),)
        replaced = (("replaces", numbers[0]),) if entry.verb == "reissue" and numbers else ()
        yield OF_CERTIFICATES[entry.verb], said + replaced
    elif entry.verb == "rate":
        yield EventKind.RATED, (("rating", str(entry.changes.get("rating", [None, ""])[-1])),)
    else:
        # What is taken out of another request goes back where it was: the entry knows, not the table of moves.
        state = RequestState(entry.changes.get("state", [MOVES[entry.verb].target])[-1])
        said = (("verb", entry.verb), ("state", str(state)))
        yield (EventKind.SUBMITTED if entry.verb == "submit" else EventKind.MOVED), said
        if CATEGORY[state] in (Category.DONE, Category.VOID):
            yield EventKind.CLOSED, said


def facts_of_messages(first: int, last: int) -> Iterator[Fact]:
    """That something was written to the other side. Internal notes are the office's."""
    rows = RequestMessage.objects.filter(pk__gt=first, pk__lte=last, internal=False)
    for pk, request_id, at in rows.order_by("pk").values_list("pk", "request_id", "at"):
        yield Fact("message", pk, EventKind.MESSAGE, (REQUEST, request_id), at, (("message", str(pk)),))


def plan(told: Sequence[Subscription], facts: Sequence[Fact], at: datetime) -> int:
    """One call for each fact and each subscription that it is for."""
    if not facts:
        return 0
    wanted = {fact.about for fact in facts}
    by_owner: dict[Person, list[Subscription]] = defaultdict(list)
    for subscription in told:
        by_owner[subscription.integration.owner].append(subscription)
    calls: list[Call] = []
    for owner, subscriptions in by_owner.items():
        calls += calls_of(subscriptions, facts, things_seen(owner, wanted), at)
    before = Call.objects.filter(source__in={call.source for call in calls}).count()
    Call.objects.bulk_create(calls, ignore_conflicts=True, batch_size=500)
    return Call.objects.filter(source__in={call.source for call in calls}).count() - before


def things_seen(owner: Person, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Thing]:
    """Those that the owner of a program may see (what the rules cost, and a query for each kind)."""
    keys: dict[str, list[int]] = defaultdict(list)
    for kind, key in wanted:
        keys[kind].append(key)
    seen: dict[tuple[str, int], Thing] = {}
    if keys[REQUEST]:
        rows = Request.objects.visible_to(owner).filter(pk__in=keys[REQUEST]).select_related("service", "requester")
        seen |= {(REQUEST, row.pk): of_request(row) for row in rows}
    if keys[PAPER]:
        papers = Certificate.objects.visible_to(owner).filter(pk__in=keys[PAPER], batch__isnull=False)
        seen |= {(PAPER, row.pk): of_paper(row) for row in papers.select_related("batch__service", "person")}
    return seen


def of_request(item: Request) -> Thing:
    service = item.service.code
    data = {"request": item.pk, "number": item.number, "service": service, "state": item.state}
    return Thing(service, data, {"requester": named(item.requester)})


def of_paper(paper: Certificate) -> Thing:
    """A paper of a batch: nobody asked for it, so its holder is named."""
    service = paper.batch.service.code
    return Thing(service, {"request": None, "service": service}, {"holder": named(paper.person)})


def named(person: Person) -> dict[str, str]:
    return {"number": person.number, "name": person.name}


def calls_of(
    subscriptions: Iterable[Subscription], facts: Iterable[Fact], seen: dict[tuple[str, int], Thing], at: datetime
) -> list[Call]:
    return [
        Call(
            subscription=subscription,
            kind=fact.kind,
            source=fact.source,
            body=body_of(fact, seen[fact.about], with_names=subscription.with_names),
            state=CallState.WAITING,
            not_before=at,
            created_at=at,
            give_up_at=at + timedelta(days=settings.WEBHOOK_DAYS),
        )
        for subscription in subscriptions
        for fact in facts
        if fact.about in seen and is_for(subscription, fact, seen[fact.about])
    ]


def is_for(subscription: Subscription, fact: Fact, thing: Thing) -> bool:
    begins = subscription.after_entry if fact.feed == "entry" else subscription.after_message
    if fact.row <= begins or fact.kind not in subscription.events:
        return False
    return not subscription.services or thing.service in subscription.services


def body_of(fact: Fact, thing: Thing, *, with_names: bool) -> dict[str, object]:
    """Ids, numbers and states: who wants more reads it by the API, by the rights of that moment."""
    data = thing.data | dict(fact.said) | (thing.names if with_names else {})
    return {"type": str(fact.kind), "timestamp": fact.at.isoformat(), "data": data}

"""From the history of requests to calls: what happened since the last look, for whom it is, and what is said of it.

Nothing is sent up: services write history as ever, and this looks. A fact that is read twice is told once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Max

from apps.core.enums import Category
from apps.interfaces.enums import CallState, EventKind
from apps.interfaces.models import Call, Feed, Subscription
from apps.journal.models import Entry
from apps.people.models import Person
from apps.servicedesk.enums import CATEGORY, MOVES, RequestState
from apps.servicedesk.models import Request, RequestMessage

SETTLED_AFTER = timedelta(minutes=10)
CHUNK = 2_000
OF_CERTIFICATES = {"issue": EventKind.ISSUED, "revoke": EventKind.REVOKED}
VERBS_FOLLOWED = {*MOVES, "rate", *OF_CERTIFICATES}


@dataclass(frozen=True)
class Fact:
    """Something that happened to a request. `number`: of the row it was read from."""

    feed: str
    row: int
    kind: EventKind
    request_id: int
    at: datetime
    said: tuple[tuple[str, str], ...] = ()

    @property
    def source(self) -> str:
        return f"{self.feed}:{self.row}"


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
    kind = ContentType.objects.get_for_model(Request)
    rows = Entry.objects.filter(pk__gt=first, pk__lte=last, subject_type=kind, verb__in=VERBS_FOLLOWED)
    for row in rows.only("pk", "verb", "subject_id", "at", "changes").order_by("pk"):
        for event, said in events_of(row):
            yield Fact("entry", row.pk, event, row.subject_id, row.at, said)


def events_of(entry: Entry) -> Iterator[tuple[EventKind, tuple[tuple[str, str], ...]]]:
    if entry.verb in OF_CERTIFICATES:
        numbers = [each for each in entry.changes.get("certificate", []) if each]
        yield OF_CERTIFICATES[entry.verb], (("certificate", numbers[-1] if numbers else ""),)
    elif entry.verb == "rate":
        yield EventKind.RATED, (("rating", str(entry.changes.get("rating", [None, ""])[-1])),)
    else:
        state = RequestState(MOVES[entry.verb].target)
        said = (("verb", entry.verb), ("state", str(state)))
        yield (EventKind.SUBMITTED if entry.verb == "submit" else EventKind.MOVED), said
        if CATEGORY[state] in (Category.DONE, Category.VOID):
            yield EventKind.CLOSED, said


def facts_of_messages(first: int, last: int) -> Iterator[Fact]:
    """That something was written to the other side. Internal notes are the office's."""
    rows = RequestMessage.objects.filter(pk__gt=first, pk__lte=last, internal=False)
    for pk, request_id, at in rows.order_by("pk").values_list("pk", "request_id", "at"):
        yield Fact("message", pk, EventKind.MESSAGE, request_id, at, (("message", str(pk)),))


def plan(told: Sequence[Subscription], facts: Sequence[Fact], at: datetime) -> int:
    """One call for each fact and each subscription that it is for."""
    if not facts:
        return 0
    wanted = {fact.request_id for fact in facts}
    by_owner: dict[Person, list[Subscription]] = defaultdict(list)
    for subscription in told:
        by_owner[subscription.integration.owner].append(subscription)
    calls: list[Call] = []
    for owner, subscriptions in by_owner.items():
        seen = Request.objects.visible_to(owner).filter(pk__in=wanted).select_related("service", "requester")
        calls += calls_of(subscriptions, facts, {row.pk: row for row in seen}, at)
    before = Call.objects.filter(source__in={call.source for call in calls}).count()
    Call.objects.bulk_create(calls, ignore_conflicts=True, batch_size=500)
    return Call.objects.filter(source__in={call.source for call in calls}).count() - before


def calls_of(
    subscriptions: Iterable[Subscription], facts: Iterable[Fact], seen: dict[int, Request], at: datetime
) -> list[Call]:
    return [
        Call(
            subscription=subscription,
            kind=fact.kind,
            source=fact.source,
            body=body_of(fact, seen[fact.request_id], with_names=subscription.with_names),
            state=CallState.WAITING,
            not_before=at,
            created_at=at,
            give_up_at=at + timedelta(days=settings.WEBHOOK_DAYS),
        )
        for subscription in subscriptions
        for fact in facts
        if fact.request_id in seen and is_for(subscription, fact, seen[fact.request_id])
    ]


def is_for(subscription: Subscription, fact: Fact, item: Request) -> bool:
    begins = subscription.after_entry if fact.feed == "entry" else subscription.after_message
    if fact.row <= begins or fact.kind not in subscription.events:
        return False
    return not subscription.services or item.service.code in subscription.services


def body_of(fact: Fact, item: Request, *, with_names: bool) -> dict[str, object]:
    """Ids, numbers and states: who wants more reads it by the API, by the rights of that moment."""
    data: dict[str, object] = {"request": item.pk, "number": item.number, "service": item.service.code}
    data |= {"state": item.state} | dict(fact.said)
    if with_names:
        data["requester"] = {"number": item.requester.number, "name": item.requester.name}
    return {"type": str(fact.kind), "timestamp": fact.at.isoformat(), "data": data}

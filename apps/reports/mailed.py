"""What the page about summaries by mail shows: who gets them, and what became of the last one."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, IntegerField, Value, When

from apps.delivery.enums import Channel
from apps.delivery.models import Delivery
from apps.people.enums import ContactKind
from apps.people.models import ContactPoint, Person
from apps.reports.enums import Rhythm
from apps.reports.models import Edition, Subscription


@dataclass(frozen=True)
class MailedLine:
    """One subscription. `sent` is the newest summary in the outbox: the mail, or the line in the portal without one."""

    subscription: Subscription
    may_read: bool
    has_mail: bool
    sent: Delivery | None

    @property
    def edition(self) -> Edition | None:
        return self.sent.message.summary_edition if self.sent else None

    @property
    def is_mail(self) -> bool:
        return self.sent is not None and self.sent.channel == Channel.MAIL


def mailed_lines(user: Person, *, on: date) -> list[MailedLine]:
    """Active ones first (four queries)."""
    rows = Subscription.objects.visible_to(user)
    found = list(rows.select_related("person", "started_by").order_by("-stopped_at", "person__name", "pk"))
    people = {row.person_id for row in found}
    may_read = set(rows.with_right(on).values_list("pk", flat=True))
    addresses = ContactPoint.objects.filter(
        person__in=people, kind=ContactKind.MAIL, is_primary=True, dead_at__isnull=True
    )
    with_mail = set(addresses.values_list("person", flat=True))
    sent = newest_sent(people)
    return [
        MailedLine(row, row.pk in may_read, row.person_id in with_mail, sent.get((row.person_id, row.rhythm)))
        for row in found
    ]


def newest_sent(people: set[int]) -> dict[tuple[int, str], Delivery]:
    """By person and rhythm, the mail before the line in the portal (one query)."""
    edition = "message__summary_edition"
    mail_first = Case(When(channel=Channel.MAIL, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = (
        Delivery.objects.filter(person__in=people, message__summary_edition__isnull=False)
        .select_related(edition)
        .order_by("person", f"{edition}__rhythm", f"-{edition}__last", mail_first, "-pk")
        .distinct("person", f"{edition}__rhythm")
    )
    return {(row.person_id, row.message.summary_edition.rhythm): row for row in rows}


def own_rhythms(person: Person) -> list[tuple[str, str, Subscription | None]]:
    """Each rhythm with its words, and the person's own active subscription (one query)."""
    own = {row.rhythm: row for row in Subscription.objects.active().filter(person=person)}
    return [(rhythm, label, own.get(rhythm)) for rhythm, label in Rhythm.choices]

"""How the post room is doing: what is due, what left in each hour, what came back and why."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min
from django.db.models.functions import TruncHour
from django.utils import timezone

from apps.core.models import Heartbeat
from apps.core.pages import count_label
from apps.delivery.canary import PLANNED, RETURNED, SENT, address
from apps.delivery.enums import BOUNCED_STATES, Cause, EvidenceKind, Queue
from apps.delivery.models import Delivery, Evidence, InboundMail, StatusReport
from apps.journal import clamd, scanning
from apps.journal.models import Blob

HOURS = 24
BOUNCE_DAYS = 30
CANARY_LATE = timedelta(minutes=35)
SIGNATURE_DAYS = 3  # freshclam brings new ones several times a day


@dataclass(frozen=True)
class QueueLine:
    queue: Queue
    due: int
    waited: timedelta | None


@dataclass(frozen=True)
class CanaryLine:
    """When the canary was last planned, sent, seen again; `late` when it should have flown and did not."""

    address: str
    planned: datetime | None
    sent: datetime | None
    returned: datetime | None
    late: bool


def queue_lines(at: datetime) -> list[QueueLine]:
    rows = Delivery.objects.due(at).values("queue").annotate(due=Count("pk"), oldest=Min("not_before"))
    found = {row["queue"]: row for row in rows}
    return [
        QueueLine(queue, found[queue]["due"], at - found[queue]["oldest"])
        if queue in found
        else QueueLine(queue, 0, None)
        for queue in Queue
    ]


def canary_line(at: datetime) -> CanaryLine:
    beats = dict(Heartbeat.objects.filter(name__in=(PLANNED, SENT, RETURNED)).values_list("name", "at"))
    sent = beats.get(SENT)
    late = bool(address()) and (sent is None or at - sent > CANARY_LATE)
    return CanaryLine(address(), beats.get(PLANNED), sent, beats.get(RETURNED), late)


@dataclass(frozen=True)
class ScannerLine:
    """How the virus scanner is doing; `version` None: it does not answer."""

    version: clamd.Version | None
    days: float | None
    waiting: int
    since: datetime | None

    @property
    def is_old(self) -> bool:
        return self.days is not None and self.days > SIGNATURE_DAYS


def scanner_line(at: datetime) -> ScannerLine | None:
    """None where no scanner is set. Asks it, for a second at most."""
    if not scanning.is_set():
        return None
    rows = Blob.objects.waiting().aggregate(count=Count("pk"), since=Min("waiting_since"))
    try:
        found = clamd.version(seconds=1.0)
    except clamd.ScannerAway:
        return ScannerLine(None, None, rows["count"], rows["since"])
    return ScannerLine(found, found.age_in_days(at), rows["count"], rows["since"])


def sent_by_hour(at: datetime) -> list[tuple[datetime, int]]:
    """Mails handed over in each of the last 24 hours, the present one last."""
    now_hour = timezone.localtime(at).replace(minute=0, second=0, microsecond=0)
    first = now_hour - timedelta(hours=HOURS - 1)
    rows = (
        Evidence.objects.filter(kind=EvidenceKind.HANDED_OFF, recorded_at__gte=first, source_event__startswith="smtp:")
        .values(hour=TruncHour("recorded_at"))
        .annotate(count=Count("pk"))
    )
    counts = {row["hour"]: row["count"] for row in rows}
    hours = [first + timedelta(hours=number) for number in range(HOURS)]
    return [(hour, counts.get(hour, 0)) for hour in hours]


def bounces_by_cause(at: datetime) -> list[tuple[Cause, int]]:
    """What came back in the last 30 days, by cause, the most frequent first."""
    causes = Evidence.objects.filter(
        kind__in=[state.value for state in BOUNCED_STATES], recorded_at__gte=at - timedelta(days=BOUNCE_DAYS)
    ).values_list("detail__cause", flat=True)
    counts = Counter(cause if cause in Cause.values else Cause.OTHER.value for cause in causes.iterator())
    return [(Cause(cause), count) for cause, count in counts.most_common()]


def latest_bounces(at: datetime, limit: int = 10) -> list[Delivery]:
    rows = Delivery.objects.filter(state__in=BOUNCED_STATES).select_related("person", "message")
    return list(rows.order_by("-pk")[:limit])


def inbound_waiting() -> int:
    return InboundMail.objects.waiting().count()


def reports_waiting(at: datetime) -> str:
    """How many status reports of text messages wait for a person; "" where none do."""
    rows = StatusReport.objects.waiting(at)
    return count_label(rows) if rows.exists() else ""

"""Which requests each figure counts. The figure, the list behind it and the export all ask here, so they cannot differ.

Definitions: `docs` of each Figure, shown to the reader. A period is half-open; "at" is the moment as of which it is
told. Requests that were withdrawn are counted nowhere, nor those merged into another, which is counted itself; refused
ones are done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.calendar import WorkingTime, office_time
from apps.core.enums import TURNS, Category, ClockKind
from apps.core.measure import Period
from apps.servicedesk.enums import OPEN_STATES, RequestState, states_in
from apps.servicedesk.models import ClockEntry, Request

DONE_STATES = states_in(Category.DONE)
VOID_STATES = states_in(Category.VOID)
NOT_RECEIVED = (RequestState.WITHDRAWN, RequestState.MERGED)  # what lapsed was received, though nobody judges it
OLD_AFTER_DAYS = 20
GOOD_RATING = 4
SHOWN_FROM = 5  # fewer ratings than this could be traced to people


def in_period(field: str, period: Period) -> Q:
    return Q(**{f"{field}__gte": period.starts_at, f"{field}__lt": period.ends_at})


def as_of(period: Period, at: datetime) -> datetime:
    """The end of the period, or now while it runs."""
    return min(at, period.ends_at)


def received(period: Period, at: datetime) -> QuerySet:
    return Request.objects.filter(in_period("submitted_at", period), submitted_at__lte=at).exclude(
        state__in=NOT_RECEIVED
    )


def completed(period: Period, at: datetime) -> QuerySet:
    return Request.objects.filter(in_period("closed_at", period), state__in=DONE_STATES, closed_at__lte=at)


def open_at(period: Period, at: datetime) -> QuerySet:
    """Open at the end of the period, by the ledger: one that was closed then and reopened later does not count."""
    then = as_of(period, at)
    last = ClockEntry.objects.filter(request=OuterRef("pk"), at__lt=then, kind__in=TURNS)
    return (
        Request.objects.filter(Q(closed_at__isnull=True) | Q(closed_at__gte=then), submitted_at__lt=then)
        .annotate(last_kind=Subquery(last.order_by("-at", "-pk").values("kind")[:1]))
        .exclude(last_kind__in=[ClockKind.STOP, ClockKind.CANCEL])
    )


def open_old(period: Period, at: datetime) -> QuerySet:
    working = office_time()
    edge = day_older_than(working, working.day(as_of(period, at)), OLD_AFTER_DAYS)
    return open_at(period, at).filter(submitted_at__lt=start_of(working, edge + timedelta(days=1)))


def day_older_than(working: WorkingTime, day: date, count: int) -> date:
    """The latest day after which more than `count` working days lie, up to and including `day`."""
    seen = 0
    while seen <= count:
        seen += working.is_working_day(day)
        day -= timedelta(days=1)
    return day


def start_of(working: WorkingTime, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=working.zone)


def overdue(period: Period, at: datetime) -> QuerySet:
    """As it is now; of a period that is over it cannot be told."""
    return Request.objects.overdue(at) if period.ends_at > at else Request.objects.none()


def judged(period: Period, at: datetime) -> QuerySet:
    """Promises decided in the period: stopped in it, or due in it and still open."""
    stopped = in_period("closed_at", period) & Q(closed_at__lte=at, within_target__isnull=False)
    late = in_period("due_at", period) & Q(due_at__lt=at, state__in=OPEN_STATES)
    return Request.objects.filter(stopped | late, imported__isnull=True).exclude(state__in=VOID_STATES)


def kept(period: Period, at: datetime) -> QuerySet:
    return judged(period, at).filter(within_target=True, state__in=DONE_STATES)


def first_judged(period: Period, at: datetime) -> QuerySet:
    """Promises of a first answer decided in the period: answered in it, or due in it and still owed."""
    answered = in_period("first_response_at", period) & Q(first_response_at__lte=at)
    late = in_period("first_due_at", period) & Q(first_due_at__lt=at, first_response_at=None, state__in=OPEN_STATES)
    promised = Request.objects.filter(first_due_at__isnull=False).exclude(state__in=NOT_RECEIVED)
    return promised.filter(answered & Q(first_within_target__isnull=False) | late)


def first_kept(period: Period, at: datetime) -> QuerySet:
    return first_judged(period, at).filter(first_within_target=True)


def lapsed(period: Period, at: datetime) -> QuerySet:
    return Request.objects.filter(in_period("closed_at", period), state=RequestState.LAPSED, closed_at__lte=at)


def self_filed(period: Period, at: datetime) -> QuerySet:
    return received(period, at).filter(filed_by=F("requester"), imported__isnull=True)


def answered(period: Period, at: datetime) -> QuerySet:
    return self_filed(period, at).filter(first_response_at__lte=at)


def unanswered(period: Period, at: datetime) -> QuerySet:
    return self_filed(period, at).exclude(first_response_at__lte=at)


def returned(period: Period, at: datetime) -> QuerySet:
    return received(period, at).filter(return_count__gte=1)


def resolved(period: Period, at: datetime) -> QuerySet:
    return completed(period, at).filter(state=RequestState.RESOLVED)


def invited(period: Period, at: datetime) -> QuerySet:
    """Done in the period, and the requester was asked how it was."""
    return resolved(period, at).filter(rating_invitation__isnull=False)


def invitations_answered(period: Period, at: datetime) -> QuerySet:
    return invited(period, at).filter(rating__isnull=False)


def rated(period: Period, at: datetime) -> QuerySet:
    return resolved(period, at).filter(rating__isnull=False)


Rows = Callable[[Period, datetime], QuerySet]


@dataclass(frozen=True)
class Figure:
    """A figure's name, its one written definition and the rows it opens."""

    code: str
    name: str | Promise
    docs: str | Promise
    rows: Rows
    unit: str | Promise = ""
    higher_is_better: bool | None = None


FIGURES: dict[str, Figure] = {
    figure.code: figure
    for figure in (
        Figure(
            "received",
            _("Received"),
            _("Requests filed in the period. Drafts, withdrawn and merged requests are not counted."),
            received,
        ),
        Figure(
            "completed",
            _("Completed"),
            _("Requests whose last move to “done” or “refused” lies in the period and that were not reopened since."),
            completed,
            higher_is_better=True,
        ),
        Figure(
            "open",
            _("Open"),
            _("Requests filed before the end of the period (or now, while it runs) and not closed at that moment."),
            open_at,
            higher_is_better=False,
        ),
        Figure(
            "open_old",
            _("Open for more than 20 working days"),
            _("Of the open requests, those filed more than 20 working days before; pauses included."),
            open_old,
            higher_is_better=False,
        ),
        Figure(
            "overdue",
            _("Overdue now"),
            _("Requests that the office is working on and whose due time has passed; paused ones are not late."),
            overdue,
            higher_is_better=False,
        ),
        Figure(
            "within_target",
            _("Within target"),
            _(
                "Of the promises decided in the period, the share that was kept. Decided: closed in the period, or "
                "due in it "
                "and still open (not kept). Only working time with the office counts; withdrawn and merged requests do "
                "not, nor those that were brought in from an old system."
            ),
            judged,
            unit="%",
            higher_is_better=True,
        ),
        Figure(
            "first_within_target",
            _("First answer within the promise"),
            _(
                "Of the promises of a first answer decided in the period, the share that was kept. Decided: answered "
                "in the period, or due in it and still owed (not kept). Withdrawn requests and those filed at the "
                "counter do not count."
            ),
            first_judged,
            unit="%",
            higher_is_better=True,
        ),
        Figure(
            "lapsed",
            _("Closed without an answer"),
            _(
                "Requests closed in the period because the requester, though reminded, did not answer, and not opened "
                "again since. They count as received, and neither as completed nor within or beyond the target."
            ),
            lapsed,
            higher_is_better=False,
        ),
        Figure(
            "first_response",
            _("First answer, median"),
            _(
                "Working minutes from filing to the first public message or decision by a person of the office, for "
                "requests "
                "filed in the period and answered. Automatic mails, internal notes and requests filed at the counter "
                "do not "
                "count, nor those that were brought in from an old system."
            ),
            answered,
            unit=_("working minutes"),
            higher_is_better=False,
        ),
        Figure(
            "first_response_p90",
            _("First answer, nine of ten"),
            _("Nine of ten answered requests had their first answer within this many working minutes."),
            answered,
            unit=_("working minutes"),
            higher_is_better=False,
        ),
        Figure(
            "unanswered",
            _("Without an answer"),
            _(
                "Requests filed in the period by the requester that nobody of the office has answered yet; those that "
                "were brought in from an old system do not count."
            ),
            unanswered,
            higher_is_better=False,
        ),
        Figure(
            "returned",
            _("Returned for correction"),
            _(
                "Of the requests filed in the period, the share that was returned at least once. High shares show bad "
                "forms."
            ),
            returned,
            unit="%",
            higher_is_better=False,
        ),
        Figure(
            "satisfaction",
            _("Satisfied"),
            _(
                "Of the ratings given to requests done in the period, the share of four and five. Hidden below five "
                "ratings, "
                "so that nobody can be traced."
            ),
            rated,
            unit="%",
            higher_is_better=True,
        ),
        Figure(
            "rated",
            _("Rated"),
            _(
                "Of the invitations to rate requests done in the period, the share that was answered: the response "
                "rate of “Satisfied”."
            ),
            invitations_answered,
            unit="%",
        ),
    )
}


def rows_for(code: str, period: Period, at: datetime) -> QuerySet:
    """The requests that the figure `code` counts; for a share, those it is a share of (or the part, as its text says).

    Raises KeyError for an unknown code.
    """
    return FIGURES[code].rows(period, at)

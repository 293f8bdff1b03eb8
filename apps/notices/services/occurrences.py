"""What a series does by itself: plan its next date, make the draft when it is due, follow what becomes of it.

Swept each minute. A series is worked on under its row lock in one transaction, so that a job that runs twice, or dies
in the middle, leaves each date once or not at all.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy

from apps.core.calendar import CalendarYearMissing, WorkingTime, office_time
from apps.core.date_rules import MOST_MOVED, Moment
from apps.core.text import in_each_language
from apps.journal.services import record
from apps.notices import approval
from apps.notices.audience import Rule
from apps.notices.chat_groups import allowed
from apps.notices.enums import NoticeState, OccurrenceState, SeriesState
from apps.notices.models import Notice, Occurrence, Series
from apps.notices.rules import can_compose
from apps.notices.series_texts import tell_draft_waits, tell_not_made
from apps.notices.services.approving import ask_approval
from apps.notices.services.compose import create_draft
from apps.notices.services.due import mark_refused
from apps.notices.services.publishing import UnableToPublish, publish, schedule
from apps.notices.services.templates import draft_values

log = structlog.get_logger(__name__)
NEAR = timedelta(days=45)  # a missing calendar is told so long before its year begins
DOUBLE = gettext_lazy("It would go out on the same day as the next date.")
LATER_ONE = gettext_lazy("Its time went by; the next date was sent instead.")
OVER = gettext_lazy("Its time went by, and it would have ended already.")
GONE = gettext_lazy("%(name)s, who sends the series, is no longer here.")
NO_RIGHT = gettext_lazy("%(name)s, who sends the series, may not write notices any more.")
RETIRED = gettext_lazy("The saved audience “%(name)s” is no longer in use.")
NO_GO = gettext_lazy("Nobody published the draft before its end.")


class UnableToMake(Exception):
    """The draft of a date cannot be made; the text says why, in the language in which it is read."""

    def __init__(self, words: object, **values: object) -> None:
        self.words, self.values = words, values
        super().__init__(words)

    def __str__(self) -> str:
        return str(self.words) % self.values


def run_series(at: datetime) -> int:
    """Each running series: plan, make what is due. Then follow the drafts. Gives how many drafts were made."""
    made, working = 0, office_time()
    for key in Series.objects.running().order_by("pk").values_list("pk", flat=True):
        try:
            made += _advance(key, working, at)
        except Exception:  # one series that fails does not stop the others
            log.exception("series_failed", series=key)
    follow_drafts(at)
    return made


@transaction.atomic
def _advance(key: int, working: WorkingTime, at: datetime) -> int:
    series = Series.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=key).first()
    if series is None or not series.is_running:
        return 0
    _move_planned(series, working, at)
    made, unknown = 0, _plan(series, working, at)
    for row in _due(series, at):
        try:
            made += make_draft(series, row, working, at)
        except UnableToMake as error:
            _refuse(series, row, error, at)
        except CalendarYearMissing as error:
            unknown = error.year
    _note_unknown(series, unknown, at)
    return made


def plan(series: Series, at: datetime) -> None:
    """Write what the series plans next, and whether its calendar is missing. The series is locked by the caller."""
    _note_unknown(series, _plan(series, office_time(), at), at)


def _plan(series: Series, working: WorkingTime, at: datetime) -> int | None:
    """Write the row of every date whose draft is due, and of the next one. Gives the year that is not known."""
    if series.occurrences.planned().filter(make_at__gt=at).exists():
        return None
    try:
        for moment in missing_moments(series, working):
            if moment.is_double:
                keep_left_out(series, moment, DOUBLE, at)
                continue
            _row(series, moment, at).save()
            if moment.make_at > at:
                return None
    except CalendarYearMissing as error:
        return error.year
    _end_when_over(series, at)
    return None


def missing_moments(series: Series, working: WorkingTime) -> Iterator[Moment]:
    """The dates from the series' beginning on that have no row yet, in order. Raises CalendarYearMissing."""
    first = working.day(series.since)
    known = set(series.occurrences.values_list("date", flat=True))
    for on in series.dates.dates(first - MOST_MOVED):
        if on in known:
            continue
        try:
            moment = series.dates.moment(on, working)
        except CalendarYearMissing:
            if on.year < first.year:
                continue
            raise
        if moment and moment.publish_at > series.since:
            yield moment


def keep_left_out(series: Series, moment: Moment, reason: object, at: datetime) -> None:
    row = _row(series, moment, at)
    row.state, row.reason = OccurrenceState.SKIPPED, in_each_language(reason)
    row.save()


def whom(series: Series) -> Rule:
    """Whom the series is for, as its own saved audience or its template says today."""
    return series.own_rule() or series.template.newest().rule


def make_draft(series: Series, row: Occurrence, working: WorkingTime, at: datetime) -> int:
    """The draft of one date, put on its way as the series says; 1. A date whose end is over is missed; 0.

    Raises UnableToMake, CalendarYearMissing. In the caller's transaction, with the series locked.
    """
    _check_sender(series)
    version = series.template.newest()
    day = max(row.day, working.day(at)) if row.is_past(at) else row.day
    values = draft_values(
        version,
        date=row.date,
        day=day,
        publish_at=None if row.is_past(at) else row.publish_at,
        unit=series.unit,
        working=working,
        ends_from=row.day,
    )
    if values["expires_at"] and values["expires_at"] <= at:
        _close(row, OccurrenceState.MISSED, OVER, at)
        return 0
    values["audience"] = whom(series).as_json()
    values["robots"] = allowed(series.sender, version.robots)
    notice = create_draft(actor=None, on_behalf_of=series.sender, values=values, template_version=version, at=at)
    record(actor=None, verb="made_by_series", obj=notice, note=series.name, at=at)
    row.state, row.notice, row.reason, row.changed_at = OccurrenceState.MADE, notice, {}, at
    row.save()
    if series.waits_for_go:
        tell_draft_waits(row, at)
    else:
        _let_go(row, at)
    return 1


def follow_drafts(at: datetime) -> None:
    """Take over into the dates what became of their notices (four statements, however many)."""
    rows = Occurrence.objects.filter(state__in=[OccurrenceState.MADE, OccurrenceState.REFUSED])
    rows.filter(notice__published_at__isnull=False).update(state=OccurrenceState.SENT, reason={}, changed_at=at)
    why = Notice.objects.filter(pk=OuterRef("notice")).values("refused_reason")[:1]
    refused = rows.filter(state=OccurrenceState.MADE, notice__refused_at__isnull=False)
    refused.update(state=OccurrenceState.REFUSED, reason=Subquery(why), changed_at=at)
    mended = rows.filter(state=OccurrenceState.REFUSED, notice__refused_at=None).exclude(notice=None)
    mended.update(state=OccurrenceState.MADE, reason={}, changed_at=at)
    over = rows.filter(state=OccurrenceState.MADE, notice__expires_at__lte=at)
    over.filter(notice__state__in=[NoticeState.DRAFT, NoticeState.WAITING]).update(
        state=OccurrenceState.MISSED, reason=in_each_language(NO_GO), changed_at=at
    )


def _due(series: Series, at: datetime) -> list[Occurrence]:
    """What is to be made now. Of dates whose time has gone by only the last is made up; the earlier are missed."""
    rows = list(series.occurrences.due(at).order_by("date"))
    past = [row for row in rows if row.is_past(at)]
    for row in past[:-1]:
        _close(row, OccurrenceState.MISSED, LATER_ONE, at)
    return [row for row in rows if row not in past[:-1]]


def _move_planned(series: Series, working: WorkingTime, at: datetime) -> None:
    """What is planned follows the calendar; where that does not know the day any more, it stays."""
    for row in series.occurrences.planned():
        try:
            moment = series.dates.moment(row.date, working)
        except CalendarYearMissing:
            continue
        if moment and moment.is_double:
            _close(row, OccurrenceState.SKIPPED, DOUBLE, at)
        elif moment and (moment.make_at, moment.publish_at) != (row.make_at, row.publish_at):
            row.day, row.make_at, row.publish_at, row.changed_at = moment.day, moment.make_at, moment.publish_at, at
            row.save()


def _check_sender(series: Series) -> None:
    if not series.sender.is_active:
        raise UnableToMake(GONE, name=series.sender.name)
    if not can_compose(series.sender):
        raise UnableToMake(NO_RIGHT, name=series.sender.name)
    if series.saved_audience and not series.saved_audience.is_active:
        raise UnableToMake(RETIRED, name=series.saved_audience.name)


def _let_go(row: Occurrence, at: datetime) -> None:
    """Publish it, or at its time, or put it up for approval. What cannot go out stays a draft; its sender is told."""
    notice, sender = row.notice, row.notice.sender
    try:
        with transaction.atomic():
            if approval.needs_approval(notice, sender, at):
                ask_approval(notice=notice, actor=sender, at=at)
            elif notice.publish_at and notice.publish_at > at:
                schedule(notice=notice, actor=sender, at=at)
            else:
                publish(notice=notice, actor=sender, at=at)
    except UnableToPublish as error:
        mark_refused(notice, error, at)
        row.state, row.reason = OccurrenceState.REFUSED, notice.refused_reason
        row.save()


def _refuse(series: Series, row: Occurrence, error: UnableToMake, at: datetime) -> None:
    log.warning("series_date_refused", series=series.pk, date=str(row.date))
    _close(row, OccurrenceState.REFUSED, error, at)
    record(actor=None, verb="date_refused", obj=series, note=str(error), changes={"date": str(row.date)}, at=at)
    tell_not_made(row, at)


def _close(row: Occurrence, state: OccurrenceState, reason: object, at: datetime) -> None:
    row.state, row.reason, row.changed_at = state, in_each_language(reason), at
    row.save()


def _row(series: Series, moment: Moment, at: datetime) -> Occurrence:
    return Occurrence(
        series=series,
        date=moment.date,
        day=moment.day,
        make_at=moment.make_at,
        publish_at=moment.publish_at,
        changed_at=at,
    )


def _note_unknown(series: Series, year: int | None, at: datetime) -> None:
    """The next date cannot be counted: logged once, and only when the year is near, for lists come out in November."""
    if year is not None and date(year, 1, 1) - NEAR > timezone.localtime(at).date():
        year = None
    if series.blocked_year == year:
        return
    if year is not None:
        log.error("calendar_year_missing", series=series.pk, year=year)
    series.blocked_year = year
    series.save(update_fields=["blocked_year"])


def _end_when_over(series: Series, at: datetime) -> None:
    """No date is left: the series ends by itself."""
    if not series.occurrences.planned().exists():
        series.state, series.changed_at = SeriesState.ENDED, at
        series.save(update_fields=["state", "changed_at"])
        record(actor=None, verb="series_ended", obj=series, at=at)

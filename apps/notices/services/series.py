"""Series: set up, change, pause, resume, hand over, end; leave a date out, or try one again."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.calendar import CalendarYearMissing, office_time
from apps.core.clock import now
from apps.core.text import in_each_language
from apps.journal.services import record
from apps.notices import audience_scope
from apps.notices.enums import OccurrenceState, SeriesState
from apps.notices.models import Occurrence, Series
from apps.notices.rules import can_address_all, can_compose
from apps.notices.services.occurrences import (
    UnableToMake,
    keep_left_out,
    make_draft,
    missing_moments,
    plan,
    whom,
)
from apps.people.models import Person

FIELDS = (
    "name",
    "template",
    "unit",
    "saved_audience",
    "frequency",
    "every",
    "weekday",
    "month_day",
    "month",
    "nth",
    "starts_on",
    "ends_on",
    "publish_time",
    "day_off",
    "lead_days",
    "waits_for_go",
)
WAS_PAUSED = gettext_lazy("The series was paused.")


class UnableToSaveSeries(Exception):
    """The series cannot be set up or changed so; the text says why."""


class SeriesClash(UnableToSaveSeries):
    """Somebody else saved meanwhile: `current` is how it stands now."""

    def __init__(self, current: Series) -> None:
        self.current = current
        super().__init__(_("Somebody else has changed this series meanwhile."))


@transaction.atomic
def create_series(*, values: Mapping[str, object], actor: Person, at: datetime | None = None) -> Series:
    """A series that the actor sends; dates before `at` are none of its own. Raises UnableToSaveSeries."""
    at = at or now()
    series = Series(sender=actor, since=at, created_at=at, changed_at=at, **{name: values[name] for name in FIELDS})
    _check(series, actor, at)
    series.save()
    record(actor=actor, verb="created", obj=series, at=at)
    plan(series, at)
    return series


@transaction.atomic
def change_series(
    *, series: Series, version: int, values: Mapping[str, object], actor: Person, at: datetime | None = None
) -> Series:
    """Change what stands at `version`. Drafts that were made stay; what was only planned is planned anew from `at`."""
    at = at or now()
    fresh = _locked(series)
    if fresh.version != version:
        raise SeriesClash(fresh)
    changed = [name for name in FIELDS if getattr(fresh, name) != values[name]]
    for name in FIELDS:
        setattr(fresh, name, values[name])
    fresh.since = at
    _check(fresh, fresh.sender, at)
    fresh.occurrences.planned().delete()
    _save(fresh, at)
    record(actor=actor, verb="edited", obj=fresh, changes={"fields": changed}, at=at)
    if fresh.is_running:
        plan(fresh, at)
    return fresh


@transaction.atomic
def pause_series(*, series: Series, actor: Person, at: datetime | None = None) -> Series:
    """No drafts are made until it is resumed; those that are there stay. Pausing again changes nothing."""
    at = at or now()
    fresh = _locked(series)
    if fresh.is_running:
        fresh.state = SeriesState.PAUSED
        _save(fresh, at)
        record(actor=actor, verb="paused", obj=fresh, at=at)
    return fresh


@transaction.atomic
def resume_series(*, series: Series, actor: Person, at: datetime | None = None) -> Series:
    """Goes on with the dates from now on; those that went by are written down as left out."""
    at = at or now()
    fresh = _locked(series)
    if not fresh.is_paused:
        return fresh
    _leave_out_past(fresh, actor, at)
    fresh.state, fresh.since = SeriesState.RUNNING, at
    _save(fresh, at)
    record(actor=actor, verb="resumed", obj=fresh, at=at)
    plan(fresh, at)
    return fresh


@transaction.atomic
def end_series(*, series: Series, actor: Person, at: datetime | None = None) -> None:
    """For good: nothing more is planned; drafts that were made stay. Raises UnableToSaveSeries the second time."""
    at = at or now()
    fresh = _locked(series)
    fresh.occurrences.planned().delete()
    fresh.state, fresh.blocked_year = SeriesState.ENDED, None
    _save(fresh, at)
    record(actor=actor, verb="series_ended", obj=fresh, at=at)


@transaction.atomic
def take_over(*, series: Series, actor: Person, at: datetime | None = None) -> Series:
    """The actor sends it from now on. Raises UnableToSaveSeries when the actor may not write to its people."""
    at = at or now()
    fresh = _locked(series)
    if fresh.sender_id == actor.pk:
        return fresh
    _check(fresh, actor, at)
    before, fresh.sender = fresh.sender, actor
    _save(fresh, at)
    changes = {"sender": [before.number, actor.number]}
    record(actor=actor, verb="taken_over", obj=fresh, changes=changes, at=at)
    return fresh


@transaction.atomic
def skip_date(*, series: Series, on: date, actor: Person, reason: str, at: datetime | None = None) -> Occurrence:
    """Leave out one date of the rule that has no draft yet, with a reason. Leaving it out again changes nothing.

    Raises UnableToSaveSeries for a date the rule does not have, or that has a draft; CalendarYearMissing.
    """
    at = at or now()
    fresh = _locked(series)
    row = fresh.occurrences.filter(date=on).first()
    if row is None:
        row = _planned(fresh, on)
    if row.state == OccurrenceState.SKIPPED:
        return row
    if row.state != OccurrenceState.PLANNED and not row.waits_for_decision:
        raise UnableToSaveSeries(_("There is a draft of this date already: throw that away instead."))
    row.state, row.reason, row.decided_by, row.changed_at = OccurrenceState.SKIPPED, {"": reason}, actor, at
    row.save()
    record(actor=actor, verb="date_skipped", obj=fresh, note=reason, changes={"date": str(on)}, at=at)
    if fresh.is_running:
        plan(fresh, at)
    return row


@transaction.atomic
def try_again(*, occurrence: Occurrence, actor: Person, at: datetime | None = None) -> Occurrence:
    """Make the draft of a date that was refused. Raises UnableToSaveSeries when it still cannot be made."""
    at = at or now()
    series = _locked(occurrence.series)
    row = Occurrence.objects.get(pk=occurrence.pk)
    if not row.waits_for_decision:
        return row
    try:
        make_draft(series, row, office_time(), at)
    except UnableToMake as error:
        raise UnableToSaveSeries(str(error)) from error
    record(actor=actor, verb="date_tried_again", obj=series, changes={"date": str(row.date)}, at=at)
    return row


def _planned(series: Series, on: date) -> Occurrence:
    """A new row of a date that nothing is known of yet, unsaved."""
    moment = series.dates.moment(on, office_time()) if on in _near(series, on) else None
    if moment is None:
        raise UnableToSaveSeries(_("The series has no such date."))
    return Occurrence(series=series, date=on, day=moment.day, make_at=moment.make_at, publish_at=moment.publish_at)


def _near(series: Series, on: date) -> set[date]:
    return {next((each for each in series.dates.dates() if each >= on), None)}


def _leave_out_past(series: Series, actor: Person, at: datetime) -> None:
    series.occurrences.planned().filter(publish_at__lte=at).update(
        state=OccurrenceState.SKIPPED, reason=in_each_language(WAS_PAUSED), decided_by=actor, changed_at=at
    )
    try:
        for moment in missing_moments(series, office_time()):
            if moment.publish_at > at:
                break
            keep_left_out(series, moment, WAS_PAUSED, at)
    except CalendarYearMissing:
        return  # what its days were nobody knows; from now on the dates count from today


def _check(series: Series, sender: Person, at: datetime) -> None:
    rule = whom(series)
    if not series.template.is_active:
        raise UnableToSaveSeries(_("This template is no longer in use."))
    if rule.is_empty:
        raise UnableToSaveSeries(_("The template does not say whom it is for: choose a saved audience."))
    if not can_compose(sender):
        raise UnableToSaveSeries(_("You may not write notices."))
    if not can_address_all(sender) and audience_scope.count_outside(rule, sender, office_time().day(at)):
        raise UnableToSaveSeries(_("You may write to people of your own unit only."))


def _locked(series: Series) -> Series:
    fresh = Series.objects.select_for_update(no_key=True).get(pk=series.pk)
    if fresh.is_ended:
        raise UnableToSaveSeries(_("This series has ended."))
    return fresh


def _save(series: Series, at: datetime) -> None:
    series.version += 1
    series.changed_at = at
    series.save()

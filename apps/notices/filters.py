"""Which people of which notices: one filter for report, list, export and figures, so that they agree."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlencode

from django.db.models import F, Q
from django.http import QueryDict
from django.utils.dateparse import parse_date, parse_datetime

from apps.core.measure import Period
from apps.core.search import matches
from apps.notices.enums import NOT_REACHED, ObligationState
from apps.notices.managers import ObligationQuerySet
from apps.notices.models import Obligation
from apps.people.models import Person, Unit

ALL, OWED, KNOWN, IN_TIME, UNREACHED = "all", "owed", "known", "in_time", "unreached"
SHOWS = (ALL, OWED, KNOWN, IN_TIME, UNREACHED, *ObligationState.values)


@dataclass(frozen=True)
class PeopleFilter:
    """`show`: one of SHOWS. `first` and `last`: days of publishing. `by`: known, or in time, at this moment."""

    notice: int | None = None
    show: str = ALL
    unit: int | None = None
    here: bool = False  # only the unit itself, not what lies below it
    q: str = ""
    first: date | None = None
    last: date | None = None
    by: datetime | None = None
    asked: bool = False  # only notices that ask for acknowledgement, and not for a form

    @classmethod
    def read(cls, query: QueryDict, *, notice: int | None = None, show: str = ALL) -> "PeopleFilter":
        """From an address; what is not understood counts as not said."""
        unit = query.get("unit", "")
        return cls(
            notice=notice,
            show=query["show"] if query.get("show") in SHOWS else show,
            unit=int(unit) if unit.isascii() and unit.isdigit() else None,
            here=query.get("here") == "1",
            q=query.get("q", "").strip()[:80],
            first=_read(parse_date, query.get("first", "")),
            last=_read(parse_date, query.get("last", "")),
            by=_read(parse_datetime, query.get("by", "")),
            asked=query.get("asked") == "1",
        )

    def querystring(self, **changes: object) -> str:
        """The part of an address after "?", with some of the questions changed."""
        wanted = replace(self, **changes)
        values = {
            "show": wanted.show,
            "unit": wanted.unit,
            "here": wanted.here and "1",
            "q": wanted.q,
            "first": wanted.first,
            "last": wanted.last,
            "by": wanted.by and wanted.by.isoformat(),
            "asked": wanted.asked and "1",
        }
        return urlencode({name: value for name, value in values.items() if value})

    def rows(self, user: Person) -> ObligationQuerySet:
        """The obligations, under the rights of `user`."""
        found = Obligation.objects.visible_to(user)
        if self.notice is not None:
            found = found.filter(notice_id=self.notice)
        if self.first and self.last:
            period = Period(self.first, self.last)
            found = found.filter(notice__published_at__gte=period.starts_at, notice__published_at__lt=period.ends_at)
        if self.asked:
            found = found.filter(notice__needs_acknowledgement=True, notice__needs_answer=False)
        if self.unit:
            path = Unit.objects.filter(pk=self.unit).values_list("path", flat=True).first()
            found = found.of_unit(path, here=self.here) if path else found.none()
        if self.q:
            found = found.filter(matches("person__name", self.q) | Q(person__number__iexact=self.q))
        return found.filter(self._shown())

    def _shown(self) -> Q:
        if self.show == OWED:
            return Q(is_open=True)
        if self.show == KNOWN:
            return known_by(self.by) if self.by else Q(opened_at__isnull=False)
        if self.show == IN_TIME:
            return in_time(self.by)
        if self.show == UNREACHED:
            return Q(state__in=NOT_REACHED)
        return Q(state=self.show) if self.show in ObligationState.values else Q()


def known_by(at: datetime) -> Q:
    """Opened or acknowledged, signed in, before a moment (acknowledging counts as opening)."""
    return Q(opened_at__lte=at)


def in_time(at: datetime | None) -> Q:
    """Acknowledged by the day that was set (any time, where none was), as far as a moment knows."""
    done = Q(acknowledged_at__isnull=False) & (
        Q(notice__acknowledge_by__isnull=True) | Q(acknowledged_at__lte=F("notice__acknowledge_by"))
    )
    return done & Q(acknowledged_at__lte=at) if at else done


def _read(parse: object, text: str) -> object:
    try:
        return parse(text)
    except ValueError:
        return None

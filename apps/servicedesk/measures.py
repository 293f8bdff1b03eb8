"""What the service desk tells the leaders' page: each figure with its definition and the list it opens."""

from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Aggregate, Count, FloatField, Q
from django.urls import reverse

from apps.core.measure import Measure, Period
from apps.servicedesk import figures
from apps.servicedesk.figures import FIGURES, GOOD_RATING, SHOWN_FROM

Value = tuple[float | int | None, int | None]
PLAIN_COUNTS = ("received", "completed", "open", "open_old", "unanswered", "lapsed")


class Percentile(Aggregate):
    """PostgreSQL's percentile_cont; no rows give None."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(fraction)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def for_period(period: Period, *, at: datetime) -> list[Measure]:
    """The figures of `period` as of `at`, in their order (a fixed number of queries)."""
    values = values_of(period, at)
    return [
        Measure(
            code=figure.code,
            name=str(figure.name),
            definition=str(figure.docs),
            value=values[figure.code][0],
            unit=str(figure.unit),
            of=values[figure.code][1],
            rows_url=rows_url(figure.code, period),
            higher_is_better=figure.higher_is_better,
            is_partial=period.ends_at > at,
        )
        for figure in FIGURES.values()
    ]


def rows_url(code: str, period: Period, **narrowed: int) -> str:
    """The list that shows exactly the rows of the figure; `narrowed` by fields of the list's filter (service=3)."""
    query = {"measure": code, "from": period.first.isoformat(), "to": period.last.isoformat()} | narrowed
    return f"{reverse('servicedesk:list')}?{urlencode(query)}"


def values_of(period: Period, at: datetime) -> dict[str, Value]:
    """Value and base of every figure."""
    values: dict[str, Value] = {code: (figures.rows_for(code, period, at).count(), None) for code in PLAIN_COUNTS}
    values["overdue"] = (figures.overdue(period, at).count() if period.ends_at > at else None, None)
    judged = figures.judged(period, at).count()
    values["within_target"] = share(figures.kept(period, at).count(), judged)
    first = figures.first_judged(period, at).count()
    values["first_within_target"] = share(figures.first_kept(period, at).count(), first)
    values["returned"] = share(figures.returned(period, at).count(), values["received"][0])
    return values | response(period, at) | ratings(period, at)


def response(period: Period, at: datetime) -> dict[str, Value]:
    """Median and nine of ten of the first answers, in working minutes (one query)."""
    found = (
        figures.answered(period, at)
        .order_by()
        .aggregate(
            median=Percentile("first_response_minutes", fraction=0.5),
            p90=Percentile("first_response_minutes", fraction=0.9),
            count=Count("pk"),
        )
    )
    return {
        "first_response": (whole(found["median"]), found["count"]),
        "first_response_p90": (whole(found["p90"]), found["count"]),
    }


def ratings(period: Period, at: datetime) -> dict[str, Value]:
    """Share of good ratings, hidden while they are few, and share of invitations answered (three queries)."""
    found = (
        figures.rated(period, at)
        .order_by()
        .aggregate(all=Count("pk"), good=Count("pk", filter=Q(rating__gte=GOOD_RATING)))
    )
    asked, said = figures.invited(period, at).count(), figures.invitations_answered(period, at).count()
    good = share(found["good"], found["all"]) if found["all"] >= SHOWN_FROM else (None, found["all"])
    return {"satisfaction": good, "rated": share(said, asked)}


def share(part: int, whole_count: int) -> Value:
    """Percent with one decimal, and of how many; nothing of nothing."""
    return (round(100 * part / whole_count, 1) if whole_count else None, whole_count)


def whole(minutes: float | None) -> int | None:
    return None if minutes is None else round(minutes)

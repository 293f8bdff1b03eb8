"""The pictures of the summary, the same on the page and in the PDF."""

from django.utils.translation import pgettext

from apps.core.charts import Picture, bar_chart, bar_picture
from apps.reports.summary import Bucket, ServiceLine, Summary

WIDTH, HEIGHT = 820, 280
SHOWN_SERVICES = 8

Pairs = list[tuple[int, str]]


def flow_picture(summary: Summary) -> Picture:
    """Received beside completed, by day or week; each column opens its rows."""
    return bar_picture(_day_labels(summary.buckets), _flow_series(summary.buckets), width=WIDTH, height=HEIGHT)


def flow_svg(summary: Summary) -> bytes:
    return bar_chart(_day_labels(summary.buckets), _plain(_flow_series(summary.buckets)), width=WIDTH, height=HEIGHT)


def service_picture(summary: Summary) -> Picture:
    """What came in, by service, the eight largest."""
    rows = _largest(summary.services)
    return bar_picture([str(row.service) for row in rows], _service_series(rows), width=WIDTH, height=HEIGHT)


def service_svg(summary: Summary) -> bytes:
    rows = _largest(summary.services)
    return bar_chart([str(row.service) for row in rows], _plain(_service_series(rows)), width=WIDTH, height=HEIGHT)


def _day_labels(rows: list[Bucket]) -> list[str]:
    return [f"{row.days.first.month}-{row.days.first.day}" for row in rows]


def _flow_series(rows: list[Bucket]) -> dict[str, Pairs]:
    return {
        pgettext("requests", "received"): [(row.received, row.received_url) for row in rows],
        pgettext("requests", "completed"): [(row.completed, row.completed_url) for row in rows],
    }


def _largest(rows: list[ServiceLine]) -> list[ServiceLine]:
    return [row for row in rows if row.received][:SHOWN_SERVICES]


def _service_series(rows: list[ServiceLine]) -> dict[str, Pairs]:
    return {pgettext("requests", "received"): [(row.received, row.received_url) for row in rows]}


def _plain(series: dict[str, Pairs]) -> dict[str, list[float | int | None]]:
    return {name: [value for value, _url in pairs] for name, pairs in series.items()}

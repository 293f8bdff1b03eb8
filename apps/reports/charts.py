"""The pictures of the summary, the same on the page and in the PDF."""

from django.utils.translation import pgettext

from apps.core.charts import bar_chart
from apps.reports.summary import Summary


def flow_picture(summary: Summary) -> bytes:
    """Received beside completed, by day or week."""
    return bar_chart(
        [f"{row.first.month}-{row.first.day}" for row in summary.buckets],
        {
            pgettext("requests", "received"): [row.received for row in summary.buckets],
            pgettext("requests", "completed"): [row.completed for row in summary.buckets],
        },
        width=820,
        height=280,
    )


def service_picture(summary: Summary) -> bytes:
    """What came in, by service, the eight largest."""
    rows = [row for row in summary.services if row.received][:8]
    return bar_chart(
        [str(row.service) for row in rows],
        {pgettext("requests", "received"): [row.received for row in rows]},
        width=820,
        height=280,
    )

"""The small picture of what came in and what went out."""

from django.utils.translation import pgettext

from apps.core.charts import Picture, bar_picture
from apps.dashboard.rail import Flow


def flow_chart(flow: list[Flow]) -> Picture:
    """The last working days: received beside completed; each column opens its rows."""
    return bar_picture(
        [str(row.day.day) for row in flow],
        {
            pgettext("requests", "received"): [(row.received, row.received_url) for row in flow],
            pgettext("requests", "completed"): [(row.completed, row.completed_url) for row in flow],
        },
        width=420,
        height=220,
    )

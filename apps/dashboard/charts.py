"""The small picture of what came in and what went out."""

from django.utils.translation import pgettext

from apps.core.charts import as_data_url, bar_chart
from apps.dashboard.rail import Flow


def flow_chart(flow: list[Flow]) -> str:
    """A data URL of the last working days: received beside completed."""
    svg = bar_chart(
        [str(row.day.day) for row in flow],
        {
            pgettext("requests", "received"): [row.received for row in flow],
            pgettext("requests", "completed"): [row.completed for row in flow],
        },
        width=420,
        height=220,
    )
    return as_data_url(svg)

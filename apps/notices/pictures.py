"""Coverage by unit as a picture: the same on the page and in the PDF, beside a table with the same figures."""

from copy import copy

import pygal
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.core.charts import GREEN, GREY, ORANGE, STYLE
from apps.notices.report import UnitLine

UNITS = copy(STYLE)
UNITS.colors = (GREEN, ORANGE, GREY)
SHOWN = 12
LINE = 34
FRAME = 90


def coverage_svg(units: list[UnitLine], *, width: int = 640) -> bytes:
    """Per unit: done, still open, neither (excused or taken back); those with most open people first."""
    shown = units[:SHOWN][::-1]  # drawn from the bottom up
    chart = pygal.HorizontalStackedBar(
        style=UNITS,
        width=width,
        height=FRAME + LINE * max(len(shown), 1),
        legend_at_bottom=True,
        legend_at_bottom_columns=3,
        show_x_guides=False,
        show_y_guides=False,
        margin=8,
        margin_left=56,  # it takes Chinese characters for as wide as Latin ones
        js=[],
        truncate_label=14,
        no_data_text="",
    )
    chart.x_labels = [unit.name or _("no unit") for unit in shown]
    chart.add(pgettext("people of a notice", "done"), [unit.done for unit in shown])
    chart.add(pgettext("people of a notice", "open"), [unit.open for unit in shown])
    chart.add(
        pgettext("people of a notice", "excused or taken back"), [unit.count - unit.done - unit.open for unit in shown]
    )
    return chart.render()

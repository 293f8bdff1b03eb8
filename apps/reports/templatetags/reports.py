"""Figures in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.translation import gettext as _

from apps.core.measure import Measure

if TYPE_CHECKING:
    from apps.reports.summary import Figure

register = template.Library()


@register.filter
def figure_number(measure: Measure) -> str:
    """The value alone, with its percent sign; a dash where there is nothing to count."""
    if measure.value is None:
        return "—"
    number = f"{measure.value:g}" if isinstance(measure.value, float) else f"{measure.value:,}"
    return f"{number}%" if measure.unit == "%" else number


@register.filter
def figure_value(measure: Measure) -> str:
    """The value with its unit."""
    number = figure_number(measure)
    return number if measure.value is None or measure.unit in ("", "%") else f"{number} {measure.unit}"


@register.filter
def figure_change(figure: Figure) -> str:
    """+3, −2, or a dash where there is nothing to compare."""
    if figure.change is None:
        return "—"
    if figure.change == 0:
        return _("no change")
    sign = "+" if figure.change > 0 else "−"
    points = _(" points") if figure.now.unit == "%" else ""
    return f"{sign}{abs(figure.change):g}{points}"

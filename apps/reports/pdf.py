"""The summary as PDF/A, from the same figures as the page."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.core.pdf import render_pdf
from apps.core.templatetags.portal import day, moment
from apps.reports.charts import flow_svg, service_svg
from apps.reports.summary import Figure, Summary
from apps.reports.templatetags.reports import figure_change, figure_value


def summary_pdf(summary: Summary) -> bytes:
    """One document in the active language: headline figures, pictures, services, definitions, "as of"."""
    data = {
        "title": _("Summary for the college leaders"),
        "college": settings.MAIL_FROM_NAME,
        "language": (translation.get_language() or "zh-hant"),
        "period": f"{day(summary.period.first)} – {day(summary.period.last)}",
        "before": f"{day(summary.before.first)} – {day(summary.before.last)}",
        "as_of": moment(summary.at),
        "figures": [_figure(figure) for figure in summary.figures],
        "services": [[str(row.service), row.received, row.completed, row.open] for row in summary.services],
        "words": {
            "as_of": _("As of"),
            "before": _("compared with"),
            "figures": _("Figures"),
            "flow": _("Received and completed"),
            "by_service": _("By service"),
            "definitions": _("Definitions"),
            "service_head": [
                _("service"),
                pgettext("requests", "received"),
                pgettext("requests", "completed"),
                pgettext("requests", "open"),
            ],
            "figure_head": [_("figure"), _("this period"), _("period before"), _("change")],
        },
    }
    files = {"flow.svg": flow_svg(summary), "services.svg": service_svg(summary)}
    return render_pdf("reports/summary.typ", data, files=files)


def _figure(figure: Figure) -> dict[str, str]:
    return {
        "name": figure.now.name,
        "value": figure_value(figure.now),
        "before": figure_value(figure.before) if figure.before else "—",
        "change": figure_change(figure),
        "definition": figure.now.definition,
    }

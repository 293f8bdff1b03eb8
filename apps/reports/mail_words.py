"""The summary in the words of a mail: the key figures, each with the address of its rows."""

from dataclasses import dataclass
from urllib.parse import urljoin

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.measure import Period
from apps.core.templatetags.portal import day
from apps.reports.enums import Rhythm
from apps.reports.models import edition_url
from apps.reports.summary import Figure, Summary
from apps.reports.templatetags.reports import figure_change, figure_value

# What fits into a mail; all others are in the PDF.
KEY_FIGURES = (
    "received",
    "completed",
    "open",
    "open_old",
    "within_target",
    "first_response",
    "returned",
    "satisfaction",
    "notice_coverage",
    "notices_in_time",
)


@dataclass(frozen=True)
class MailLine:
    """One figure. `url` is "" where there is nothing to open."""

    name: str
    value: str
    before: str
    change: str
    of: int | None
    url: str


def file_name(period: Period) -> str:
    return f"summary-{period.first:%Y%m%d}-{period.last:%Y%m%d}.pdf"


def mail_words(summary: Summary, rhythm: Rhythm) -> tuple[str, str, str]:
    """Subject, text and HTML in the active language."""
    figures = {figure.now.code: figure for figure in summary.figures}
    days = f"{day(summary.period.first)} – {day(summary.period.last)}"
    context = {
        "summary": summary,
        "days": days,
        "lines": [_line(figures[code]) for code in KEY_FIGURES],
        "is_empty": is_empty(summary),
        "rhythm": rhythm.label,
        "file_name": file_name(summary.period),
        "file_url": _whole(edition_url(rhythm, summary.period)),
        "stop_url": _whole(f"{reverse('reports:summary')}#by-mail"),
    }
    subject = _("Summary for the college leaders: %(days)s") % {"days": days}
    text = render_to_string("reports/mails/summary.txt", context).strip() + "\n"
    return subject, text, render_to_string("reports/mails/summary.html", context)


def is_empty(summary: Summary) -> bool:
    """Nothing was counted by any figure."""
    return not any(figure.now.value or figure.now.of for figure in summary.figures)


def _line(figure: Figure) -> MailLine:
    counted = figure.now.value is not None
    return MailLine(
        name=figure.now.name,
        value=figure_value(figure.now) if counted else _("nothing, or too little, to count"),
        before=figure_value(figure.before) if figure.before else "—",
        change=figure_change(figure),
        of=figure.now.of if counted else None,
        url=_whole(figure.now.rows_url) if counted and figure.now.rows_url else "",
    )


def _whole(path: str) -> str:
    return urljoin(f"{settings.PORTAL_URL}/", path)

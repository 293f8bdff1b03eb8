"""Figures about help: which openings of articles and which answers to "did this help?" each of them counts.

As in `figures`: the figure and the page that shows its rows ask here, so they cannot differ.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.measure import Period
from apps.knowledge.models import Feedback
from apps.servicedesk.figures import in_period
from apps.servicedesk.models import ArticleOpening, Request, Service

FILED_WITHIN = timedelta(hours=24)
SHOWN_FROM = 5  # fewer answers than this could be traced to people


@dataclass(frozen=True)
class Opened:
    """How often an article was opened while filing one service, and how often no filing followed."""

    times: int
    without_filing: int


def with_outcome(rows: QuerySet) -> QuerySet:
    """Each opening with `was_filed`: did this person file this service within a day (or have it filed)?"""
    filed = Request.objects.filter(
        Q(requester=OuterRef("person")) | Q(filed_by=OuterRef("person")),
        service=OuterRef("service"),
        submitted_at__gte=OuterRef("at"),
        submitted_at__lt=OuterRef("at") + FILED_WITHIN,
    )
    return rows.annotate(was_filed=Coalesce("filed", Exists(filed)))


def opened(period: Period, at: datetime) -> QuerySet:
    """Openings of the period whose day is over: of later ones it cannot be told yet what follows."""
    rows = ArticleOpening.objects.filter(in_period("at", period), at__lte=at - FILED_WITHIN)
    return with_outcome(rows)


def unfiled(period: Period, at: datetime) -> QuerySet:
    return opened(period, at).filter(was_filed=False)


def answered(period: Period, at: datetime) -> QuerySet:
    return Feedback.objects.filter(in_period("at", period), at__lte=at)


def opened_of(service: Service) -> dict[int, Opened]:
    """By article, of all time (one query)."""
    rows = with_outcome(ArticleOpening.objects.filter(service=service)).values("article").order_by()
    counted = rows.annotate(times=Count("pk"), without=Count("pk", filter=Q(was_filed=False)))
    return {row["article"]: Opened(row["times"], row["without"]) for row in counted}


@dataclass(frozen=True)
class HelpFigure:
    """A figure's name, its one written definition and the rows it opens: openings, or answers of readers."""

    code: str
    name: str | Promise
    docs: str | Promise
    rows: Callable[[Period, datetime], QuerySet]
    unit: str = ""
    of_readers: bool = False


HELP_FIGURES: dict[str, HelpFigure] = {
    figure.code: figure
    for figure in (
        HelpFigure(
            "help_opened",
            _("Articles opened while filing"),
            _(
                "How often somebody opened a help article from the filing page of a service; the last 24 hours "
                "are left out."
            ),
            opened,
        ),
        HelpFigure(
            "help_unfiled",
            _("Opened without a filing"),
            _(
                "Of these, those after which the same person did not file that service within 24 hours: perhaps the "
                "article answered the question. An estimate: somebody may have given up, or asked by phone."
            ),
            unfiled,
        ),
        HelpFigure(
            "help_helpful",
            _("Articles that helped"),
            _(
                "Of the answers to “did this help you?” given in the period, the share of yes; the newest answer of "
                "each reader and article counts. Hidden below five answers."
            ),
            answered,
            unit="%",
            of_readers=True,
        ),
    )
}


def shown_rows(code: str, period: Period, at: datetime) -> QuerySet:
    """The rows of a figure for its page, newest first, with what it names. Raises KeyError for an unknown code."""
    rows = HELP_FIGURES[code].rows(period, at).select_related("article")
    return rows if HELP_FIGURES[code].of_readers else rows.select_related("service")

"""The figures of a notice's report: each with one written definition and the address of exactly the rows it counts."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.notices.enums import NOT_REACHED, ObligationState
from apps.notices.filters import ALL, IN_TIME, KNOWN, OWED, UNREACHED, PeopleFilter, in_time
from apps.notices.models import Notice
from apps.people.models import Person


@dataclass(frozen=True)
class NoticeFigure:
    name: str
    definition: str
    value: int
    url: str


@dataclass(frozen=True)
class CauseLine:
    """People whom nothing is known to have reached, by what is known instead."""

    state: str
    label: str
    meaning: str
    count: int
    url: str


def figures_of(notice: Notice, user: Person) -> list[NoticeFigure]:
    """Under the rights of `user` (one query)."""
    asked = [entry for entry in _entries(notice) if entry]
    rows = PeopleFilter(notice=notice.pk).rows(user)
    counts = rows.aggregate(**{show: Count("pk", filter=condition) for show, condition, _n, _d in asked})
    return [NoticeFigure(name, words, counts[show], address(notice, show)) for show, _q, name, words in asked]


def _entries(notice: Notice) -> list[tuple[str, Q, str, str] | None]:
    ack = notice.needs_acknowledgement and not notice.needs_answer
    return [
        (ALL, Q(), _("People"), _("Everybody whom the notice was for when it went out, and who joined later.")),
        (
            KNOWN,
            Q(opened_at__isnull=False),
            _("Opened or acknowledged"),
            _("Had the page open, signed in, or acknowledged. Nothing less counts as reading."),
        ),
        (
            ObligationState.ANSWERED.value,
            Q(state=ObligationState.ANSWERED),
            _("Handed in"),
            _("Handed in the form, and it did not come back for correction."),
        )
        if notice.needs_answer
        else None,
        (
            ObligationState.ACKNOWLEDGED.value,
            Q(state=ObligationState.ACKNOWLEDGED),
            pgettext("figure of a notice", "Acknowledged"),
            _("Acknowledged the present words, signed in, or signed for them on paper."),
        )
        if ack
        else None,
        (
            IN_TIME,
            in_time(None),
            pgettext("figure of a notice", "Acknowledged in time"),
            _("Acknowledged by the time that was set, if one was."),
        )
        if ack and notice.acknowledge_by
        else None,
        (OWED, Q(is_open=True), _("Still open"), _("Has not done yet what the notice asks, and is not excused.")),
        (
            UNREACHED,
            Q(state__in=NOT_REACHED),
            _("Not reached"),
            _("The message came back, no channel works, or there is no evidence of anything yet."),
        ),
    ]


def meanings() -> dict[str, str]:
    """What each state claims and does not claim."""
    return {
        ObligationState.OPEN: _("Stands in the inbox. Claims nothing about the person."),
        ObligationState.NOTIFIED: _("The next server took the message. Does not say that it arrived."),
        ObligationState.UNKNOWN: _("Handed over 72 hours ago and nothing came back. Says neither yes nor no."),
        ObligationState.REACHED: _("The mailbox or phone took it. Does not say that anybody read it."),
        ObligationState.BOUNCED: _("The message came back; the report of the receiving system is kept."),
        ObligationState.UNREACHABLE: _("No address that can be written to, or nothing could be sent."),
        ObligationState.TOLD: _("Somebody answers by name for having told the person."),
        ObligationState.OPENED: _("The signed-in page was open. Does not say that it was understood."),
        ObligationState.ACKNOWLEDGED: _("The person said so, signed in, and has a receipt; or signed on paper."),
        ObligationState.ANSWERED: _("The person handed in the form and has a receipt."),
        ObligationState.RETURNED: _("The form went back to the person for correction."),
        ObligationState.EXCUSED: _("Somebody excused the person by name, with a reason."),
        ObligationState.WITHDRAWN: _("The notice was taken back before the person did what it asked."),
    }


def causes(notice: Notice, user: Person) -> list[CauseLine]:
    """Who is not reached, by cause, the most frequent first (one query)."""
    rows = PeopleFilter(notice=notice.pk, show=UNREACHED).rows(user).order_by()
    counts = rows.values_list("state").annotate(count=Count("*")).order_by("-count", "state")
    words, labels = meanings(), dict(ObligationState.choices)
    return [
        CauseLine(state, str(labels[state]), words[state], count, address(notice, state)) for state, count in counts
    ]


def address(notice: Notice, show: str) -> str:
    return f"{reverse('notices:report', args=[notice.pk])}?{PeopleFilter().querystring(show=show)}"

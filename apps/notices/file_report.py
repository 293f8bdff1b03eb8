"""The report of a notice as PDF/A, from the same figures as the page, in the active language."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.pdf import render_pdf
from apps.core.templatetags.portal import moment
from apps.core.text import localized
from apps.notices import figures, report
from apps.notices.audience_words import audience_words
from apps.notices.enums import NOT_REACHED, ObligationState
from apps.notices.export import lines_of
from apps.notices.filters import PeopleFilter
from apps.notices.models import Notice
from apps.notices.pictures import coverage_svg
from apps.people.models import Person


def draw(notice: Notice, *, user: Person, at: datetime) -> tuple[bytes, int]:
    """The PDF and the number of people in it, under the rights of `user`."""
    people = list(_people(notice, user))
    units = report.by_unit(notice, user)
    data = {
        "language": translation.get_language() or "zh-hant",
        "college": settings.MAIL_FROM_NAME,
        "title": localized(notice.title),
        "head": _head(notice, user, at),
        "editions": [
            [str(row.number), row.get_kind_display(), moment(row.published_at), row.digest, row.note]
            for row in notice.editions.order_by("number")
        ],
        "figures": [[each.name, str(each.value), each.definition] for each in figures.figures_of(notice, user)],
        "states": [[part.label, part.count, part.colour] for part in report.parts(notice, user)],
        "units": [[u.name or _("no unit"), str(u.done), str(u.open), str(u.count)] for u in units],
        "causes": [[line.label, str(line.count), line.meaning] for line in figures.causes(notice, user)],
        "missing": sorted([row[3], row[2], row[1], row[4]] for state, row in people if state in NOT_REACHED),
        "rounds": _rounds(notice),
        "people": [[row[1], row[2], row[3], row[4], row[5]] for _state, row in people],
        "meanings": [[str(ObligationState(state).label), words] for state, words in figures.meanings().items()],
        "as_of": moment(at),
        "words": _words(),
    }
    return render_pdf("notices/report.typ", data, files={"units.svg": coverage_svg(units, width=760)}), len(people)


def _people(notice: Notice, user: Person) -> Iterator[tuple[str, list[str]]]:
    """State and the columns of the export, person by person."""
    for line, row in lines_of(notice, PeopleFilter(notice=notice.pk).rows(user)):
        yield line.state, row


def _head(notice: Notice, user: Person, at: datetime) -> list[list[str]]:
    rows = [
        [_("Number"), notice.number or "—"],
        [_("Sent by"), notice.sender.name],
        [_("In the name of"), str(notice.unit)],
        [_("Audience"), audience_words(notice.rule)],
        [_("Published"), moment(notice.published_at)],
        [_("Acknowledge by"), moment(notice.acknowledge_by) if notice.acknowledge_by else "—"],
        [_("State"), str(notice.get_state_display())],
        [_("As of"), moment(at)],
        [_("Made by"), user.name],
    ]
    return rows


def _rounds(notice: Notice) -> list[list[str]]:
    rows = notice.rounds.select_related("started_by").order_by("number")
    return [
        [
            str(row.number),
            str(row.get_kind_display()),
            str(row.get_channel_display()),
            str(row.edition),
            moment(row.created_at),
            row.started_by.name if row.started_by else _("by working day"),
            str(row.recipient_count),
        ]
        for row in rows
    ]


def _words() -> dict[str, object]:
    return {
        "pretitle": _("What became of a notice"),
        "as_of": _("As of"),
        "editions": _("Editions"),
        "edition_head": [_("Edition"), _("Kind"), _("Published"), _("SHA-256 of the words"), _("What changed")],
        "figures": _("Figures"),
        "figure_head": [_("Figure"), _("People"), _("Definition")],
        "states": _("By state"),
        "units": _("By unit"),
        "unit_head": report.unit_headings(),
        "missing": _("Who is not reached, and why"),
        "cause_head": [_("Cause"), _("People"), _("What it says")],
        "missing_head": [_("Cause"), _("Unit"), _("Name"), _("Rests on")],
        "nobody": _("Nobody is unreached."),
        "rounds": _("Rounds of sending"),
        "round_head": [_("Round"), _("Kind"), _("Channel"), _("Edition"), _("Started"), _("By whom"), _("People")],
        "people": _("Each person"),
        "people_head": [_("Name"), _("Unit"), _("State"), _("Rests on"), _("State since")],
        "meanings": _("What the words claim, and what they do not"),
    }

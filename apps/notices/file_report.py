"""The report of a notice as PDF/A, from the same figures as the page, in the active language."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.pdf import render_pdf
from apps.core.templatetags.portal import moment
from apps.core.text import localized
from apps.notices import figures, report
from apps.notices.audience_words import audience_words
from apps.notices.enums import ObligationState
from apps.notices.export import lines_of, write_report
from apps.notices.file_report_people import Named
from apps.notices.filters import PeopleFilter
from apps.notices.models import Notice
from apps.notices.pictures import coverage_svg
from apps.people.models import Person


@dataclass(frozen=True)
class Drawn:
    """`people`: how many the report is about; `listed`: how many of them the paper names. The workbook has all."""

    paper: bytes
    people: int
    listed: int


def draw(notice: Notice, *, user: Person, at: datetime, workbook: BinaryIO) -> Drawn:
    """The PDF, and the complete list into the file `workbook`, from one reading of the rows under the rights of `user`.

    The paper quotes the SHA-256 of the workbook, so that the two belong together.
    """
    named = Named()
    rows = lines_of(notice, PeopleFilter(notice=notice.pk).rows(user))
    count = write_report(workbook, notice, lines=named.watch(rows), user=user, at=at)
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
        "rounds": _rounds(notice),
        "meanings": [[str(ObligationState(state).label), words] for state, words in figures.meanings().items()],
        "as_of": moment(at),
        "words": _words() | {"lists": named.words(), "workbook": _workbook_words(workbook)},
        **named.as_data(),
    }
    paper = render_pdf("notices/report.typ", data, files={"units.svg": coverage_svg(units, width=760)})
    return Drawn(paper, count, named.listed)


def _workbook_words(workbook: BinaryIO) -> str:
    workbook.seek(0)
    digest = hashlib.file_digest(workbook, "sha256").hexdigest()
    return _("All people with every column: the workbook kept with this paper, SHA-256 %(digest)s") % {"digest": digest}


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
        "still_open": _("Still open"),
        "others": _("All others"),
        "people_head": [_("Name"), _("Unit"), _("State"), _("Rests on"), _("State since")],
        "meanings": _("What the words claim, and what they do not"),
    }

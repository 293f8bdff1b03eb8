"""The tables of the file of a document: what the register says, and everything that was said and done."""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.approvals.enums import StepState
from apps.assignments.models import Assignment, Part, Report
from apps.core.pdf import can_print
from apps.core.text import localized
from apps.core.verbs import label as verb_label
from apps.documents.chain import back_words
from apps.documents.enums import RESTRICTED, Access
from apps.documents.models import Document, Filing, Link, Opinion, Proposal, Reader
from apps.journal.models import Entry
from apps.notices.models import Obligation

LACKS = "□"
Table = dict[str, object]
Facts = list[tuple[str, str]]


def printable(value: object) -> object:
    """Characters that the font lacks would break PDF/A: an empty box stands for them."""
    if isinstance(value, str):
        return "".join(sign if can_print(sign) else LACKS for sign in value)
    if isinstance(value, dict):
        return {key: printable(each) for key, each in value.items()}
    return [printable(each) for each in value] if isinstance(value, list | tuple) else value


def both(name: str, principal: object) -> str:
    return _("%(name)s for %(principal)s") % {"name": name, "principal": principal.name} if principal else name


def plain(value: datetime | None) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else "—"


def facts_table(facts: Facts) -> Table:
    return {"title": "", "head": [], "rows": [list(row) for row in facts]}


def table(title: str, head: list[str], rows: list[list[str]], *, wide: tuple[int, ...] = ()) -> Table:
    """`wide`: the columns that hold long words, by default the last."""
    made = {"title": title, "head": head, "rows": [[cell or "—" for cell in row] for row in rows]}
    return made | ({"wide": list(wide)} if wide else {})


def register_of(document: Document, filing: Filing, more: Facts) -> list[Table]:
    """`more`: what the app above knows of a paper that went out."""
    facts = [
        (_("File number"), filing.issued.text),
        (pgettext("of a file", "Kept"), str(filing.get_retention_display())),
        (_("Dated"), filing.dated_on.isoformat()),
        (_("Number"), document.number),
        (_("Title"), document.title),
        (_("Kind"), str(document.get_kind_display())),
        (_("Access"), str(document.get_access_display())),
        (_("Urgency"), localized(document.urgency.name) if document.urgency else "—"),
        (_("Registered"), plain(document.registered_at)),
        (_("Handler"), document.handler.name if document.handler else "—"),
        (pgettext("of a file", "Closed"), plain(document.closed_at)),
        (_("What came of it"), document.closing_words or "—"),
    ]
    facts[4:4] = incoming_facts(document) if document.is_incoming else more
    return [facts_table(facts)]


def incoming_facts(document: Document) -> Facts:
    incoming = document.incoming
    given = incoming.answered_on.isoformat() if incoming.answered_on else "—"
    how = str(incoming.get_answered_how_display()) if incoming.answered_on else ""
    by = named(incoming.answered_by) if incoming.answered_by else ""
    return [
        (_("Sender"), incoming.sender),
        (_("Sender's number"), incoming.sender_number or "—"),
        (_("Received"), f"{plain(incoming.received_at)} {incoming.get_received_display()}"),
        (_("Where the paper lies"), incoming.place or "—"),
        (_("Answered"), " ".join(filter(None, (given, how, by, incoming.answer_words)))),
    ]


def named(document: Document) -> str:
    """Of one with limited access no more than the register shows of it: its number, of a hidden one nothing."""
    if document.access == Access.HIDDEN:
        return _("a document with limited access")
    return document.number if document.access in RESTRICTED else f"{document.number} {document.title}".strip()


def opinions_of(document: Document) -> Table:
    rows = Opinion.objects.filter(document=document).select_related(
        "author", "on_behalf_of", "edition", "proposal__lead"
    )
    return table(
        _("Opinions"),
        [_("When"), _("Who"), _("What"), _("Edition"), _("Words")],
        [
            [plain(row.at), both(row.author.name, row.on_behalf_of), opinion_label(row), str(row.edition.number),
             "\n".join(filter(None, (row.words, plan_of(row))))]
            for row in rows.order_by("at", "pk")
        ],
    )  # fmt: skip


def opinion_label(row: Opinion) -> str:
    """What it was, and which way it went."""
    kind = str(row.get_kind_display())
    return f"{kind}：{StepState(row.decision).label}" if row.decision else kind


def plan_of(row: Opinion) -> str:
    """The units, the day and the readers that a proposal names beside its words."""
    plan: Proposal | None = getattr(row, "proposal", None)
    if plan is None:
        return ""
    named_units = [
        (_("lead unit"), str(plan.lead or "")),
        (_("helping units"), "、".join(str(unit) for unit in plan.helpers.order_by("path"))),
        (_("what is asked of them"), plan.asks),
        (_("to be done by"), plan.due_on.isoformat() if plan.due_on else ""),
        (_("readers"), "、".join(person.name for person in plan.readers.order_by("pk"))),
    ]
    return "\n".join(f"{label}：{text}" for label, text in named_units if text)


def circulation_of(document: Document) -> Table:
    read = Reader.objects.filter(circulation__document=document).select_related("person", "read_by")
    return table(
        _("Circulation"),
        [_("Who"), _("State"), _("Given"), _("Opened"), _("Read")],
        [
            [row.person.name, " ".join(filter(None, (str(row.get_state_display()), row.excuse))), plain(row.given_at),
             plain(row.opened_at), read_by(row)]
            for row in read.order_by("circulation_id", "order")
        ],
    )  # fmt: skip


def read_by(row: Reader) -> str:
    other = row.read_by and row.read_by_id != row.person_id
    return both(f"{plain(row.read_at)} {row.read_by.name}", row.person) if other else plain(row.read_at)


def history_of(document: Document) -> Table:
    return table(
        _("History"),
        [_("When"), _("Who"), _("What"), _("Words")],
        [
            [plain(row.at), both(row.actor.name if row.actor else _("The portal"), row.on_behalf_of),
             verb_label(row), row.note]
            for row in Entry.objects.about(document)
        ],
    )  # fmt: skip


# units


def parts_of(document: Document) -> list[Table]:
    """Each assignment with its units, then every report with what was said to it."""
    return [found for row in Assignment.objects.about(document) for found in (units_of(row), reports_table(row))]


def units_of(assignment: Assignment) -> Table:
    rows = Part.objects.filter(assignment=assignment).select_related("unit", "person", "signed_by", "signed_for")
    return table(
        _("Handed to units: %(title)s") % {"title": assignment.title},
        [_("Unit"), _("Part"), _("Asked"), pgettext("of a file", "Due"), _("State"), _("Signed for"), _("Late days")],
        [
            [str(row.unit), str(row.get_role_display()), row.asks, plain(row.due_at),
             " ".join(filter(None, (str(row.get_state_display()), row.excuse))),
             both(f"{plain(row.signed_at)} {row.signed_by.name}", row.signed_for) if row.signed_by else "",
             str(row.late_days or "")]
            for row in rows.order_by("depth", "pk")
        ],
        wide=(2,),
    )  # fmt: skip


def reports_table(assignment: Assignment) -> Table:
    return table(
        _("What the units reported"),
        [_("When"), _("Unit"), _("Who"), _("Round"), _("Said to it"), _("Words")],
        [
            [plain(row.at), str(row.part.unit), both(row.author.name, row.on_behalf_of), str(row.round),
             verdicts_of(row), f"{row.text} ({row.count})" if row.count is not None else row.text]
            for row in reports_of(assignment)
        ],
        wide=(4, 5),
    )  # fmt: skip


def reports_of(*assignments: Assignment) -> list[Report]:
    rows = Report.objects.filter(part__assignment__in=assignments).select_related(
        "part__unit", "author", "on_behalf_of"
    )
    return list(rows.prefetch_related("verdicts__by", "verdicts__on_behalf_of").order_by("at", "pk"))


def verdicts_of(report: Report) -> str:
    said = sorted(report.verdicts.all(), key=lambda row: (row.at, row.pk))
    lines = [
        f"{row.get_kind_display()} {both(row.by.name, row.on_behalf_of)} {plain(row.at)} {row.note}".strip()
        for row in said
    ]
    return "\n".join(lines)


# what it hangs together with


def links_of(document: Document) -> Table:
    rows = Link.objects.filter(Q(source=document) | Q(target=document)).select_related("source", "target")
    found = [
        [str(row.get_kind_display()), named(row.target)]
        if row.source_id == document.pk
        else [back_words(row.kind), named(row.source)]
        for row in rows.order_by("made_at", "pk")
    ]
    return table(_("Linked documents"), [_("What"), _("Document")], found)


def notices_of(document: Document) -> Table:
    """The notices that were made of it, with how many have signed for each; the names stand in a file of their own."""
    rows = []
    for row in document.notices.select_related("notice").order_by("made_at", "pk"):
        owed = Obligation.objects.filter(notice=row.pk)
        signed = owed.filter(acknowledged_at__isnull=False).count()
        notice = row.notice
        state = str(notice.get_state_display())
        rows.append([notice.number or "—", localized(notice.title), state, f"{signed}/{owed.count()}"])
    return table(_("Issued as notices"), [_("Number"), _("Title"), _("State"), _("Receipts")], rows)


def receipts_of(notice_id: int) -> str:
    """Every reader of a notice, with state, opening, and receipt, for a spreadsheet."""
    rows = Obligation.objects.filter(notice=notice_id).select_related("person").order_by("pk")
    head = [_("Who"), _("State"), _("Opened"), _("Signed for"), _("Receipt")]
    lines = [
        [row.person.name, str(row.get_state_display()), plain(row.opened_at), plain(row.acknowledged_at),
         row.receipt_number or "—"]
        for row in rows.iterator()
    ]  # fmt: skip
    return "\n".join("\t".join(" ".join(cell.split()) for cell in line) for line in [head, *lines]) + "\n"

"""The sender's pages: what was sent, what became of it person by person, and the list as a file."""

from datetime import datetime
from tempfile import TemporaryFile

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core.charts import as_data_url
from apps.core.clock import now
from apps.core.pages import keyset_page
from apps.delivery.models import Evidence
from apps.delivery.rules import can_run_post_room
from apps.journal.models import Entry
from apps.journal.services import record
from apps.notices import figures, ladder_pages, report
from apps.notices.basis import basis_text, deciding_evidence, evidence_words, held_causes, kind_words, strength
from apps.notices.enums import NoticeState, ObligationState, RoundKind
from apps.notices.export import XLSX, lines_of, write_report
from apps.notices.filters import ALL, OWED, PeopleFilter
from apps.notices.managers import looked_after
from apps.notices.models import FileReport, Notice, Obligation, Round
from apps.notices.pictures import coverage_svg
from apps.notices.reasons import reason_texts
from apps.notices.rules import (
    acts_for,
    can_change_published,
    can_chase,
    can_compose,
    can_edit,
    can_remind_all,
    can_see_missing,
    can_see_report,
)
from apps.notices.services.editions import CHANGEABLE
from apps.notices.services.rounds import wants_reminders
from apps.notices.standing_in import names_of, secretaries_stood_in_for
from apps.people.enums import OFFICE_ROLES, Role


@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    """Notices whose people I may look at, newest first."""
    notices = Notice.objects.reported_to(request.user).select_related("sender", "unit")
    if not can_compose(request.user) and not looked_after(request.user) and not notices.exists():
        raise PermissionDenied(_("You have sent no notices."))
    state = request.GET.get("state", "")
    if state in NoticeState.values:
        notices = notices.filter(state=state)
    page = keyset_page(notices.with_counts(), by="created_at", cursor=request.GET.get("cursor", ""))
    context = {
        "page": page,
        "states": NoticeState.choices,
        "state": state,
        "can_compose": can_compose(request.user),
        "can_see_missing": can_see_missing(request.user),
    }
    return render(request, "notices/sent.html", context)


@require_GET
def report_page(request: HttpRequest, pk: int) -> HttpResponse:
    notice = reported(request, pk)
    wanted = PeopleFilter.read(request.GET, notice=pk, show=OWED)
    rows = wanted.rows(request.user).select_related("person").with_unit()
    page = keyset_page(rows, by="pk", cursor=request.GET.get("cursor", ""), newest_first=False)
    evidence = deciding_evidence(notice, page.rows)
    held = held_causes(notice, page.rows)
    at = now()
    context = {
        "notice": notice,
        "head": report.head(notice, request.user),
        "parts": [(part.label, part.colour, part.count, part.url) for part in report.parts(notice, request.user)],
        "units": (units := report.by_unit(notice, request.user)),
        "coverage": as_data_url(coverage_svg(units)),
        "figures": figures.figures_of(notice, request.user),
        "causes": figures.causes(notice, request.user),
        "file_reports": FileReport.objects.visible_to(request.user)
        .filter(notice=notice)
        .select_related("asked_by", "blob", "workbook")
        .order_by("-pk")[:5],
        "page": page,
        "lines": [(line, basis_text(line, evidence.get(line.pk), held.get(line.pk, ""))) for line in page.rows],
        "wanted": wanted,
        "shows": show_choices(),
        "rounds": _rounds(notice),
        "posts": ladder_pages.posts(notice),
        "can_change": can_change_published(request.user, notice) and notice.state in CHANGEABLE,
        "can_keep": can_edit(request.user, notice),
        "next_reminder": _next_reminder(notice),
        "steps": notice.reminder_steps.order_by("due_at", "pk"),
        "can_remind_all": can_remind_all(request.user, notice) and notice.is_running(at),
        "can_chase": can_chase(request.user, notice) and notice.is_running(at),
        "can_mend_addresses": request.user.has_role(*OFFICE_ROLES, Role.UNIT_SECRETARY),
        "acting_for": acts_for(request.user, notice, at=at),
        "at": at,
    }
    return render(request, "notices/report.html", context)


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """People of many notices: exactly the rows that a figure counts."""
    wanted = PeopleFilter.read(request.GET, show=ALL)
    rows = wanted.rows(request.user).select_related("person", "notice").with_unit()
    page = keyset_page(rows, by="pk", cursor=request.GET.get("cursor", ""))
    acting_for = names_of(secretaries_stood_in_for(request.user))
    context = {"page": page, "wanted": wanted, "shows": show_choices(), "acting_for": acting_for}
    return render(request, "notices/people.html", context)


@require_GET
def person(request: HttpRequest, pk: int, person_id: int) -> HttpResponse:
    """Why this state: every piece of evidence of one person and one notice, in the order of time."""
    notice = reported(request, pk)
    found = Obligation.objects.visible_to(request.user).select_related("person").with_unit()
    line = get_object_or_404(found, notice=notice, person_id=person_id)
    context = explanation(notice, line) | {
        "may_see_raw": can_run_post_room(request.user),
        "can_chase": can_chase(request.user, notice) and notice.is_running(now()),
        "acting_for": acts_for(request.user, notice, person=line.person),
    }
    return render(request, "notices/person.html", context)


@require_GET
def own_line(request: HttpRequest, pk: int) -> HttpResponse:
    """What the office knows about me and this notice: the same page, of the own line."""
    found = Obligation.objects.inbox_of(request.user).select_related("person").with_unit()
    line = get_object_or_404(found, notice_id=pk)
    return render(request, "notices/person.html", explanation(line.notice, line) | {"is_own": True})


def explanation(notice: Notice, line: Obligation) -> dict[str, object]:
    """Every piece of evidence of one line, in the order of time, and what the state rests on."""
    rounds = {row.message_id: row for row in _rounds(notice)}
    line.notice = notice
    events = Evidence.objects.about(messages=list(rounds), person=line.person)
    deciding = deciding_evidence(notice, [line]).get(line.pk)
    return {
        "notice": notice,
        "line": line,
        "reason": reason_texts([line.reason])[line.reason],
        "basis": basis_text(line, deciding, held_causes(notice, [line]).get(line.pk, "")),
        "events": [
            (event, kind_words(event), rounds[event.message_id], evidence_words(event), strength(event))
            for event in events
        ],
        "deciding": deciding,
        "next_step": ladder_pages.next_step(line) if notice.is_running(now()) else "",
    }


@require_POST
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The list as XLSX. By POST, because taking people's data out is written down."""
    notice = reported(request, pk)
    wanted = PeopleFilter.read(request.POST, notice=pk, show=ALL)
    at = now()
    file = TemporaryFile()  # noqa: SIM115 (the answer closes it)
    lines = lines_of(notice, wanted.rows(request.user))
    count = write_report(file, notice, lines=lines, user=request.user, at=at)
    changes, behalf = {"people": count, "show": wanted.show}, acts_for(request.user, notice, at=at)
    record(actor=request.user, verb="exported", obj=notice, on_behalf_of=behalf, changes=changes, internal=True, at=at)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"notice-{notice.number}.xlsx", content_type=XLSX)


@require_GET
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Who did what with this notice."""
    notice = reported(request, pk)
    return render(request, "notices/history.html", {"notice": notice, "entries": Entry.objects.about(notice)})


def reported(request: HttpRequest, pk: int) -> Notice:
    """A notice that is out and whose people this user may look at."""
    notices = Notice.objects.visible_to(request.user).select_related("unit", "sender")
    notice = get_object_or_404(notices, pk=pk, published_at__isnull=False)
    if not can_see_report(request.user, notice):
        raise PermissionDenied(_("You may not see what became of this notice."))
    return notice


def show_choices() -> list[tuple[str, str]]:
    groups = [
        (ALL, _("all")),
        (OWED, _("still open")),
        ("unreached", _("not reached")),
        ("known", _("opened or acknowledged")),
    ]
    return [
        *groups,
        ("in_time", _("acknowledged in time")),
        *((code, str(label)) for code, label in ObligationState.choices),
    ]


def _rounds(notice: Notice) -> list[Round]:
    """Newest first; reminders say which they are (`reminder`), those planned for one moment being one."""
    rounds = list(notice.rounds.select_related("started_by", "only_person").order_by("number"))
    moments: list[datetime] = []
    for row in rounds:
        if row.kind == RoundKind.REMINDER and row.planned_for not in moments:
            moments.append(row.planned_for)
        row.reminder = moments.index(row.planned_for) + 1 if row.kind == RoundKind.REMINDER else 0
        row.notice = notice
        row.channel_names = ladder_pages.channel_names(row)
    return rounds[::-1]


def _next_reminder(notice: Notice) -> object:
    if not wants_reminders(notice) or not notice.is_running(now()):
        return None
    waiting = notice.reminder_steps.filter(done_at__isnull=True, due_at__gt=now()).order_by("due_at")
    return waiting.values_list("due_at", flat=True).first()

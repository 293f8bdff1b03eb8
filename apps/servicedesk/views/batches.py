"""Certificates for a whole class: name it, look at everybody, issue, print."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.clock import now
from apps.core.pages import keyset_page
from apps.core.text import localized
from apps.journal.files import open_blob
from apps.journal.forms import read_token
from apps.journal.models import Entry
from apps.journal.services import record, settle_form, take_form
from apps.people.enums import Role
from apps.people.models import Person, Post, Unit
from apps.questionnaires.definitions import read_fields
from apps.questionnaires.forms import build_form, form_of
from apps.servicedesk import forms
from apps.servicedesk.enums import BatchState, HolderKind, PaperRowState
from apps.servicedesk.models import PaperBatch, PaperBatchRow, PaperVersion, Service
from apps.servicedesk.papers.batch_rows import numbers_in, with_numbers
from apps.servicedesk.papers.certificates import UnableToIssue, version_for
from apps.servicedesk.papers.content import PaperContent, read_content
from apps.servicedesk.papers.fields import ANSWER
from apps.servicedesk.rules import can_issue_batches
from apps.servicedesk.services import batches
from apps.servicedesk.views.listing import require_office

SHOWN = 200


def require_issuer(user: Person) -> None:
    if not can_issue_batches(user):
        raise PermissionDenied


@require_GET
def list_batches(request: HttpRequest) -> HttpResponse:
    require_office(request.user)
    rows = PaperBatch.objects.visible_to(request.user).select_related(
        "service", "template_version__template", "created_by"
    )
    page = keyset_page(rows, by="created_at", cursor=request.GET.get("cursor", ""))
    context = {"page": page, "may_batch": can_issue_batches(request.user)}
    return render(request, "servicedesk/batches.html", context)


@require_http_methods(["GET", "POST"])
def create_batch(request: HttpRequest) -> HttpResponse:
    """Who and what; then the answers that the certificate prints and that are the same for all; then the rows."""
    require_issuer(request.user)
    form = forms.BatchForm(request.POST or None)
    if not form.is_valid():
        return render(request, "servicedesk/batch_form.html", {"form": form}, status=422 if form.is_bound else 200)
    data = form.cleaned_data
    try:
        version = version_for(data["service"], data["template"].pk if data["template"] else None)
    except UnableToIssue as error:
        form.add_error("service", str(error))
        return render(request, "servicedesk/batch_form.html", {"form": form}, status=422)
    questions = answers_form(request, data["service"], version, data["language"])
    if questions is not None and not questions.is_valid():
        context = {"form": form, "questions": questions, "asked": "with_answers" in request.POST}
        return render(request, "servicedesk/batch_form.html", context, status=422 if context["asked"] else 200)
    return look(request, form, version, questions.plain_answers() if questions else {})


def answers_form(request: HttpRequest, service: Service, version: PaperVersion, language: str) -> object | None:
    """The questions whose answers are printed, asked once for all, and the sheet with the rows of everybody where a
    table is printed; None when nothing of the form is printed.
    """
    content: PaperContent = read_content(version.content)
    keys = {code.removeprefix(ANSWER) for codes in content.codes(language) for code in codes if code.startswith(ANSWER)}
    asked = service.form.versions.order_by("-number").first()
    if asked is None or not (keys or content.table):
        return None
    data = request.POST if "with_answers" in request.POST else None
    if not content.table:
        return build_form(asked, data=data, person=request.user, only=sorted(keys))
    questions = with_numbers(read_fields(asked), content.table)
    named = {each.key for each in questions if each.is_for_person and each.key in keys}
    return form_of(questions, named | {content.table}, data=data, person=request.user)


def look(
    request: HttpRequest, form: forms.BatchForm, version: PaperVersion, answers: dict[str, object]
) -> HttpResponse:
    data, token, content = form.cleaned_data, read_token(request), read_content(version.content)
    numbers = list(dict.fromkeys([*data["numbers"], *numbers_in(answers, content.table)]))
    people, unknown = people_of(data["unit"], numbers, content.holder)
    try:
        with transaction.atomic():
            first, url = take_form(token=token, person=request.user)
            if not first:
                return redirect(url or "servicedesk:batches")
            made = batches.check_batch(
                service=data["service"],
                version=version,
                people=people,
                unknown=unknown,
                answers=answers,
                language=data["language"],
                source=source_of(data["unit"], len(data["numbers"])),
                actor=request.user,
            )
            settle_form(token=token, result_url=made.get_absolute_url())
    except batches.UnableToBatch as error:
        form.add_error(None, str(error))
        return render(request, "servicedesk/batch_form.html", {"form": form}, status=422)
    return redirect(made)


def people_of(unit: Unit | None, numbers: list[str], kind: str) -> tuple[list[Person], list[str]]:
    """Active people of the unit and below who can hold such a paper, by number; then those named, as named. And the
    numbers that nobody has.
    """
    found: dict[int, Person] = {}
    if unit:
        posts = Post.objects.current().filter(unit__path__startswith=unit.path)
        posts = posts.filter(role=Role.STUDENT) if kind == HolderKind.STUDENT else posts
        rows = Person.objects.active().filter(pk__in=posts.values("person")).order_by("number", "pk")
        found |= {person.pk: person for person in rows[: batches.MOST + 1]}
    by_number = {person.number.lower(): person for person in Person.objects.filter(number__in=spellings(numbers))}
    found |= {person.pk: person for each in numbers if (person := by_number.get(each.lower()))}
    return list(found.values()), [each for each in numbers if each.lower() not in by_number]


def spellings(numbers: list[str]) -> set[str]:
    return {form for each in numbers for form in (each, each.upper(), each.lower())}


def source_of(unit: Unit | None, count: int) -> str:
    words = [localized(unit.name)] if unit else []
    if count:
        words.append(ngettext("%(count)d number", "%(count)d numbers", count) % {"count": count})
    return " + ".join(words)


def fetch(request: HttpRequest, pk: int) -> PaperBatch:
    rows = PaperBatch.objects.visible_to(request.user)
    rows = rows.select_related("service", "template_version__template", "created_by", "issued_by", "combined")
    return get_object_or_404(rows, pk=pk)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Every row with what would be or was printed; the figures above choose which."""
    batch = fetch(request, pk)
    counts = batches.counts_of(batch)
    shown = request.GET.get("show", "")
    rows = PaperBatchRow.objects.filter(batch=batch)
    rows = rows.filter(state=shown) if shown in PaperRowState.values else rows
    page = keyset_page(
        rows.select_related("person", "certificate"),
        by="place",
        cursor=request.GET.get("cursor", ""),
        newest_first=False,
        size=SHOWN,
    )
    context = {
        "batch": batch,
        "page": page,
        "shown": shown,
        "figures": [
            (state, PaperRowState(state).label, counts[state]) for state in PaperRowState.values if counts[state]
        ],
        "total": sum(counts.values()),
        "settled": counts[PaperRowState.ISSUED] + counts[PaperRowState.FAILED],
        "to_settle": sum(counts.values()) - counts[PaperRowState.LEFT_OUT],
        "ready": counts[PaperRowState.READY],
        "may_batch": can_issue_batches(request.user),
        "is_checked": batch.state == BatchState.CHECKED,
        "is_issuing": batch.state == BatchState.ISSUING,
        "entries": list(Entry.objects.about(batch).order_by("-at", "-pk")[:20]),
    }
    return render(request, "servicedesk/batch.html", context)


def act(request: HttpRequest, pk: int, work: Callable[[PaperBatch], object], done: str) -> HttpResponse:
    batch = fetch(request, pk)
    require_issuer(request.user)
    try:
        work(batch)
    except batches.UnableToBatch as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(batch)


@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Pressed twice, nothing is issued twice."""
    work = lambda batch: batches.issue_batch(batch=batch, actor=request.user)  # noqa: E731
    return act(
        request, pk, work, _("The certificates are being issued; each person is told. This page shows how far it is.")
    )


@require_POST
def throw_away(request: HttpRequest, pk: int) -> HttpResponse:
    work = lambda batch: batches.throw_away(batch=batch, actor=request.user)  # noqa: E731
    return act(request, pk, work, _("Thrown away; nothing was issued."))


@require_POST
def take_combined(request: HttpRequest, pk: int) -> HttpResponse:
    """All sheets in one file to print. By POST: taking it is written down."""
    batch = fetch(request, pk)
    require_issuer(request.user)
    if batch.combined is None:
        raise Http404
    try:
        content = open_blob(batch.combined)
    except FileNotFoundError as error:
        raise Http404 from error
    record(actor=request.user, verb="batch_taken", obj=batch, internal=True, at=now())
    answer = FileResponse(
        content, as_attachment=True, filename=f"certificates-{batch.pk}.pdf", content_type="application/pdf"
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer

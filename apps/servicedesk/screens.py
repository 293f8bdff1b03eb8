"""What one request's page shows to one person. Reads in a fixed number of queries; decides nothing of its own."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.forms import BaseForm
from django.urls import reverse
from django.utils.functional import cached_property

from apps.approvals.models import Step
from apps.core.calendar import CalendarYearMissing, working_time
from apps.core.text import localized
from apps.journal.models import Attachment, Entry
from apps.people.models import Person
from apps.questionnaires.definitions import read_fields
from apps.questionnaires.display import AnswerLine, answer_lines
from apps.questionnaires.forms import build_form, build_office_form
from apps.servicedesk import actions, forms, rules
from apps.servicedesk.enums import OWED_BY_REQUESTER, CertificateState, Product, RequestState, Who
from apps.servicedesk.mail_managers import can_place_mail
from apps.servicedesk.models import (
    CannedReply,
    Certificate,
    Consent,
    ImportedRequest,
    Request,
    RequestMessage,
    Return,
    StatusLink,
)
from apps.servicedesk.panels import papers
from apps.servicedesk.panels.approval import ApprovalPanel
from apps.servicedesk.panels.canned import canned_of
from apps.servicedesk.panels.clock import ClockPanel
from apps.servicedesk.panels.imported import imported_of
from apps.servicedesk.panels.people import Company
from apps.servicedesk.panels.relations import Relations
from apps.servicedesk.panels.standing import Standing, standing_of
from apps.servicedesk.panels.tasks import TaskList
from apps.servicedesk.panels.time import Spent, spent_of
from apps.servicedesk.services import reading_of
from apps.servicedesk.stages import StepsBar, steps_bar

CERTIFICATE_COLOURS = {
    CertificateState.VALID: "green",
    CertificateState.REPLACED: "secondary",
    CertificateState.REVOKED: "red",
    CertificateState.EXPIRED: "secondary",
}
MESSAGES_SHOWN = 100
ENTRIES_SHOWN = 60


def requests_with_names() -> QuerySet:
    """Requests with everything that a page about one of them names (one query)."""
    return Request.objects.select_related(
        "service",
        "service__area",
        "requester",
        "requester_unit",
        "filed_by",
        "handler",
        "unit",
        "answer_set__form_version",
        "urged_by",
        "imported",
    )


@dataclass
class Screen:
    """The page of `item` as `user` sees it at `at`. `verb` and `form`: the form slot, when one is open."""

    item: Request
    user: Person
    at: datetime
    verb: str = ""
    form: BaseForm | None = None

    @cached_property
    def allowed(self) -> frozenset[str]:
        return rules.allowed_verbs(self.user, self.item, self.at)

    @cached_property
    def is_requester(self) -> bool:
        """Does this person stand on the requesting side?"""
        return rules.is_requester(self.user, self.item) or rules.participation(self.user, self.item) is not None

    @cached_property
    def tasks(self) -> TaskList:
        return TaskList(self.item, self.relations.merged, self.user, self.at)

    @cached_property
    def company(self) -> Company:
        return Company(self.item, self.user, self.form if self.verb == "add_people" else None)

    @cached_property
    def relations(self) -> Relations:
        return Relations(self.item, self.user)

    @property
    def is_office(self) -> bool:
        return self.user.is_office

    @property
    def may_place_mail(self) -> bool:
        return can_place_mail(self.user)

    @cached_property
    def approval(self) -> ApprovalPanel:
        return ApprovalPanel(self.item, self.user, self.at, self.allowed)

    @cached_property
    def imported(self) -> ImportedRequest | None:
        return imported_of(self.item)

    @property
    def bar(self) -> StepsBar:
        return steps_bar(self.item, self.approval.steps, missing=self.approval.missing)

    @property
    def step_to_decide(self) -> Step | None:
        """The step that waits for this person's decision."""
        return self.approval.step_to_decide

    @cached_property
    def offered(self) -> list[actions.PageAction]:
        found = actions.offered(self.allowed)
        needless = "pass_to_seal" if self.approval.is_needed else "ask_approval"
        return [each for each in found if each.verb != needless]

    @cached_property
    def main(self) -> actions.PageAction | None:
        """The main action, unless something to do already stands on top of the page."""
        if self.form or self.step_to_decide:
            return None
        return actions.main_action(self.offered, needs_approval=self.approval.is_needed)

    @property
    def urges_here(self) -> bool:
        """Has the button to urge its place beside the conversation? That is where a requester looks for it."""
        return self.is_requester and "urge" in self.allowed

    @property
    def others(self) -> list[actions.PageAction]:
        left_out = "urge" if self.urges_here else ""
        return [each for each in self.offered if each is not self.main and each.verb != left_out]

    @property
    def action(self) -> actions.PageAction | None:
        """The action whose form is open."""
        return actions.ACTIONS.get(self.verb) if self.form else None

    @cached_property
    def answers(self) -> list[AnswerLine]:
        return answer_lines(self.item.answer_set, office=self.is_office)

    @cached_property
    def messages(self) -> list[RequestMessage]:
        """The conversation, oldest first, with attachments (two queries); also that of requests merged into this."""
        numbers = {row.pk: row.number for row in self.relations.merged}
        rows = RequestMessage.objects.visible_to(self.user).filter(request__in=[self.item.pk, *numbers])
        newest = list(rows.select_related("author", "on_behalf_of", "mail").order_by("-at", "-pk")[:MESSAGES_SHOWN])
        files = attachments_of(newest)
        for row in newest:
            row.files, row.of_number = files[row.pk], numbers.get(row.request_id, "")
        return newest[::-1]

    @cached_property
    def canned(self) -> list[CannedReply]:
        return canned_of(self.item, self.user)

    @cached_property
    def spent(self) -> Spent | None:
        return spent_of(self.item, self.user)

    @cached_property
    def entries(self) -> list[Entry]:
        rows = Entry.objects.about(self.item)
        rows = rows if self.is_office else rows.public()
        return list(rows.order_by("-at", "-pk")[:ENTRIES_SHOWN])

    @cached_property
    def certificates(self) -> list[Certificate]:
        """Newest first, each with its state now as `now_state`."""
        if self.item.gives != Product.CERTIFICATE:
            return []
        rows = Certificate.objects.visible_to(self.user).filter(request=self.item).select_related("replaced_by")
        found = list(rows.order_by("-issued_at", "-pk"))
        for row in found:
            row.now_state = row.state_at(self.at)
            row.now_colour = CERTIFICATE_COLOURS[row.now_state]
        return found

    @cached_property
    def may_revoke(self) -> bool:
        return rules.can_revoke_certificate(self.user, self.item, self.at)

    def paper_for(self, verb: str, key: str) -> Certificate | None:
        """The valid certificate of this request that `key` names, else the only one, if `verb` may be done with it."""
        may = self.may_revoke if verb == "revoke" else "manage_certificate" in self.allowed
        valid = [row for row in self.certificates if row.now_state == CertificateState.VALID]
        found = [row for row in valid if str(row.pk) == key] if key else valid
        return found[0] if may and len(found) == 1 else None

    @cached_property
    def sealed(self) -> list[papers.SealLine]:
        return papers.seal_lines(self.item, self.user)

    @cached_property
    def open_return(self) -> Return | None:
        return open_return_of(self.item)

    @property
    def question(self) -> RequestMessage | None:
        """What the office asked last, while the request waits for the answer."""
        if self.item.state != RequestState.WAITING_REQUESTER:
            return None
        asked = [row for row in self.messages if not row.internal and row.author_id != self.item.requester_id]
        return asked[-1] if asked else None

    @property
    def to_correct(self) -> list[str]:
        """Labels of the answers to mend."""
        wanted = self.open_return.fields if self.open_return else []
        return [label for key, label in questions(self.item) if key in wanted]

    @cached_property
    def correct_form(self) -> BaseForm | None:
        if self.verb == "correct" and self.form:
            return self.form
        return correction_form(self.item, self.open_return, person=self.user) if self.open_return else None

    @cached_property
    def answer_form(self) -> BaseForm:
        return self.form if self.verb == "answer" and self.form else forms.AnswerForm(auto_id="answer_%s")

    @cached_property
    def rate_form(self) -> BaseForm:
        return self.form if self.verb == "rate" and self.form else forms.RateForm(auto_id="rate_%s")

    @cached_property
    def decide_form(self) -> BaseForm:
        return self.form if self.verb == "decide" and self.form else forms.DecideForm(auto_id="decide_%s")

    @cached_property
    def message_form(self) -> BaseForm:
        return self.form if self.verb == "message" and self.form else forms.MessageForm(auto_id="message_%s")

    @property
    def has_slot(self) -> bool:
        """Is a form open that has no place of its own on the page?"""
        return self.form is not None and (self.verb in actions.ACTIONS or self.verb in actions.OF_CERTIFICATE)

    @property
    def asks_questions(self) -> bool:
        """Is the open form made of the questions of the service's form?"""
        return self.verb == "office"

    @property
    def slot_title(self) -> str:
        if self.verb in actions.OF_CERTIFICATE:
            return str(actions.OF_CERTIFICATE[self.verb])
        return str(actions.ACTIONS[self.verb].label)

    @property
    def slot_url(self) -> str:
        """Where the open form goes: to the request, or to the certificate that it is about."""
        if self.verb in actions.OF_CERTIFICATE:
            return reverse(f"servicedesk:{self.verb}", args=[self.form.paper])
        return reverse(f"servicedesk:{self.verb}", args=[self.item.pk])

    @property
    def wants_approval(self) -> bool:
        """Is somebody about to complete what nobody has approved?"""
        return self.verb == "complete" and self.approval.is_needed

    @property
    def may_rate(self) -> bool:
        return "rate" in self.allowed and self.item.rating is None

    @cached_property
    def standing(self) -> Standing:
        step = next(iter(self.approval.open_steps), None)
        return standing_of(self.item, self.user, self.at, step=step, approval=self.approval.to_be_asked)

    @cached_property
    def consent(self) -> Consent | None:
        return rules.consent_of(self.item)

    @property
    def may_share(self) -> bool:
        return rules.can_share(self.user, self.item, self.at)

    @cached_property
    def share_link(self) -> StatusLink | None:
        return StatusLink.objects.filter(request=self.item, revoked_at=None).first()

    @property
    def is_late(self) -> bool:
        return bool(self.item.is_running and self.item.due_at and self.item.due_at < self.at)

    @cached_property
    def promises(self) -> ClockPanel:
        return ClockPanel(self.item, self.user, self.at)

    @cached_property
    def due_if_now(self) -> datetime | None:
        """When it would be due if the requester did their part now."""
        if self.item.state not in OWED_BY_REQUESTER or not self.is_requester:
            return None
        try:
            left = reading_of(self.item, at=self.at).left_minutes
            return working_time(self.item.calendar_version_id).add_minutes(self.at, max(left, 0))
        except CalendarYearMissing:
            return None

    @property
    def last_capacity(self) -> rules.Capacity | None:
        """In whose name this person would act for the requester or as handler; None if in nobody's."""
        for who in (Who.REQUESTER, Who.HANDLER):
            if found := rules.capacity(self.user, self.item, who, self.at):
                return found
        return rules.as_participant(self.user, self.item)


def open_return_of(item: Request) -> Return | None:
    """The return that waits for its correction."""
    if item.state != RequestState.RETURNED:
        return None
    return Return.objects.filter(request=item, corrected_at=None).select_related("returned_by").first()


def attachments_of(rows: list[RequestMessage]) -> dict[int, list[Attachment]]:
    """The files of many messages (one query)."""
    found: dict[int, list[Attachment]] = defaultdict(list)
    kind = ContentType.objects.get_for_model(RequestMessage)
    files = Attachment.objects.filter(subject_type=kind, subject_id__in=[row.pk for row in rows])
    for file in files.select_related("blob").order_by("pk"):
        found[file.subject_id].append(file)
    return found


def questions(item: Request) -> list[tuple[str, str]]:
    """(key, label) of the answers that a requester can be asked to mend."""
    fields = read_fields(item.answer_set.form_version)
    return [(field.key, localized(field.label)) for field in fields if not field.office_only]


def correction_form(
    item: Request, returned: Return, *, person: Person, data: object = None, files: object = None
) -> BaseForm:
    """The returned questions alone, with what was answered before. New files become those of `person`."""
    return build_form(
        item.answer_set.form_version,
        data=data,
        files=files,
        person=person,
        initial=item.answer_set.answers,
        only=returned.fields,
    )


def office_form(item: Request, *, person: Person, data: object = None, files: object = None) -> BaseForm:
    """The office's own questions, with what it answered before. New files become those of `person`."""
    version, answers = item.answer_set.form_version, item.answer_set.answers
    return build_office_form(version, data=data, files=files, person=person, initial=answers)

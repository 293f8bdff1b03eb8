"""What one person may do with a document now, and the forms for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.forms import Form
from django.utils import timezone
from django.utils.functional import cached_property

from apps.documents import forms, rules
from apps.documents.enums import TO_FILE, CirculationMode, State
from apps.documents.managers import LIMITED
from apps.documents.services.circulating import CIRCULATES
from apps.documents.services.handing_down import MAY_HAND_DOWN
from apps.documents.services.noticing import may_be_noticed
from apps.documents.services.proposing import MAY_PROPOSE
from apps.notices.rules import can_compose

if TYPE_CHECKING:
    from datetime import datetime

    from apps.documents.models import Circulation, Document, Opinion
    from apps.people.models import Person


class Deeds:
    """The half of the page's screen that is about deeds; the other half knows what is there."""

    document: Document
    user: Person
    at: datetime
    open_forms: dict[str, Form]
    handles: bool
    circulation: Circulation | None
    proposal: Opinion | None
    edition_number: int

    @property
    def incoming_hand(self) -> bool:
        """Handles it, and it came in."""
        return self.handles and self.document.is_incoming

    @property
    def may_register(self) -> bool:
        return self.document.state == State.RECEIVED and rules.can_register(self.user)

    @property
    def may_edit(self) -> bool:
        return self.incoming_hand and self.document.is_open and rules.can_register(self.user)

    @property
    def may_add_files(self) -> bool:
        return self.incoming_hand and self.document.is_open and not self.document.incoming.is_classified

    @property
    def may_send_back(self) -> bool:
        return self.may_edit and self.document.state in (State.RECEIVED, State.REGISTERED)

    @property
    def may_void(self) -> bool:
        return self.document.state in (State.RECEIVED, State.REGISTERED) and rules.can_void(self.user, self.document)

    @property
    def may_remove_classified(self) -> bool:
        return rules.can_remove_classified(self.user, self.document) and not self.document.incoming.is_classified

    @property
    def is_on_paper(self) -> bool:
        """A classified paper: nothing is said, asked or handed on about it in the portal."""
        return self.document.is_incoming and self.document.incoming.is_classified

    @property
    def may_propose(self) -> bool:
        return self.incoming_hand and self.document.state in MAY_PROPOSE and not self.is_on_paper

    @property
    def may_handle(self) -> bool:
        return self.incoming_hand and self.document.state == State.REGISTERED

    @property
    def may_withdraw(self) -> bool:
        return self.incoming_hand and self.document.state == State.PROPOSED

    @property
    def may_circulate(self) -> bool:
        return self.handles and self.document.state in CIRCULATES and not (self.circulation or self.is_on_paper)

    @property
    def may_notice(self) -> bool:
        """Never what is limited or classified; `begin_notice` asks the same."""
        return self.may_circulate and can_compose(self.user) and may_be_noticed(self.document)

    @property
    def may_hand_down(self) -> bool:
        return self.incoming_hand and self.document.state in MAY_HAND_DOWN and not self.is_on_paper

    @property
    def may_hand_over(self) -> bool:
        return self.incoming_hand and self.document.is_open and self.document.handler_id is not None

    @property
    def may_urge(self) -> bool:
        """Of an outgoing paper those are urged who have it to sign."""
        return self.document.is_incoming and self.document.is_open and rules.can_urge(self.user, self.document)

    @property
    def may_set_due(self) -> bool:
        allowed = self.document.is_incoming and (self.handles or rules.can_extend(self.user))
        return self.document.is_open and bool(self.document.number) and allowed

    @property
    def may_answer(self) -> bool:
        return self.incoming_hand and self.document.state in (State.HANDLING, State.ANSWERED)

    @property
    def may_draft_answer(self) -> bool:
        """As an outgoing paper that answers it when it goes out; of a classified one nothing comes into the portal."""
        row = self.document
        may = row.is_incoming and row.is_open and bool(row.number) and not row.incoming.is_classified
        return may and rules.can_draft(self.user)

    @property
    def may_close(self) -> bool:
        states = (State.REGISTERED, State.PROPOSED, State.HANDLING, State.ANSWERED)
        return self.incoming_hand and self.document.state in states

    @property
    def may_reopen(self) -> bool:
        return self.incoming_hand and self.document.state == State.CLOSED

    @property
    def may_file(self) -> bool:
        return self.handles and self.document.state in TO_FILE

    @property
    def may_link(self) -> bool:
        return self.handles

    @property
    def may_anything(self) -> bool:
        """Is there a deed among those that are folded?"""
        folded = (
            "withdraw",
            "hand_down",
            "circulate",
            "answer",
            "draft_answer",
            "close",
            "reopen",
            "file",
            "set_due",
            "hand_over",
            "urge",
        )
        return any(getattr(self, f"may_{name}") for name in (*folded, "send_back", "void", "remove_classified"))

    @cached_property
    def instruct_form(self) -> Form:
        initial = {"edition": self.edition_number}
        return self.open_forms.get("instruct") or forms.InstructForm(initial=initial, auto_id="say_%s")

    @cached_property
    def ask_form(self) -> Form:
        return self.open_forms.get("ask_also") or forms.AskForm(asker=self.user, auto_id="ask_%s")

    @cached_property
    def withdraw_form(self) -> Form:
        return self.open_forms.get("withdraw") or forms.ReasonForm(auto_id="withdraw_%s")

    @cached_property
    def circulate_form(self) -> Form:
        """The proposed readers stand in it already."""
        people = self.proposal.proposal.readers.all() if self.proposal else []
        initial = {"people": "\n".join(person.number for person in people), "mode": CirculationMode.TOGETHER}
        form = forms.CirculateForm(asker=self.user, initial=initial, auto_id="round_%s")
        return self.open_forms.get("circulate") or form

    @cached_property
    def readers_form(self) -> Form:
        return self.open_forms.get("add_readers") or forms.ReadersForm(asker=self.user, auto_id="more_%s")

    @cached_property
    def read_form(self) -> Form:
        return self.open_forms.get("read") or forms.WordsForm(auto_id="read_%s")

    @cached_property
    def send_back_form(self) -> Form:
        return self.open_forms.get("send_back") or forms.SendBackForm(auto_id="back_%s")

    @cached_property
    def void_form(self) -> Form:
        return self.open_forms.get("void") or forms.ReasonForm(auto_id="void_%s")

    @cached_property
    def classified_form(self) -> Form:
        place = self.document.incoming.place if self.document.is_incoming else ""
        form = forms.PlaceForm(initial={"place": place}, auto_id="classified_%s")
        return self.open_forms.get("remove_classified") or form

    @cached_property
    def hand_down_form(self) -> Form:
        """The proposed units stand in it already."""
        plan = self.proposal.proposal if self.proposal else None
        initial: dict[str, object] = {"opens": self.document.access not in LIMITED}
        if plan:
            helpers = [unit.pk for unit in plan.helpers.all()]
            initial |= {"lead": plan.lead_id, "helpers": helpers, "asks": plan.asks, "due_on": plan.due_on}
        form = forms.HandDownForm(asker=self.user, initial=initial, auto_id="down_%s")
        return self.open_forms.get("hand_down") or form

    @cached_property
    def hand_over_form(self) -> Form:
        return self.open_forms.get("hand_over") or forms.HandOverForm(asker=self.user, auto_id="over_%s")

    @cached_property
    def urge_form(self) -> Form:
        return self.open_forms.get("urge") or forms.WordsForm(auto_id="urge_%s")

    @cached_property
    def due_form(self) -> Form:
        return self.open_forms.get("set_due") or forms.DueForm(auto_id="due_%s")

    @cached_property
    def answer_form(self) -> Form:
        initial = {"on": timezone.localtime(self.at).date()}
        return self.open_forms.get("answer") or forms.AnswerForm(asker=self.user, initial=initial, auto_id="answer_%s")

    @cached_property
    def close_form(self) -> Form:
        return self.open_forms.get("close") or forms.CloseForm(document=self.document, auto_id="close_%s")

    @cached_property
    def reopen_form(self) -> Form:
        return self.open_forms.get("reopen") or forms.ReasonForm(auto_id="reopen_%s")

    @cached_property
    def file_form(self) -> Form:
        return self.open_forms.get("file") or forms.FileForm(auto_id="file_%s")

    @cached_property
    def link_form(self) -> Form:
        return self.open_forms.get("link") or forms.LinkForm(asker=self.user, auto_id="link_%s")

"""What the pages of a paper show to one person, in a fixed number of queries."""

from dataclasses import dataclass, field
from datetime import datetime

from django.forms import Form
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import pgettext

from apps.approvals.enums import COLOURS as STEP_COLOURS
from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.core.text import localized
from apps.dispatch import forms, route, rules
from apps.dispatch.enums import EDITABLE, POINT_NAMES, TAKEN_BACK_FROM, VOID_FROM
from apps.dispatch.forms.fields import all_units
from apps.dispatch.models import Draft, Sent, Sheet, SignPoint
from apps.dispatch.services.drafting import ANNEX
from apps.dispatch.services.sheets import PAPER, sheet_of_draft
from apps.dispatch.words import Words, read_words
from apps.documents.enums import OpinionKind, State
from apps.documents.models import Edition, Opinion
from apps.documents.screens import DocumentScreen
from apps.journal.models import Attachment
from apps.people.models import Person
from apps.relays.models import Relay, RelayLine
from apps.relays.progress import lines_of
from apps.seals.models import SealUse

STEPS = (State.DRAFT, State.SIGNING, State.SIGNED, State.NUMBERED, State.SENT)


@dataclass(frozen=True)
class Row:
    """One point of a round, as it is shown."""

    point: SignPoint
    name: str
    who: str
    state: str
    colour: str
    is_asked: bool
    is_stuck: bool
    may_change: bool
    form: Form | None = None


@dataclass
class PaperScreen:
    """The page of a paper. `open_forms`: forms that came back with mistakes, by name; `deed_forms`: those of deeds that
    a paper has like any document.
    """

    draft: Draft
    user: Person
    at: datetime
    open_forms: dict[str, Form] = field(default_factory=dict)
    deed_forms: dict[str, Form] = field(default_factory=dict)

    @cached_property
    def whole(self) -> DocumentScreen:
        """What it has like any document: who may read it, links, circulation, the file, the history."""
        begins = route.counted_from(self.draft.document)
        return DocumentScreen(self.draft.document, self.user, self.at, self.deed_forms, begins)

    @property
    def state(self) -> str:
        return self.draft.document.state

    @property
    def steps(self) -> list[str]:
        return [
            pgettext("step of a paper", "draft"),
            pgettext("step of a paper", "signing"),
            pgettext("step of a paper", "final check"),
            pgettext("step of a paper", "number and seal"),
            pgettext("step of a paper", "sent"),
        ]

    @property
    def step_now(self) -> int:
        """Which step is the present one; one more than all of them where the paper is out."""
        if self.state in (State.SENT, State.FILED):
            return len(STEPS) + 1
        return STEPS.index(State(self.state)) + 1 if self.state in STEPS else 1

    @property
    def is_over(self) -> bool:
        return self.state in (State.WITHDRAWN, State.VOID)

    # --- the text ---------------------------------------------------------------------------------------------------
    @cached_property
    def editions(self) -> list[Edition]:
        return list(self.draft.document.editions.select_related("made_by", "on_behalf_of").order_by("-number"))

    @property
    def newest(self) -> Edition:
        return self.editions[0]

    @cached_property
    def words(self) -> Words:
        return read_words(self.newest)

    @cached_property
    def opinions(self) -> list[Opinion]:
        rows = Opinion.objects.filter(document=self.draft.pk).select_related("author", "on_behalf_of", "edition")
        found = list(rows.order_by("-at", "-pk"))
        for row in found:
            row.name = localized(POINT_NAMES.get(row.kind)) or row.get_kind_display()
            row.label = StepState(row.decision).label if row.decision else ""
            row.colour = STEP_COLOURS[StepState(row.decision)] if row.decision else "secondary"
        return found

    @cached_property
    def signature(self) -> Opinion | None:
        """On this very text."""
        return next((row for row in self.opinions if self._signs(row)), None)

    @property
    def signer(self) -> Person:
        return route.signer_of(self.draft, self.signature)

    def _signs(self, row: Opinion) -> bool:
        is_sign = row.kind == OpinionKind.SIGN and row.decision == StepState.APPROVED
        return is_sign and row.edition_id == self.newest.pk

    # --- the way ----------------------------------------------------------------------------------------------------
    @cached_property
    def points(self) -> list[SignPoint]:
        return route.last_round(self.draft.document)

    @cached_property
    def rows(self) -> list[Row]:
        """The last round, with who has it now."""
        found = []
        for point in self.points:
            step = point.step
            is_stuck = step.pk in self.stuck
            may_change = self.may_replace and (is_stuck or step.state == StepState.WAITING)
            form = self.open_forms.get(f"change{step.pk}") if may_change else None
            found.append(
                Row(
                    point,
                    localized(step.name),
                    route.name_of(step),
                    str(step.get_state_display()),
                    STEP_COLOURS[StepState(step.state)],
                    step.state == StepState.ASKED,
                    is_stuck,
                    may_change,
                    form or (self._change_form(step) if may_change else None),
                )
            )
        return found

    @cached_property
    def stuck(self) -> set[int]:
        return route.of_nobody(self.draft.document)

    def _change_form(self, step: Step) -> Form:
        return forms.ChangeSignerForm(asker=self.user, units=self.units, auto_id=f"change{step.pk}_%s")

    @cached_property
    def units(self) -> list[tuple[int, str]]:
        return all_units()

    @cached_property
    def asked_step(self) -> Step | None:
        """What this person may decide now."""
        return Step.objects.about(self.draft.document).waiting_for(self.user, self.at).first()

    # --- what may be done -------------------------------------------------------------------------------------------
    @property
    def edits(self) -> bool:
        """As `rules.can_edit`, asked once for the page."""
        return self.whole.handles

    @property
    def registers(self) -> bool:
        return rules.can_register(self.user)

    @property
    def may_edit(self) -> bool:
        return self.edits and self.state in EDITABLE

    @property
    def may_put_up(self) -> bool:
        return self.may_edit

    @property
    def may_replace(self) -> bool:
        """Who is not asked yet, or of whom it is asked in vain."""
        return (self.edits or self.registers) and self.state in (State.SIGNING, State.SIGNED)

    @property
    def may_add(self) -> bool:
        """While the signer has it not yet."""
        waits = any(row.kind == OpinionKind.SIGN and row.step.state == StepState.WAITING for row in self.points)
        return waits and self.state == State.SIGNING and (self.edits or self.registers or self.asked_step is not None)

    @property
    def may_urge(self) -> bool:
        return (self.edits or self.registers) and any(row.step.state == StepState.ASKED for row in self.points)

    @property
    def may_take_back(self) -> bool:
        return (self.edits or self.registers) and self.state in TAKEN_BACK_FROM

    @property
    def may_hand_over(self) -> bool:
        return self.edits and self.draft.document.is_open

    @property
    def may_withdraw(self) -> bool:
        ends = (*EDITABLE, State.SIGNING, State.SIGNED)
        return self.edits and self.state in ends and not self.draft.document.number

    @property
    def may_void(self) -> bool:
        number = self.draft.document.number
        return bool(number) and rules.can_void(self.user) and self.state in VOID_FROM

    @property
    def may_list(self) -> bool:
        return rules.can_list(self.user)

    @property
    def may_change_foot(self) -> bool:
        return (self.edits or self.registers) and self.state in (State.SIGNING, State.SIGNED)

    @property
    def is_ready_to_number(self) -> bool:
        asked = any(row.step.state in (StepState.WAITING, StepState.ASKED) for row in self.points)
        return self.state == State.SIGNED and self.signature is not None and not asked

    @property
    def may_number(self) -> bool:
        return self.registers and self.is_ready_to_number

    @property
    def may_seal(self) -> bool:
        is_open = any(row.is_open for row in self.seal_lines)
        return self.registers and self.needs_seal and self.is_set and not is_open and not self.is_sealed

    @property
    def needs_seal(self) -> bool:
        return self.state == State.NUMBERED and self.draft.no_seal_by_id is None

    @property
    def is_sealed(self) -> bool:
        """Does the sheet that goes out bear the seal? An earlier sheet or a line without impression is none."""
        pressed = [row.paper_sha256 for row in self.seal_lines if row.is_pressed]
        return self.is_set and self.sheet.blob.sha256 in pressed

    @property
    def may_send(self) -> bool:
        is_done = self.is_set and (self.is_sealed or not self.needs_seal)
        return self.registers and self.state == State.NUMBERED and is_done

    @property
    def is_set(self) -> bool:
        return self.sheet is not None and self.sheet.is_final and self.sheet.is_ready

    # --- what hangs on it -------------------------------------------------------------------------------------------
    @cached_property
    def sheet(self) -> Sheet | None:
        """That of its last numbering where it is numbered, else that of the newest text."""
        if self.state in (State.NUMBERED, State.SENT, State.FILED):
            rows = Sheet.objects.filter(pk=self.draft.final_sheet_id)
            return rows.select_related("blob").defer("data").first()
        return sheet_of_draft(self.draft, self.newest)

    @cached_property
    def paper(self) -> Attachment | None:
        sheet = self.sheet
        return Attachment.objects.of(sheet).filter(role=PAPER).first() if sheet and sheet.is_ready else None

    @cached_property
    def files(self) -> list[Attachment]:
        return list(Attachment.objects.of(self.draft.document).filter(role=ANNEX))

    @cached_property
    def seal_lines(self) -> list[SealUse]:
        return list(SealUse.objects.about(self.draft.document).select_related("seal"))

    @cached_property
    def relay(self) -> Relay | None:
        return Relay.objects.filter(notice=self.draft.notice_id).first() if self.draft.notice_id else None

    @cached_property
    def receipts(self) -> list[RelayLine]:
        """The units and whether they have signed for it, as far as this person may see."""
        return lines_of(self.relay, self.user) if self.relay else []

    @cached_property
    def sent_lines(self) -> list[Sent]:
        """Each with the counter-entry that takes it back, if there is one, and the form for that (one query)."""
        rows = self.draft.document.sent_lines.filter(corrects__isnull=True)
        found = list(rows.select_related("by", "corrected_by__by").order_by("at", "pk"))
        for row in found:
            row.taken_back = getattr(row, "corrected_by", None)
            row.form = None if row.taken_back or not self.registers else self._line_form(row)
        return found

    def _line_form(self, row: Sent) -> Form:
        return self.open_forms.get(f"line{row.pk}") or forms.ReasonForm(auto_id=f"line{row.pk}_%s")

    # --- forms ------------------------------------------------------------------------------------------------------
    @cached_property
    def route_form(self) -> Form:
        return self.open_forms.get("route") or forms.RouteForm(
            asker=self.user,
            only_final=self.signature is not None,
            initial=forms.usual_route(self.points),
            auto_id="route_%s",
        )

    @cached_property
    def add_form(self) -> Form:
        return self.open_forms.get("add") or forms.AddSignerForm(asker=self.user, units=self.units, auto_id="add_%s")

    @cached_property
    def back_form(self) -> Form:
        return self.open_forms.get("back") or forms.ReasonForm(auto_id="back_%s")

    @cached_property
    def over_form(self) -> Form:
        return self.open_forms.get("over") or forms.HandOverForm(asker=self.user, auto_id="over_%s")

    @cached_property
    def withdraw_form(self) -> Form:
        return self.open_forms.get("withdraw") or forms.ReasonForm(auto_id="withdraw_%s")

    @cached_property
    def void_form(self) -> Form:
        return self.open_forms.get("void") or forms.ReasonForm(auto_id="void_%s")

    @cached_property
    def foot_form(self) -> Form:
        names = ("contact", "printed_by", "copies")
        initial = {name: getattr(self.draft, name) for name in names}
        return self.open_forms.get("foot") or forms.FootForm(initial=initial, auto_id="foot_%s")

    @cached_property
    def number_form(self) -> Form:
        initial = {"access": self.draft.document.access, "copies": self.draft.copies}
        return self.open_forms.get("number") or forms.NumberForm(
            series=self.draft.series, initial=initial, auto_id="number_%s"
        )

    @cached_property
    def seal_form(self) -> Form:
        return self.open_forms.get("seal") or forms.SealForm(initial={"allowed": self.draft.copies}, auto_id="seal_%s")

    @cached_property
    def send_form(self) -> Form:
        today = timezone.localtime(self.at).date()
        return self.open_forms.get("send") or forms.SendForm(outside=self.words.outside, today=today, auto_id="send_%s")

    @cached_property
    def line_form(self) -> Form:
        initial = {"sent_on": timezone.localtime(self.at).date()}
        return self.open_forms.get("line") or forms.OutsideForm(initial=initial, auto_id="line_%s")

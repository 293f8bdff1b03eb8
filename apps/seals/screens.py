"""What the pages of a seal and of a line of its ledger show to one person, in a fixed number of queries."""

from dataclasses import dataclass, field
from datetime import datetime

from django.forms import Form
from django.utils.functional import cached_property

from apps.journal.models import Attachment, Entry
from apps.people.models import Person
from apps.seals import forms, rules
from apps.seals.enums import HandoverState, KeeperRole
from apps.seals.models import Handover, Impression, Keeping, Outing, Seal, SealUse, Specimen

SHOWN = 20
ENTRIES = 40


@dataclass
class SealScreen:
    """The page of one seal. `open_forms`: forms that came back with mistakes, by name."""

    seal: Seal
    user: Person
    at: datetime
    open_forms: dict[str, Form] = field(default_factory=dict)

    @cached_property
    def keepings(self) -> list[Keeping]:
        """Who keeps and kept it, newest first (one query)."""
        rows = list(self.seal.keepings.select_related("person").order_by("-starts_at", "-pk")[:SHOWN])
        for row in rows:
            row.now = row.is_in_force(self.at)
            row.may_end = row.role == KeeperRole.STAND_IN and row.ends_at > self.at
        return rows

    @property
    def keeper(self) -> Person | None:
        return next((row.person for row in self.keepings if row.now and row.role == KeeperRole.KEEPER), None)

    @property
    def stand_in(self) -> Keeping | None:
        return next((row for row in self.keepings if row.now and row.role == KeeperRole.STAND_IN), None)

    @cached_property
    def has_it(self) -> bool:
        """Is it in this person's hands?"""
        return rules.keeping_of(self.user, self.seal, self.at) is not None

    @property
    def may_edit(self) -> bool:
        return rules.can_edit_register(self.user)

    @property
    def may_appoint(self) -> bool:
        return rules.can_appoint(self.user)

    @cached_property
    def may_give(self) -> bool:
        return self.handover is None and rules.can_give(self.user, self.seal, self.at)

    @property
    def may_take(self) -> bool:
        return self.handover is not None and rules.can_take(self.user, self.handover)

    @property
    def may_cancel(self) -> bool:
        row = self.handover
        return row is not None and (self.user.pk in (row.giver_id, row.taker_id) or self.may_appoint)

    @cached_property
    def handovers(self) -> list[Handover]:
        return list(self.seal.handovers.select_related("giver", "taker").order_by("-given_at", "-pk")[:SHOWN])

    @property
    def handover(self) -> Handover | None:
        """The one that waits for the second signature."""
        return next((row for row in self.handovers if row.state == HandoverState.GIVEN), None)

    @cached_property
    def out(self) -> Outing | None:
        row = self.seal.outings.out().select_related("taker", "companion", "use").first()
        if row:
            row.late = row.is_late(self.at)
        return row

    @cached_property
    def waiting(self) -> list[SealUse]:
        """Lines that wait for the seal, oldest first."""
        rows = SealUse.objects.open().filter(seal=self.seal).select_related("requested_by")
        return list(rows.order_by("asked_at", "pk")[:SHOWN])

    @cached_property
    def specimens(self) -> list[Attachment]:
        """Pictures of the impression; none for who may not see them."""
        found = Specimen.objects.visible_to(self.user).filter(seal=self.seal).order_by("-added_at", "-pk")
        return [file for row in found[:3] for file in Attachment.objects.of(row)]

    @property
    def sees_specimens(self) -> bool:
        return self.has_it or self.may_appoint

    @cached_property
    def papers(self) -> list[Attachment]:
        return list(Attachment.objects.of(self.seal))

    @cached_property
    def entries(self) -> list[Entry]:
        return list(Entry.objects.about(self.seal).order_by("-at", "-pk")[:ENTRIES])

    @property
    def years(self) -> list[int]:
        return [self.at.year - back for back in range(3)]

    @cached_property
    def state_form(self) -> Form:
        return self.open_forms.get("state") or forms.StateForm(seal=self.seal, auto_id="state_%s")

    @cached_property
    def specimen_form(self) -> Form:
        return self.open_forms.get("specimen") or forms.SpecimenForm(auto_id="specimen_%s")

    @cached_property
    def keeper_form(self) -> Form:
        return self.open_forms.get("keeper") or forms.KeeperForm(asker=self.user, auto_id="keeper_%s")

    @cached_property
    def stand_in_form(self) -> Form:
        return self.open_forms.get("stand_in") or forms.StandInForm(asker=self.user, auto_id="stand_%s")

    @cached_property
    def give_form(self) -> Form:
        return self.open_forms.get("give") or forms.GiveForm(asker=self.user, auto_id="give_%s")

    @cached_property
    def take_form(self) -> Form:
        return self.open_forms.get("take") or forms.TakeForm(auto_id="take_%s")


@dataclass
class UseScreen:
    """The page of one line of the ledger."""

    use: SealUse
    user: Person
    at: datetime
    open_forms: dict[str, Form] = field(default_factory=dict)

    @cached_property
    def keeping(self) -> Keeping | None:
        return rules.keeping_of(self.user, self.use.seal, self.at)

    @property
    def is_own(self) -> bool:
        """Keeps the seal, but asked for this: the stand-in has to do it."""
        return self.keeping is not None and self.user.pk in self.use.barred

    @property
    def may_seal(self) -> bool:
        return self.use.is_open and self.keeping is not None and not self.is_own

    @property
    def needs_witness(self) -> bool:
        return rules.needs_witness(self.user, self.use)

    @property
    def stands_in_for(self) -> Person | None:
        """Whom a stand-in acts for."""
        if self.keeping is None or self.keeping.role != KeeperRole.STAND_IN:
            return None
        return next((row.person for row in self.hands if row.role == KeeperRole.KEEPER), None)

    @cached_property
    def hands(self) -> list[Keeping]:
        """Who has the seal today, keeper first."""
        rows = Keeping.objects.in_force(self.at).filter(seal=self.use.seal).select_related("person")
        return list(rows.order_by("role", "pk"))

    @cached_property
    def impressions(self) -> list[Impression]:
        """Every entry with what became of it, oldest first (one query)."""
        rows = self.use.impressions.select_related("by", "on_behalf_of", "witness").order_by("at", "pk")
        found = list(rows)
        taken_back = {row.corrects_id for row in found if row.corrects_id}
        for row in found:
            row.is_taken_back = row.pk in taken_back
            row.may_correct = self.may_seal and not row.is_taken_back and row.corrects_id is None
        return found

    @cached_property
    def outings(self) -> list[Outing]:
        rows = list(
            self.use.outings.select_related("taker", "companion", "released_by", "returned_to").order_by("from_at")
        )
        for row in rows:
            row.late = row.is_late(self.at)
        return rows

    @property
    def out(self) -> Outing | None:
        return next((row for row in self.outings if row.returned_at is None), None)

    @property
    def may_take_out(self) -> bool:
        return self.may_seal and self.out is None

    @property
    def may_bring_back(self) -> bool:
        return self.out is not None and self.keeping is not None

    @cached_property
    def files(self) -> list[Attachment]:
        """The paper and the picture of the result, for who may see them."""
        return [] if self.use.hides_papers(self.user) else list(Attachment.objects.of(self.use))

    @cached_property
    def entries(self) -> list[Entry]:
        rows = Entry.objects.about(self.use)
        rows = rows if self.user.is_office else rows.public()
        return list(rows.order_by("-at", "-pk")[:ENTRIES])

    @property
    def subject_url(self) -> str:
        """Where the thing is that the paper belongs to, for who may see it."""
        if not (self.user.is_office or self.user.pk in self.use.barred):
            return ""
        find = getattr(self.use.subject, "get_absolute_url", None)
        return find() if find else ""

    @cached_property
    def impress_form(self) -> Form:
        return self.open_forms.get("impress") or forms.ImpressionForm(
            asker=self.user, needs_witness=self.needs_witness, initial={"made": self.use.left}, auto_id="made_%s"
        )

    @cached_property
    def correct_form(self) -> Form:
        return self.open_forms.get("correct") or forms.CorrectionForm(auto_id="wrong_%s")

    @cached_property
    def close_form(self) -> Form:
        return self.open_forms.get("close") or forms.CloseForm(explains=self.use.needs_explanation, auto_id="close_%s")

    @cached_property
    def outing_form(self) -> Form:
        return self.open_forms.get("outing") or forms.OutingForm(asker=self.user, auto_id="out_%s")

    @cached_property
    def return_form(self) -> Form:
        return self.open_forms.get("return") or forms.ReturnForm(auto_id="back_%s")

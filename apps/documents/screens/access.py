"""Who may read a document and why."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.forms import Form
from django.utils.functional import cached_property

from apps.assignments.models import Part
from apps.documents import forms, rules
from apps.documents.enums import PUBLISHED_STATES, TAKEN_BACK, Access, Why
from apps.documents.models import Concerned, Document, Reader
from apps.people.models import Person, Unit


@dataclass
class AccessScreen:
    """`open_forms`: forms that came back with mistakes, by name."""

    document: Document
    user: Person
    at: datetime
    open_forms: dict[str, Form] = field(default_factory=dict)

    @cached_property
    def lines(self) -> list[Concerned]:
        """Everybody who is brought in by name, with the reason (one query)."""
        rows = self.document.concerned.in_force().select_related("person", "unit", "added_by")
        reading = Reader.objects.taking_part().filter(circulation__document=self.document, person=OuterRef("person"))
        found = list(rows.annotate(circulates=Exists(reading)).order_by("added_at", "pk"))
        for row in found:
            stays = row.why not in TAKEN_BACK or (row.why == Why.READS and row.circulates)
            row.may_end = self.may_let_in and not stays
            row.form = self.open_forms.get(f"take_back_{row.pk}")
        return found

    @cached_property
    def units(self) -> list[Unit]:
        """Those whose part in an assignment lets them read it (one query)."""
        parts = Part.objects.about(self.document).opening()
        return list(Unit.objects.filter(pk__in=parts.values("unit")).order_by("path"))

    @property
    def office_reads(self) -> bool:
        return self.document.access in (Access.OPEN, Access.INTERNAL)

    @property
    def staff_read(self) -> bool:
        return self.document.access == Access.OPEN and self.document.state in PUBLISHED_STATES

    @property
    def staff_will_read(self) -> bool:
        return self.document.access == Access.OPEN and not self.staff_read

    @property
    def is_known(self) -> bool:
        """Does the office see that it exists?"""
        return self.document.access == Access.RESERVED

    @cached_property
    def may_change(self) -> bool:
        return rules.can_handle(self.user, self.document, self.at)

    @cached_property
    def may_let_in(self) -> bool:
        return rules.can_let_in(self.user, self.document, self.at)

    @cached_property
    def level_form(self) -> Form:
        initial = {"access": self.document.access}
        return self.open_forms.get("set_access") or forms.AccessForm(initial=initial, auto_id="level_%s")

    @cached_property
    def let_in_form(self) -> Form:
        return self.open_forms.get("let_in") or forms.LetInForm(asker=self.user, auto_id="in_%s")

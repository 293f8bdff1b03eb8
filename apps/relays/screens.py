"""What the page of one unit shows, and which one thing is to be done now."""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import get_language

from apps.journal.models import Attachment, Entry
from apps.notices.managers import looked_after
from apps.people.models import Person
from apps.relays.enums import REPORTABLE, LineState
from apps.relays.figures import Coverage, coverage
from apps.relays.forms import (
    AskExtensionForm,
    ExcuseForm,
    GrantExtensionForm,
    PassDownForm,
    PassOnForm,
    RefuseExtensionForm,
    ReportForm,
    ReturnForm,
)
from apps.relays.models import Extension, RelayLine
from apps.relays.progress import Row, rows_of
from apps.relays.rules import authority_for, can_decide, can_excuse, can_extend
from apps.relays.services.locking import BESIDE
from apps.relays.services.reporting import role_of_round


@dataclass
class LineScreen:
    """`sent`: a form that was sent and came back with mistakes, by the name of its verb."""

    line: RelayLine
    user: Person
    at: datetime
    sent: dict[str, forms.Form]

    @cached_property
    def paths(self) -> dict[str, Person | None]:
        return looked_after(self.user)

    @cached_property
    def authority(self) -> object | None:
        return authority_for(self.user, self.line, self.paths)

    @property
    def acting_for(self) -> Person | None:
        return self.authority.on_behalf_of if self.authority else None

    @property
    def may_sign(self) -> bool:
        return bool(self.authority) and self.line.is_waiting and self.line.is_out

    @property
    def _may_go_on(self) -> bool:
        return bool(self.authority) and self.line.state in REPORTABLE and self.line.is_out

    @property
    def may_pass_on(self) -> bool:
        return self._may_go_on and self.line.passed_on_id is None

    @property
    def may_pass_down(self) -> bool:
        return self._may_go_on and self.line.passed_down_id is None and bool(self.pass_down.below)

    @property
    def may_report(self) -> bool:
        return self._may_go_on and self.line.relay.wants_report

    @property
    def may_decide(self) -> bool:
        return self.line.is_reported and can_decide(self.user, self.line, self.paths)

    @property
    def may_excuse(self) -> bool:
        return self.line.is_open and can_excuse(self.user, self.line, self.paths)

    @cached_property
    def extensions(self) -> list[Extension]:
        """Newest first."""
        rows = self.line.extensions.select_related("asked_by", "asked_for", "decided_by", "decided_for")
        return list(rows.order_by("-pk"))

    @property
    def wish(self) -> Extension | None:
        """For more time, that waits to be decided."""
        return next((each for each in self.extensions if each.is_waiting), None)

    @property
    def may_ask_extension(self) -> bool:
        """As services.ask_extension."""
        day = self.line.report_by
        return self._may_go_on and self.line.is_units_turn and bool(day) and day > self.at and not self.wish

    @property
    def may_extend(self) -> bool:
        return bool(self.wish) and self.line.is_out and can_extend(self.user, self.line, self.wish, self.paths)

    @property
    def main(self) -> str:
        """The one thing to do now."""
        if self.may_sign:
            return "sign"
        if self.may_extend:
            return "extend"
        if self.may_pass_on and not self.line.is_passed and self.line.relay.wants_passing_on:
            return "pass_on"
        if self.may_decide:
            return "decide"
        return "report" if self.may_report and not self.open_below else ""

    @cached_property
    def pass_on(self) -> PassOnForm:
        return self.sent.get("pass_on") or PassOnForm(auto_id="on_%s")

    @cached_property
    def pass_down(self) -> PassDownForm:
        return self.sent.get("pass_down") or PassDownForm(line=self.line, auto_id="down_%s")

    @cached_property
    def report(self) -> ReportForm:
        return self.sent.get("report") or ReportForm(initial={"text": self.line.report})

    @cached_property
    def give_back(self) -> ReturnForm:
        return self.sent.get("give_back") or ReturnForm(auto_id="back_%s")

    @cached_property
    def excuse(self) -> ExcuseForm:
        return self.sent.get("excuse") or ExcuseForm(auto_id="excuse_%s")

    @cached_property
    def ask_extension(self) -> AskExtensionForm:
        return self.sent.get("ask_extension") or AskExtensionForm(auto_id="more_%s")

    @cached_property
    def grant_extension(self) -> GrantExtensionForm:
        initial = {"until": self.wish.wanted} if self.wish else {}
        return self.sent.get("grant_extension") or GrantExtensionForm(initial=initial, auto_id="grant_%s")

    @cached_property
    def refuse_extension(self) -> RefuseExtensionForm:
        return self.sent.get("refuse_extension") or RefuseExtensionForm(auto_id="refuse_%s")

    @cached_property
    def body(self) -> str:
        notice = self.line.notice
        return notice.body.get(notice.shown_language(get_language() or ""), "")

    @cached_property
    def files(self) -> list[Attachment]:
        return list(Attachment.objects.of(self.line.notice))

    @cached_property
    def report_files(self) -> list[Attachment]:
        """Those of the last round."""
        return list(Attachment.objects.of(self.line).filter(role=role_of_round(self.line.rounds)))

    @cached_property
    def coverage(self) -> Coverage:
        return coverage([self.line.passed_on_id]).get(self.line.passed_on_id, Coverage())

    @cached_property
    def children(self) -> list[Row]:
        if not self.line.passed_down_id:
            return []
        lines = RelayLine.objects.filter(parent=self.line).with_asks().select_related(*BESIDE)
        return rows_of(list(lines.order_by("unit__path", "pk")), "all", self.at)

    @property
    def open_below(self) -> int:
        """As services.open_below."""
        return sum(row.line.is_open and row.line.is_out for row in self.children)

    @property
    def is_ended(self) -> bool:
        return self.line.state in (LineState.ACCEPTED, LineState.EXCUSED)

    @cached_property
    def is_late(self) -> bool:
        return self.line.is_late(self.at)

    @cached_property
    def entries(self) -> list[Entry]:
        found = Entry.objects.about(self.line)
        return list(found if self.user.is_office else found.public())

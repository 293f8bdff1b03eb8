"""What the page of one part shows, and which one thing is to be done now. Decides nothing of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.forms import Form
from django.utils.functional import cached_property

from apps.assignments import forms, rules
from apps.assignments.acts import may_answer
from apps.assignments.causes import show_causes
from apps.assignments.explaining import Explained, explain
from apps.assignments.hands import Hand, Hands
from apps.assignments.lateness import late_days
from apps.assignments.models import Extension, Part, Report
from apps.assignments.progress import Row, show
from apps.assignments.tree import Tree, tree_of
from apps.core.calendar import office_time
from apps.journal.models import Attachment, Entry
from apps.people.models import Person, Unit

# By the name of the address; those that need more than what was sent are made in `form_of`.
FORMS: dict[str, type[Form]] = {
    "name": forms.NameForm,
    "hand_over": forms.HandOverForm,
    "pass_down": forms.PassDownForm,
    "report": forms.ReportForm,
    "confirm": forms.ConfirmForm,
    "send_back": forms.ReturnForm,
    "accept": forms.ConfirmForm,
    "give_back": forms.ReturnForm,
    "excuse": forms.ReasonForm,
    "ask_extension": forms.AskExtensionForm,
    "grant_extension": forms.GrantExtensionForm,
    "refuse_extension": forms.RefuseExtensionForm,
    "pause": forms.PauseForm,
    "urge": forms.UrgeForm,
}


def form_of(act: str, part: Part, user: Person, *args: object, **kwargs: object) -> Form:
    """The form of an act as `user` fills it in."""
    if act in ("name", "hand_over", "report"):
        kwargs["part"] = part
    elif act == "pass_down":
        kwargs |= {"part": part, "taken": taken_units(part)}
    elif act == "pause":
        kwargs |= {"user": user, "part": part}
    return FORMS[act](*args, auto_id=f"{act}_%s", **kwargs)


def taken_units(part: Part) -> list[int]:
    """Units that have a part already."""
    return list(Part.objects.filter(assignment=part.assignment_id).open().values_list("unit_id", flat=True))


@dataclass
class PartScreen:
    """The page of `part` as `user` sees it at `at`. `sent`: forms that came back with mistakes, by act."""

    part: Part
    user: Person
    at: datetime
    sent: dict[str, Form] = field(default_factory=dict)

    @cached_property
    def tree(self) -> Tree:
        return tree_of(self.part.assignment)

    @cached_property
    def hands(self) -> Hands:
        return Hands([self.tree.parts[self.part.pk]], self.at)

    @cached_property
    def in_hands_of(self) -> list[Hand]:
        return self.hands.of(self.tree.parts[self.part.pk])

    @cached_property
    def clerk(self) -> rules.Authority | None:
        return rules.as_clerk(self.user, self.part)

    @cached_property
    def doer(self) -> rules.Authority | None:
        return rules.as_doer(self.user, self.part)

    @property
    def writer(self) -> rules.Authority | None:
        return self.doer or self.clerk

    @cached_property
    def confirmer(self) -> rules.Authority | None:
        head = rules.as_head(self.user, self.part)
        return head or (self.clerk if self.hands.is_headless(self.part) else None)

    @cached_property
    def setter(self) -> rules.Authority | None:
        return rules.as_setter(self.user, self.part, self.tree)

    @property
    def acting_for(self) -> Person | None:
        """In whose place the one thing to do now is done."""
        by = {
            "sign": self.clerk,
            "name": self.clerk,
            "report": self.writer,
            "confirm": self.confirmer,
            "decide": rules.as_above(self.user, self.part, self.tree),
            "extend": self.setter,
        }.get(self.main)
        return by.on_behalf_of if by else None

    @property
    def may_sign(self) -> bool:
        return bool(self.clerk) and self.part.is_waiting

    @property
    def may_name(self) -> bool:
        return bool(self.clerk) and self.part.is_reportable

    @property
    def may_hand_over(self) -> bool:
        return bool(self.doer) and not self.clerk and self.part.is_reportable

    @property
    def may_report(self) -> bool:
        return bool(self.writer) and self.part.is_reportable

    @cached_property
    def units_below(self) -> bool:
        return Unit.objects.under(self.part.unit).filter(is_active=True).exclude(pk=self.part.unit_id).exists()

    @property
    def may_pass_down(self) -> bool:
        return self.may_report and self.units_below

    @property
    def may_confirm(self) -> bool:
        return self.part.is_reported and bool(self.confirmer)

    @property
    def may_decide(self) -> bool:
        return may_answer(self.user, self.part, self.tree, self.last)

    @property
    def may_excuse(self) -> bool:
        is_asked = self.part.is_open and not self.part.is_lead
        return is_asked and rules.as_excuser(self.user, self.part, self.tree) is not None

    @property
    def may_urge(self) -> bool:
        hurries = self.part.is_units_turn and not self.part.is_paused and not self.writer
        return hurries and rules.as_urger(self.user, self.part, self.tree) is not None

    @cached_property
    def extensions(self) -> list[Extension]:
        """Newest first."""
        rows = self.part.extensions.select_related("asked_by", "asked_for", "decided_by", "decided_for")
        return list(rows.order_by("-pk"))

    @property
    def wish(self) -> Extension | None:
        """For more time, that waits to be decided."""
        return next((each for each in self.extensions if each.is_waiting), None)

    @property
    def _clock_runs(self) -> bool:
        return self.part.is_reportable and not self.part.is_paused and self.part.due_at > self.at

    @property
    def may_ask_extension(self) -> bool:
        """As services.ask_extension."""
        return bool(self.writer) and self._clock_runs and not self.wish

    @property
    def may_extend(self) -> bool:
        return bool(self.wish and self.setter) and self.wish.asked_by_id != self.user.pk and not self.part.is_paused

    @property
    def may_pause(self) -> bool:
        return bool(self.writer or self.setter) and self._clock_runs

    @property
    def may_resume(self) -> bool:
        return bool(self.writer or self.setter) and self.part.is_paused

    @property
    def main(self) -> str:
        """The one thing to do now."""
        if self.may_sign:
            return "sign"
        if self.may_extend:
            return "extend"
        if self.may_decide:
            return "decide"
        if self.may_confirm:
            return "confirm"
        if self.may_name and self.part.is_nameless:
            return "name"
        return "report" if self.may_report and not self.open_below else ""

    def form(self, act: str, **kwargs: object) -> Form:
        return self.sent.get(act) or form_of(act, self.part, self.user, **kwargs)

    @cached_property
    def forms(self) -> dict[str, Form]:
        """Those that this person may send now, by the name of their address."""
        offered = {
            "name": self.may_name,
            "hand_over": self.may_hand_over,
            "pass_down": self.may_pass_down,
            "report": self.may_report,
            "confirm": self.may_confirm,
            "send_back": self.may_confirm,
            "accept": self.may_decide,
            "give_back": self.may_decide,
            "excuse": self.may_excuse,
            "ask_extension": self.may_ask_extension,
            "grant_extension": self.may_extend,
            "refuse_extension": self.may_extend,
            "pause": self.may_pause,
            "urge": self.may_urge,
        }
        found = {}
        for act in (act for act, is_offered in offered.items() if is_offered or act in self.sent):
            initial = {"until": self.wish.wanted} if act == "grant_extension" and self.wish else {}
            found[act] = self.form(act, initial=initial)
        return found

    @cached_property
    def reports(self) -> list[Report]:
        """Oldest first, each with its files and what was said to it (three queries)."""
        rows = self.part.reports.select_related("author", "on_behalf_of").order_by("round")
        rows = list(rows.prefetch_related("verdicts__by", "verdicts__on_behalf_of"))
        files: dict[int, list[Attachment]] = {}
        for file in files_of(rows):
            files.setdefault(file.subject_id, []).append(file)
        for row in rows:
            row.files = files.get(row.pk, [])
            row.said = sorted(row.verdicts.all(), key=lambda each: each.pk)
            row.confirmed_by = next((each.by_id for each in row.said if each.confirmed_as), None)
        return rows

    @property
    def last(self) -> Report | None:
        return self.reports[-1] if self.reports else None

    @property
    def missing(self) -> str:
        """What the last report lacks, where it came back."""
        if not self.part.is_returned or not self.last:
            return ""
        return next((each.note for each in reversed(self.last.said) if each.note and not each.confirmed_as), "")

    @cached_property
    def open_below(self) -> list[Part]:
        return self.tree.open_below(self.part)

    @cached_property
    def below(self) -> list[Row]:
        """The units that answer to this one."""
        if not self.tree.right_below(self.part):
            return []
        shown = show([self.part.assignment], self.user, at=self.at)[0]
        keys = {each.pk for each in self.tree.right_below(self.part)}
        keys |= {each.pk for each in self.tree.passed_down(self.part)}
        return [row for row in shown.rows if row.part.pk in keys]

    @cached_property
    def explained(self) -> Explained:
        explained = explain(self.part, self.at)
        show_causes(explained.steps, self.user)
        return explained

    @cached_property
    def is_late(self) -> bool:
        return self.part.is_late(self.at)

    @cached_property
    def late_days(self) -> int | None:
        return late_days(self.part, office_time(), self.at)

    @cached_property
    def files(self) -> list[Attachment]:
        """Those of the instruction."""
        return list(Attachment.objects.of(self.part.assignment))

    @cached_property
    def calls(self) -> list[object]:
        if not self.user.is_office:
            return []
        return list(self.part.calls.select_related("by", "person").order_by("pk"))

    @cached_property
    def entries(self) -> list[Entry]:
        found = Entry.objects.about(self.part)
        return list(found if self.user.is_office else found.public())


def files_of(reports: Sequence[Report]) -> list[Attachment]:
    """One query for all."""
    rows = Attachment.objects.filter(subject_id__in=[row.pk for row in reports]).select_related("blob").order_by("pk")
    return list(rows.filter(subject_type__app_label="assignments", subject_type__model="report"))

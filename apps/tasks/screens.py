"""What one task's page shows to one person. Reads in a fixed number of queries; decides nothing of its own."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.forms import Form
from django.utils.functional import cached_property

from apps.core.calendar import office_time
from apps.journal.models import Attachment, Entry
from apps.people.models import Person
from apps.tasks import forms, rules
from apps.tasks.models import Report, Task

FORMS: dict[str, type[Form]] = {
    "report": forms.ReportForm,
    "accept": forms.AcceptForm,
    "give_back": forms.NoteForm,
    "cancel": forms.NoteForm,
    "hand_over": forms.HandOverForm,
    "change": forms.ContentForm,
}
ENTRIES_SHOWN = 60


def form_of(verb: str, user: Person, *args: object, **kwargs: object) -> Form:
    """The form of a move as `user` fills it in."""
    asker = {"asker": user} if verb == "hand_over" else {}
    return FORMS[verb](*args, auto_id=f"{verb}_%s", **asker, **kwargs)


@dataclass
class Screen:
    """The page of `task` as `user` sees it at `at`. `bound`: forms that came back with mistakes, by verb."""

    task: Task
    user: Person
    at: datetime
    bound: dict[str, Form] = field(default_factory=dict)

    @cached_property
    def allowed(self) -> frozenset[str]:
        return rules.allowed_verbs(self.user, self.task, self.at)

    @property
    def may_report(self) -> bool:
        return bool({"report", "finish"} & self.allowed)

    @cached_property
    def forms(self) -> dict[str, Form]:
        """The forms that this person may send now, by the name of their address."""
        offered = {"report" if verb == "finish" else verb for verb in self.allowed}
        return {verb: self.bound.get(verb) or self.empty(verb) for verb in FORMS if verb in offered}

    def empty(self, verb: str) -> Form:
        task = self.task
        given = {"title": task.title, "words": task.words, "due_on": task.due_on} if verb == "change" else {}
        return form_of(verb, self.user, initial=given)

    @cached_property
    def subject_url(self) -> str:
        """Where the thing itself is shown, if this person may see it (one query, or what its own rule costs)."""
        kind = type(self.task.subject)
        seen = kind._default_manager.visible_to(self.user).filter(pk=self.task.subject_id).exists()
        return self.task.subject.get_absolute_url() if seen else ""

    @cached_property
    def files(self) -> list[Attachment]:
        return list(Attachment.objects.of(self.task))

    @cached_property
    def reports(self) -> list[Report]:
        """Oldest first, each with its files (two queries)."""
        rows = list(self.task.reports.select_related("author", "on_behalf_of").order_by("at", "pk"))
        found: dict[int, list[Attachment]] = defaultdict(list)
        kind = ContentType.objects.get_for_model(Report)
        files = Attachment.objects.filter(subject_type=kind, subject_id__in=[row.pk for row in rows])
        for file in files.select_related("blob").order_by("pk"):
            found[file.subject_id].append(file)
        for row in rows:
            row.files = found[row.pk]
        return rows

    @cached_property
    def entries(self) -> list[Entry]:
        return list(Entry.objects.about(self.task).order_by("-at", "-pk")[:ENTRIES_SHOWN])

    @cached_property
    def is_late(self) -> bool:
        return self.task.is_late(office_time().day(self.at))

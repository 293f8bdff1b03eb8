"""Who takes part in a request beside the requester, and who watches it."""

from dataclasses import dataclass

from django.forms import BaseForm
from django.utils.functional import cached_property

from apps.people.models import Person
from apps.servicedesk.forms import AddPersonForm
from apps.servicedesk.models import Participant, Request, Watcher
from apps.servicedesk.rules import participation
from apps.servicedesk.services import participants_of


@dataclass
class Company:
    """`form`: the form for adding somebody, when it came back with mistakes."""

    item: Request
    user: Person
    form: BaseForm | None = None

    @cached_property
    def participants(self) -> list[Participant]:
        return participants_of(self.item)

    @property
    def own_part(self) -> Participant | None:
        return participation(self.user, self.item)

    @cached_property
    def add_form(self) -> BaseForm:
        return self.form or AddPersonForm(asker=self.user, auto_id="person_%s")

    @cached_property
    def watchers(self) -> list[Watcher]:
        """For the office alone (one query)."""
        if not self.user.is_office:
            return []
        rows = Watcher.objects.filter(request=self.item, ended_at__isnull=True).select_related("person")
        return list(rows.order_by("added_at", "pk"))

    @property
    def watches(self) -> bool:
        return any(row.person_id == self.user.pk for row in self.watchers)

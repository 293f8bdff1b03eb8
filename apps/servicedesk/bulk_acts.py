"""What can be done with the ticked rows of the list."""

from collections.abc import Callable
from dataclasses import dataclass

from django.forms import BaseForm
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.people.models import Person
from apps.servicedesk import services
from apps.servicedesk.forms import AssignForm
from apps.servicedesk.forms.bulk import ManyCompleteForm, ManyMessageForm, ManyPriorityForm, ManyReturnForm
from apps.servicedesk.models import Request
from apps.servicedesk.screens import questions

Act = Callable[[Person, Request, dict[str, object]], str]


def take(user: Person, item: Request, data: dict[str, object]) -> str:
    services.take(request=item, actor=user)
    return _("It is yours now.")


def give_back(user: Person, item: Request, data: dict[str, object]) -> str:
    """All answers may be corrected: nobody chose fields of many forms."""
    fields = [key for key, _label in questions(item)]
    services.return_for_correction(request=item, actor=user, fields=fields, note=data["note"])
    return _("Returned.")


def complete(user: Person, item: Request, data: dict[str, object]) -> str:
    services.complete(request=item, actor=user, note=data["note"])
    return _("Completed.")


def write(user: Person, item: Request, data: dict[str, object]) -> str:
    services.post_message(request=item, author=user, body=data["note"], internal=data["internal"])
    return _("Sent.")


def set_priority(user: Person, item: Request, data: dict[str, object]) -> str:
    row = services.set_priority(request=item, actor=user, priority=data["priority"], note=data["note"])
    return str(row.get_priority_display())


@dataclass(frozen=True)
class BulkAct:
    """`form`: what is asked for first. Assigning has no `act`: all rows are given at once."""

    label: str | Promise
    icon: str
    act: Act | None = None
    form: type[BaseForm] | None = None


ACTS = {
    "take": BulkAct(gettext_lazy("Take on what is ticked"), "hand", take),
    "assign": BulkAct(gettext_lazy("Assign what is ticked"), "user-check", form=AssignForm),
    "return": BulkAct(gettext_lazy("Return what is ticked"), "undo-2", give_back, ManyReturnForm),
    "complete": BulkAct(gettext_lazy("Complete what is ticked"), "circle-check", complete, ManyCompleteForm),
    "message": BulkAct(gettext_lazy("Write to all that is ticked"), "send", write, ManyMessageForm),
    "priority": BulkAct(gettext_lazy("Set the priority of what is ticked"), "flag", set_priority, ManyPriorityForm),
}

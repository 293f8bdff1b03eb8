"""What the request's page offers: one main action, the rest in a menu, in the order of the work."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

from django.forms import Form
from django.utils.translation import gettext_lazy as _

from apps.people.models import Person
from apps.questionnaires.forms import AnswersForm
from apps.servicedesk import forms
from apps.servicedesk.enums import Product
from apps.servicedesk.models import Request
from apps.tasks.forms import GiveForm


@dataclass(frozen=True)
class PageAction:
    """A move as a button. With a form it opens the page's form slot (?do=verb), without one it is posted at once.

    `hint` stands above the form; without a form it is the question asked first.
    """

    verb: str
    label: str
    icon: str
    form: type[Form] | None = None
    key: str = ""
    hint: str = ""
    colour: str = "primary"

    @property
    def url_name(self) -> str:
        return f"servicedesk:{self.verb}"


ACTIONS = {
    action.verb: action
    for action in (
        PageAction("take", _("Take it on"), "hand", key="t"),
        PageAction("ask_approval", _("Ask for approval"), "signature", key="y"),
        PageAction(
            "recall_approval",
            _("Take back from approval"),
            "undo-2",
            hint=_("Those who are asked need not decide any more; you can ask again at any time. Take it back?"),
        ),
        PageAction("pass_to_seal", _("Pass to the keeper of the seal"), "stamp", forms.PassToSealForm, key="s"),
        PageAction("complete", _("Complete"), "circle-check", forms.CompleteForm, key="c", colour="success"),
        PageAction("office", _("Fill in the office's part"), "clipboard-pen", AnswersForm, key="o"),
        PageAction("resume", _("Go on with it"), "play", hint=_("The clock runs on. Continue?")),
        PageAction("return", _("Return for correction"), "undo-2", forms.ReturnForm, key="b"),
        PageAction("ask", _("Ask the requester"), "message-circle-question-mark", forms.AskForm, key="q"),
        PageAction(
            "wait",
            _("Wait for somebody else"),
            "hourglass",
            forms.WaitForm,
            key="w",
            hint=_("The clock rests until they have done their part. The requester reads for whom and why."),
        ),
        PageAction("assign", _("Assign"), "user-check", forms.AssignForm, key="a"),
        PageAction(
            "pass_on",
            _("Pass to another unit"),
            "forward",
            forms.PassOnForm,
            hint=_("Its clerks are told, and the requester reads why. The clock goes on and the due time stays."),
        ),
        PageAction("give_task", _("Give a task"), "list-todo", GiveForm, key="g"),
        PageAction("set_due", _("Set a new due time"), "calendar-clock", forms.SetDueForm, key="d"),
        PageAction("time", _("Write down time"), "timer", forms.TimeForm, key="z"),
        PageAction(
            "set_priority",
            _("Set the priority"),
            "flag",
            forms.PriorityForm,
            key="p",
            hint=_("The target of the new priority counts from the filing on; what was paused stays paused."),
        ),
        PageAction(
            "urge",
            _("Urge"),
            "bell-ring",
            key="u",
            hint=_("The handler is reminded at once, and it stands in the history. Urge now?"),
        ),
        PageAction(
            "reopen",
            _("Open again"),
            "rotate-ccw",
            forms.ReasonForm,
            hint=_("Say what is still missing; the clock goes on from where it stopped."),
        ),
        PageAction(
            "void_addresses",
            _("Make its reply addresses void"),
            "mail-x",
            hint=_("Answers to mails that were sent so far are not taken any more. New mails carry new addresses."),
        ),
        PageAction(
            "object",
            _("I did not ask for this"),
            "user-x",
            forms.ReasonForm,
            hint=_(
                "It goes to the director, who looks into it and tells you. The request itself goes on; you can "
                "withdraw it."
            ),
            colour="danger",
        ),
        PageAction(
            "settle_objection",
            _("Settle the objection"),
            "user-check",
            forms.ReasonForm,
            hint=_("Say what you found and what was done; the person reads it."),
        ),
        PageAction(
            "follow_up",
            _("Ask again, following this"),
            "corner-down-right",
            forms.ReasonForm,
            hint=_("A new request is begun with your old answers; say why it is needed again."),
        ),
        PageAction(
            "unmerge",
            _("Take it out of the other request"),
            "unlink",
            forms.ReasonForm,
            hint=_("State, handler and clock go on from where they were."),
        ),
        PageAction(
            "withdraw",
            _("Withdraw"),
            "undo",
            forms.ReasonForm,
            hint=_("The office stops its work on it. You can file it anew at any time."),
            colour="danger",
        ),
        PageAction(
            "refuse",
            _("Refuse"),
            "ban",
            forms.ReasonForm,
            hint=_("The requester reads the reason; the request is closed."),
            colour="danger",
        ),
    )
}
FORMS: dict[str, Callable[..., Form]] = {verb: action.form for verb, action in ACTIONS.items() if action.form} | {
    "answer": forms.AnswerForm,
    "rate": forms.RateForm,
    "decide": forms.DecideForm,
    "message": forms.MessageForm,
    "reissue": forms.ReissueForm,
    "revoke": forms.RevokeForm,
}
OF_CERTIFICATE = {"reissue": _("Issue anew"), "revoke": _("Revoke")}
MAIN = ("take", "ask_approval", "pass_to_seal", "complete")


def may_open(verb: str, allowed: Collection[str]) -> bool:
    """May the page be opened with this verb's form? Those of a certificate are asked for by `Screen.paper_for`."""
    return verb in FORMS and verb in allowed


def offered(allowed: Collection[str]) -> list[PageAction]:
    """The actions of `allowed`, in the page's order."""
    return [action for verb, action in ACTIONS.items() if verb in allowed]


def main_action(actions: list[PageAction], *, needs_approval: bool) -> PageAction | None:
    """The one next step of the handler: take it, then ask for the approval it still needs, then complete."""
    for verb in MAIN:
        if verb == "ask_approval" and not needs_approval:
            continue
        action = next((action for action in actions if action.verb == verb), None)
        if action:
            return action
    return None


def form_class(verb: str, item: Request, user: Person) -> Callable[..., Form]:
    """The form of a move; of several certificates that a service gives, completing asks for one."""
    if verb == "give_task":
        return partial(GiveForm, asker=user)
    if verb == "complete" and item.gives == Product.CERTIFICATE:
        return partial(forms.CompletePaperForm, item=item)
    if verb == "pass_on":
        return partial(forms.PassOnForm, item=item)
    return FORMS[verb]

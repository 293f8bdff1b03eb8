"""Everything that can be done with an assignment; one function an act. For apps above:

- `give(subject=, title=, parts=[PartWanted(unit, role, asks, due_at, wants, form)], actor=, words=, on_behalf_of=,
  urgency=, urgency_name=, due_at=, due_kind=, shows_subject=, attachments=, at=) -> Assignment`: the caller checked
  the right and holds the lock on `subject`. Exactly one part has the role LEAD. `add_part`,
  `change_lead`, `pass_down` later.
- `close`, `reopen`, `call_off(assignment=, actor=, …)`, `call_off_about(subject=, actor=, reason=)`. Nothing is sent
  up: the app above asks `Assignment.objects.about(thing)` what is `unfinished()` and `.is_closed`;
  `subjects.register(Model, …)` says what the app above answers.
- `pause(part=, cause=<the outgoing paper>, words=)`, `resume(part=)`; `causes.register(Model, outgoing)` lets
  people name papers that went out by their number on our page.
- `progress.rows_about(thing, user, at=)` gives the rows for `{% include "assignments/_tree.html" with rows=… %}`.

- `give(concerned_only=True)`, `keep_to_concerned(subject=, only=)`: of the office, too, only who may see the thing
  knows of it; messages then name neither title nor words. The kind is named by `managers.keep(Model)`.

A subject needs `__str__`, `get_absolute_url` and `visible_to` on its default manager. What `shows_subject` opens, the
app above lets in by `managers.opened_to(user, Model)`.
"""

from apps.assignments.services.answering import fill_in
from apps.assignments.services.climbing import climb, start_parts
from apps.assignments.services.days import due_by_urgency
from apps.assignments.services.deciding import call_off, call_off_about, close, excuse, reopen
from apps.assignments.services.errors import (
    UnableToAct,
    UnableToChangeLead,
    UnableToClose,
    UnableToDecide,
    UnableToExtend,
    UnableToGive,
    UnableToName,
    UnableToPassDown,
    UnableToPause,
    UnableToReport,
    UnableToSetDay,
    UnableToSign,
    UnableToUrge,
)
from apps.assignments.services.extending import ask_extension, grant_extension, refuse_extension
from apps.assignments.services.giving import PartWanted, add_part, change_lead, give, keep_to_concerned
from apps.assignments.services.passing import hand_over, name_person, pass_down
from apps.assignments.services.pausing import pause, resume
from apps.assignments.services.reporting import accept, ask_more, confirm, give_back, report, send_back
from apps.assignments.services.setting import set_day
from apps.assignments.services.signing import call, sign, sign_by_phone, to_call
from apps.assignments.services.urging import urge

__all__ = [
    "PartWanted",
    "UnableToAct",
    "UnableToChangeLead",
    "UnableToClose",
    "UnableToDecide",
    "UnableToExtend",
    "UnableToGive",
    "UnableToName",
    "UnableToPassDown",
    "UnableToPause",
    "UnableToReport",
    "UnableToSetDay",
    "UnableToSign",
    "UnableToUrge",
    "accept",
    "add_part",
    "ask_extension",
    "ask_more",
    "call",
    "call_off",
    "call_off_about",
    "change_lead",
    "climb",
    "close",
    "confirm",
    "due_by_urgency",
    "excuse",
    "fill_in",
    "give",
    "give_back",
    "grant_extension",
    "hand_over",
    "keep_to_concerned",
    "name_person",
    "pass_down",
    "pause",
    "refuse_extension",
    "reopen",
    "report",
    "resume",
    "send_back",
    "set_day",
    "sign",
    "sign_by_phone",
    "start_parts",
    "to_call",
    "urge",
]

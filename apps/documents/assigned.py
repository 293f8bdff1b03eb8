"""What assignments about a document ask of it (apps.assignments.subjects)."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.approvals.enums import StepState
from apps.documents.enums import ENDED, OpinionKind
from apps.documents.models import Document, Opinion
from apps.people.models import Person


def why_over(document: Document) -> str:
    """Why units cannot be asked anything about it any more; "" while they can."""
    if document.state not in ENDED:
        return ""
    words = _("The document is %(state)s. Open the document again first, where that is possible.")
    return words % {"state": document.get_state_display()}


def approved_in_last_round(said: QuerySet) -> list[Opinion]:
    """Of these opinions the approving instructions of the last round of deciders, in their order."""
    rows = said.filter(kind=OpinionKind.INSTRUCTION, decision=StepState.APPROVED)
    rows = list(rows.select_related("author", "on_behalf_of", "step").order_by("at", "pk"))
    last = max((each.step.round for each in rows), default=0)
    return [each for each in rows if each.step.round == last]


def who_instructed(document: Document) -> list[Person]:
    """The last round of deciders, with those in whose place a deputy decided."""
    said = approved_in_last_round(Opinion.objects.filter(document=document))
    people = [person for each in said for person in (each.author, each.on_behalf_of)]
    return list(dict.fromkeys(person for person in people if person))

"""What stands still because somebody is gone: its handler, who is asked for an instruction, who has it to read.

And what is not read in time.
"""

from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.approvals.models import Step
from apps.documents.enums import State
from apps.documents.models import Circulation, Document, Reader

# Each cause, the most harmful first, and the words for it.
WORDS: dict[str, str | Promise] = {
    "hand_left": _("its handler is gone"),
    "asked_left": _("who is asked has left"),
    "reader_left": _("who has it to read has left"),
    "read_late": _("not read in time"),
}


def causes(at: datetime) -> dict[str, QuerySet]:
    """By cause the rows by which it stops, each with the `paper` that it is about."""
    kind = ContentType.objects.get_for_model(Document)
    steps = Step.objects.asked_of_nobody().filter(subject_type=kind).values("subject_id")
    asked = Document.objects.incoming().filter(state=State.PROPOSED, pk__in=steps)
    readers = Reader.objects.annotate(paper=F("circulation__document"))
    return {
        "hand_left": Document.objects.incoming().open().left_behind(at).annotate(paper=F("pk")),
        "asked_left": asked.annotate(paper=F("pk")),
        "reader_left": readers.having_it().filter(person__is_active=False),
        "read_late": readers.late(at),
    }


def with_causes(rows: QuerySet, at: datetime) -> QuerySet:
    """On each row whether each of the causes is one of it; and `read_due`, the day of the round that runs."""
    told = {name: Exists(found.filter(paper=OuterRef("pk"))) for name, found in causes(at).items()}
    running = Circulation.objects.filter(document=OuterRef("pk"), ended_at__isnull=True)
    return rows.annotate(**told, read_due=Subquery(running.values("due_at")[:1]))


def in_trouble(rows: QuerySet, at: datetime) -> QuerySet:
    """Those of the rows for which there is a cause, with the causes. The few are looked for first."""
    one, *others = (found.values("paper") for found in causes(at).values())
    return with_causes(rows.filter(pk__in=one.union(*others)), at)


def why_it_stops(row: Document) -> str:
    """The first cause in words; nothing where it goes on. For rows of `with_causes`."""
    return next((str(words) for name, words in WORDS.items() if getattr(row, name)), "")


def is_stuck(row: Document) -> bool:
    """Is somebody gone for whom it waits? Else it is only late."""
    return any(getattr(row, name) for name in WORDS if name != "read_late")

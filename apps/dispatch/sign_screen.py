"""What the page on which somebody decides shows to one person, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from apps.approvals.models import Step
from apps.approvals.services import capacity
from apps.core.text import localized
from apps.dispatch.models import Draft, SignPoint
from apps.dispatch.screens import PaperScreen
from apps.dispatch.services.drafting import ANNEX
from apps.dispatch.services.sheets import PAPER, sheet_of_draft
from apps.dispatch.words import Words, read_words
from apps.documents.enums import OpinionKind
from apps.documents.models import Opinion
from apps.journal.models import Attachment
from apps.people.models import Person


@dataclass
class SignScreen:
    """The page on which somebody decides."""

    draft: Draft
    user: Person
    at: datetime
    step: Step
    point: SignPoint

    @property
    def name(self) -> str:
        return localized(self.step.name)

    @property
    def is_signature(self) -> bool:
        return self.point.kind == OpinionKind.SIGN

    @cached_property
    def words(self) -> Words:
        return read_words(self.point.edition)

    @cached_property
    def for_whom(self) -> Person | None:
        """Whom a deputy acts for."""
        try:
            return capacity(self.step, self.user, self.at)
        except PermissionDenied:
            return None

    @cached_property
    def opinions(self) -> list[Opinion]:
        return PaperScreen(self.draft, self.user, self.at).opinions

    @cached_property
    def files(self) -> list[Attachment]:
        return list(Attachment.objects.of(self.draft.document).filter(role=ANNEX))

    @cached_property
    def paper(self) -> Attachment | None:
        sheet = sheet_of_draft(self.draft, self.point.edition)
        return Attachment.objects.of(sheet).filter(role=PAPER).first() if sheet and sheet.is_ready else None

    @property
    def heading(self) -> str:
        return _("%(point)s: %(title)s") % {"point": self.name, "title": self.draft.document.title}

"""What an edition of a template says, as an object and as JSON, and what is wrong with it in words."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.people.enums import Language
from apps.questionnaires.definitions import FieldDefinition
from apps.questionnaires.enums import FieldKind
from apps.servicedesk.enums import HolderKind, PaperLayout, ValidityUnit
from apps.servicedesk.papers.fields import ANSWER, FIELDS, codes_in

Words = Mapping[str, str]
TEXTS = ("title", "body", "signer", "seal", "note")
LONGEST = {"title": 100, "body": 3000, "signer": 100, "seal": 60, "note": 300}  # characters


@dataclass(frozen=True)
class PaperContent:
    """`title` to `note` by language. `signer`: who signs, in words; `seal`: what stands where the seal goes; `table`:
    the question whose rows are printed; `remind_days`: before the end, 0 for never.
    """

    layout: str = PaperLayout.LETTER
    holder: str = HolderKind.STUDENT
    title: Words = field(default_factory=dict)
    body: Words = field(default_factory=dict)
    signer: Words = field(default_factory=dict)
    seal: Words = field(default_factory=dict)
    note: Words = field(default_factory=dict)
    validity_unit: str = ValidityUnit.NONE
    validity: int = 0
    remind_days: int = 0
    table: str = ""

    def text(self, name: str, language: str) -> str:
        """The words in `language`, else in traditional Chinese."""
        words: Words = getattr(self, name)
        return words.get(language) or words.get(Language.HANT, "")

    def codes(self, language: str) -> list[tuple[str, ...]]:
        """The named fields of all texts in one language, each with its alternatives."""
        return [codes for name in TEXTS for codes in codes_in(self.text(name, language))]

    def fits(self, asked: Collection[str], language: str) -> bool:
        """Can everything that it prints be known where these questions are asked?"""
        if self.table and self.table not in asked:
            return False
        known = (
            any(not code.startswith(ANSWER) or code.removeprefix(ANSWER) in asked for code in codes)
            for codes in self.codes(language)
        )
        return all(known)

    def ends_at(self, issued_at: datetime) -> datetime | None:
        """The end of the paper: the same time of day, so many days or months later."""
        if self.validity_unit == ValidityUnit.DAYS:
            return issued_at + timedelta(days=self.validity)
        if self.validity_unit == ValidityUnit.MONTHS:
            local = timezone.localtime(issued_at)
            return local + relativedelta(months=self.validity)
        return None

    def reminds_at(self, issued_at: datetime) -> datetime | None:
        end = self.ends_at(issued_at)
        return end - timedelta(days=self.remind_days) if end and self.remind_days else None

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def read_content(data: Mapping[str, object]) -> PaperContent:
    """The object from its JSON; what is left out has its usual value."""
    known = {each.name for each in fields(PaperContent)}
    return PaperContent(**{key: value for key, value in data.items() if key in known})


def mistakes(content: PaperContent, questions: Mapping[str, FieldDefinition]) -> Iterator[str]:
    """What keeps a template from being published. `questions`: those of the services that give it, by key; without any
    the names of answers are not checked.
    """
    for language, label in Language.choices:
        for name in ("title", "body"):
            if not content.text(name, language).strip():
                yield _("The %(part)s is empty in %(language)s.") % {"part": PARTS[name](), "language": label}
        for codes in content.codes(language):
            yield from wrong_codes(codes, questions, label)
    if content.validity_unit != ValidityUnit.NONE and content.validity < 1:
        yield _("Say for how many days or months it is valid.")
    if content.remind_days and content.validity_unit == ValidityUnit.NONE:
        yield _("A paper without end needs no reminder before its end.")
    if content.layout == PaperLayout.TABLE and not content.table:
        yield _("Name the question whose table is printed.")
    if content.table and questions and getattr(questions.get(content.table), "kind", "") != FieldKind.TABLE:
        yield _("“%(key)s” is no question with a table.") % {"key": content.table}


PARTS = {"title": lambda: _("title"), "body": lambda: _("text")}


def wrong_codes(codes: tuple[str, ...], questions: Mapping[str, FieldDefinition], language: str) -> Iterator[str]:
    """Names that nothing is known of. A question that a service lacks is no mistake beside one that it has."""
    known = [is_known(code, questions) for code in codes]
    for code, is_there in zip(codes, known, strict=True):
        is_spare = code.startswith(ANSWER) and any(known)
        if not is_there and not is_spare:
            yield _("{%(code)s} is not known (%(language)s).") % {"code": code, "language": language}


def is_known(code: str, questions: Mapping[str, FieldDefinition]) -> bool:
    if code.startswith(ANSWER):
        return not questions or code.removeprefix(ANSWER) in questions
    return not code or code in FIELDS

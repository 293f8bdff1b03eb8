"""A certificate that is never issued: for trying a template out on invented or on a person's data."""

from datetime import date

from apps.core.clock import now
from apps.people.enums import Language, Role, UnitKind
from apps.people.models import Person, Post, Unit
from apps.servicedesk.enums import HolderKind, PaperLayout
from apps.servicedesk.models import Certificate, PaperTemplate, PaperVersion
from apps.servicedesk.papers.certificates import SECOND, Filled, holder_of, local_date
from apps.servicedesk.papers.content import PaperContent
from apps.servicedesk.papers.fields import ANSWER, FIELDS, Holder, facts_of

NAMES = (
    ("中山學院", "中山学院", "Zhongshan College"),
    ("計算機系", "计算机系", "Department of Computing"),
    ("2301班", "2301班", "Class 2301"),
)
ANSWERS = {Language.HANT: "（申請所填）", Language.HANS: "（申请所填）", Language.EN: "(as answered)"}
TABLE_HEAD = {
    Language.HANT: ["課程", "學分", "成績"],
    Language.HANS: ["课程", "学分", "成绩"],
    Language.EN: ["Course", "Credits", "Grade"],
}
TABLE_ROWS = [["高等數學", "5", "92"], ["大學物理", "4", "88"], ["程式設計", "3", "95"]]


def trial_certificate(content: PaperContent, *, code: str, language: str, person: Person | None) -> Certificate:
    """An unsaved certificate; answers of a form are shown as such. Raises UnableToIssue for who has no such post."""
    at = now()
    holder = holder_of(person, content.holder, local_date(at)) if person else invented_holder(content)
    filled = trial_values(content, holder, language)
    version = PaperVersion(template=PaperTemplate(code=code), number=1, content=content.as_json())
    return Certificate(
        template_version=version,
        person=holder.person,
        number="00000",
        language=language,
        printed=filled.printed,
        extra=filled.extra,
        issued_at=at,
        expires_at=content.ends_at(at),
    )


def invented_holder(content: PaperContent) -> Holder:
    units = tuple(
        Unit(name={"zh-hant": hant, "zh-hans": hans, "en": english}, kind=UnitKind.CLASS)
        for hant, hans, english in NAMES
    )
    role = Role.STAFF if content.holder == HolderKind.STAFF else Role.STUDENT
    person = Person(name="林曉晴", name_en="Lin Xiaoqing", number="20230412")
    return Holder(person, Post(person=person, unit=units[-1], role=role, valid_from=date(2023, 9, 1)), units)


def trial_values(content: PaperContent, holder: Holder, language: str) -> Filled:
    """Everything known, and words in place of answers and of fields that nobody knows."""
    at = now()
    end = content.ends_at(at)
    days = {"on": local_date(at), "ends_on": local_date(end) if end else None}
    values = facts_of(holder, language, **days)
    codes = [each for codes in content.codes(language) for each in codes]
    values |= {each: ANSWERS[Language(language)] for each in codes if each.startswith(ANSWER)}
    values |= {each: values.get(each) or str(FIELDS[each]) for each in codes if each in FIELDS}
    extra: dict[str, object] = {}
    if content.layout == PaperLayout.TABLE:
        head = TABLE_HEAD[Language(language)]
        extra["table"] = {"head": head, "rows": TABLE_ROWS, "numeric": [False, True, True]}
    if content.layout == PaperLayout.CARD:
        other = SECOND[Language(language)]
        extra["second"] = facts_of(holder, other, **days) | dict.fromkeys(
            (each for each in codes if each.startswith(ANSWER)), ANSWERS[other]
        )
    return Filled({code: value for code, value in values.items() if value}, extra)

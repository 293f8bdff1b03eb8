"""Collections for tests: a notice that is out to the staff of a department, and what people answer."""

from collections.abc import Sequence
from datetime import datetime

from django.http import QueryDict

from apps.core.clock import now
from apps.notices import services as notice_services
from apps.notices.audience import Rule
from apps.people.enums import Role
from apps.people.models import Person, Unit
from apps.questionnaires.forms import AnswersForm, build_form
from apps.questionnaires.models import Form, FormVersion
from apps.replies import services
from apps.replies.models import Collection, Reply
from tests import factories
from tests.notices import factories as board
from tests.questionnaires.factories import question, sequence, words

HOURS = question("number", "hours", required=True, limits={"minimum": 0, "maximum": 500})
NOTE = question("text", "note")
BONUS = question("number", "bonus", unit_only=True, required=True)
FIELDS = [HOURS, NOTE]


def version(fields: Sequence[dict] = FIELDS) -> FormVersion:
    form = Form.objects.create(code=f"c-{next(sequence)}", name=words("工作量"), draft=list(fields), collects=True)
    return FormVersion.objects.create(form=form, number=1, fields=form.draft)


def department(name: str = "甲系") -> Unit:
    return factories.unit(name, parent=factories.root_unit())


def teachers(unit: Unit, number: int) -> list[Person]:
    return [factories.person(f"{unit}教師{place}", Role.STAFF, at=unit) for place in range(1, number + 1)]


def secretary(unit: Unit, name: str = "系秘書") -> Person:
    return factories.person(name, Role.UNIT_SECRETARY, at=unit)


def collecting(
    sender: Person,
    people: Sequence[Person],
    *,
    fields: Sequence[dict] = FIELDS,
    at: datetime | None = None,
    **options: object,
) -> Collection:
    """Out to these people, with a row for each."""
    at = at or now()
    notice = board.draft(sender, rule=Rule(numbers=tuple(person.number for person in people)))
    values = {"form_version": version(fields), "confirmed_by_units": True} | options
    made = services.collect(notice=notice, actor=sender, at=at, **values)
    notice_services.publish(notice=notice, actor=sender, at=at)
    notice_services.finish_all(at)
    services.make_missing_rows(at)
    return Collection.objects.select_related("notice", "form_version").get(pk=made.pk)


def of(collection: Collection, person: Person) -> Reply:
    rows = Reply.objects.select_related("collection__notice", "collection__form_version", "obligation", "answer_set")
    return rows.get(collection=collection, obligation__person=person)


def form(reply: Reply, text: str, person: Person | None = None) -> AnswersForm:
    before = reply.answer_set.answers if reply.answer_set else {}
    return build_form(
        reply.collection.form_version,
        data=QueryDict(text),
        person=person or reply.obligation.person,
        initial=before,
        only=reply.changeable_keys,
    )


def handed_in(collection: Collection, person: Person, text: str = "hours=100") -> Reply:
    reply = of(collection, person)
    services.hand_in(reply=reply, form=form(reply, text), actor=person, version=reply.version)
    return of(collection, person)

"""Real rows for tests of the service desk: a catalogue, and requests in any state."""

from datetime import datetime, timedelta
from itertools import count

from apps.core.calendar import current_version
from apps.core.clock import now
from apps.core.enums import ClockKind
from apps.core.models import Calendar, CalendarVersion
from apps.people.enums import Role
from apps.people.models import Person
from apps.questionnaires.models import AnswerSet, Form, FormVersion
from apps.servicedesk.catalogue_enums import StepWho
from apps.servicedesk.enums import CATEGORY, Product, RequestState
from apps.servicedesk.models import (
    Area,
    Certificate,
    ClockEntry,
    PaperVersion,
    Request,
    RequestMessage,
    Service,
    ServicePaper,
    ServiceStep,
)
from apps.servicedesk.papers.starter import install_templates
from apps.servicedesk.plan import plan_to_json
from apps.servicedesk.services.plans import plan_of
from apps.servicedesk.services.texts import add_words, rebuild_texts, write_text
from tests import factories

sequence = count(1)
FIELDS = [
    {"key": "purpose", "kind": "text", "label": {"zh-hant": "用途", "en": "Purpose"}, "required": True},
    {"key": "remarks", "kind": "long_text", "label": {"zh-hant": "說明", "en": "Remarks"}},
    {"key": "register", "kind": "text", "label": {"zh-hant": "學籍號", "en": "Register"}, "office_only": True},
]
ANSWERS = {"purpose": "簽證", "remarks": "九月出行"}
CLOCK_OF_STATE = {
    RequestState.RETURNED: ClockKind.PAUSE,
    RequestState.WAITING_REQUESTER: ClockKind.PAUSE,
    RequestState.WAITING_THIRD: ClockKind.PAUSE,
    RequestState.RESOLVED: ClockKind.STOP,
    RequestState.REFUSED: ClockKind.STOP,
    RequestState.WITHDRAWN: ClockKind.CANCEL,
    RequestState.LAPSED: ClockKind.CANCEL,
}


def words(text: str) -> dict[str, str]:
    return {"zh-hant": text, "zh-hans": text, "en": text}


def calendar_version() -> CalendarVersion:
    """The newest version of the office calendar; it is made when there is none."""
    if not Calendar.objects.filter(code="office").exists():
        factories.calendar()
    return current_version()


def area(code: str = "seals", name: str = "用印與證明") -> Area:
    return Area.objects.get_or_create(code=code, defaults={"name": words(name), "icon": "stamp"})[0]


def form(fields: list[dict[str, object]] | None = None) -> Form:
    """A form with one published version."""
    made = Form.objects.create(code=f"form{next(sequence)}", name=words("表單"), draft=fields or FIELDS)
    FormVersion.objects.create(form=made, number=1, fields=fields or FIELDS)
    return made


def service(name: str = "在讀證明", *, questions: list[dict[str, object]] | None = None, **fields: object) -> Service:
    """A service of the office that everybody may ask for, due in 960 working minutes.

    `approval`: the roles that approve, one after the other, when the handler asks.
    """
    factories.series("request", "R{year}-{number:05d}")
    calendar_version()
    values = {
        "area": fields.pop("area", None) or area(),
        "code": f"service{next(sequence)}",
        "name": words(name),
        "description": words("證明你是本院學生"),
        "keywords": "學生證明 在學",
        "icon": "file-badge",
        "form": form(questions),
        "unit": factories.office(),
        "target_minutes": 960,
        "product": Product.NONE,
    }
    roles = [fields.pop("approval")] if isinstance(fields.get("approval"), str) else fields.pop("approval", [])
    made = Service.objects.create(**values | fields)
    for order, role in enumerate(roles, start=1):
        step(made, order=order, role=role)
    return made


def step(of: Service, **fields: object) -> ServiceStep:
    """A step of the plan of a service: by default a role that the handler asks."""
    values = {"name": words(str(fields.get("role") or fields.get("who"))), "who": StepWho.ROLE}
    return ServiceStep.objects.create(service=of, **values | fields)


def certificate_service(**fields: object) -> Service:
    """A service whose product is a certificate of enrolment, approved by the director."""
    factories.series("certificate", "C{year}-{number:05d}")
    made = service(**{"product": Product.CERTIFICATE, "approval": Role.DIRECTOR} | fields)
    ServicePaper.objects.create(service=made, template=install_templates()["enrolment"])
    return made


def paper_version(code: str = "enrolment") -> PaperVersion:
    """The newest edition of a template that a new portal has."""
    return install_templates()[code].versions.latest("number")


def certificate(about: Request, **fields: object) -> Certificate:
    """A certificate for whoever asked, without its sheet unless `fields` have it."""
    values = {
        "request": about,
        "person": about.requester,
        "template_version": fields.pop("template_version", None) or paper_version(),
        "number": f"C2026-{next(sequence):05d}",
        "printed": {},
        "issued_at": now(),
        "issued_by": about.handler or factories.clerk(),
    }
    return Certificate.objects.create(**values | fields)


def answer_set(asked: Service, filled_by: Person, answers: dict[str, object] | None = None) -> AnswerSet:
    version = asked.form.versions.latest("number")
    return AnswerSet.objects.create(form_version=version, filled_by=filled_by, answers=answers or dict(ANSWERS))


def draft(requester: Person | None = None, *, of: Service | None = None, **fields: object) -> Request:
    """A request that was begun and not handed in."""
    person = requester or factories.student()
    asked = of or service()
    values = {
        "service": asked,
        "answer_set": answer_set(asked, person, fields.pop("answers", None)),
        "requester": person,
        "requester_unit": person.main_unit,
        "filed_by": person,
        "unit": asked.unit,
        "title": str(asked),
    }
    return Request.objects.create(**values | fields)


def request(
    state: str = RequestState.SUBMITTED,
    *,
    requester: Person | None = None,
    of: Service | None = None,
    submitted_at: datetime | None = None,
    **fields: object,
) -> Request:
    """A request in `state`, handed in at `submitted_at` (default: two hours ago), with a clock that fits."""
    at = submitted_at or now() - timedelta(hours=2)
    values = {
        "state": state,
        "number": f"R{at.year}-{next(sequence):05d}",
        "submitted_at": at,
        "last_event_at": at,
        "calendar_version": calendar_version(),
        "target_minutes": 960,
        "due_at": at + timedelta(days=3),
        "plan": plan_to_json(plan_of(of)) if of else [],
        "closed_at": at if CATEGORY[RequestState(state)] in ("done", "void") else None,
    }
    made = draft(requester, of=of, **values | fields)
    ClockEntry.objects.create(request=made, kind=ClockKind.START, at=at)
    if made.first_response_at:
        ClockEntry.objects.create(request=made, kind=ClockKind.ANSWERED, at=made.first_response_at)
    if state in CLOCK_OF_STATE:
        ClockEntry.objects.create(request=made, kind=CLOCK_OF_STATE[RequestState(state)], at=at + timedelta(hours=1))
    if made.submitted_at:
        write_text(made)
    return made


def message(about: Request, author: Person, body: str = "請看附件。", **fields: object) -> RequestMessage:
    made = RequestMessage.objects.create(request=about, author=author, body=body, **fields)
    add_words(made)
    return made


def keep_words() -> None:
    """What is searched, as the services would have kept it."""
    list(rebuild_texts())

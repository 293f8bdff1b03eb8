"""A new service without code: its form, two sign-offs in order, a part for the office; used at once by all four."""

import pytest

from apps.approvals.models import Step
from apps.people.enums import Role, UnitKind
from apps.servicedesk.models import Request, Service
from apps.servicedesk.starter import install_catalogue
from tests import factories

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def college():
    """A student of a class, the head of the department above it, a leader, a clerk, an administrator."""
    factories.office()
    install_catalogue()
    department = factories.unit("計算機系", parent=factories.root_unit(), code="cs")
    group = factories.unit("2301 班", parent=department, kind=UnitKind.CLASS)
    return {
        "administrator": factories.administrator(language="en"),
        "student": factories.person("Chen Xiaoyun", Role.STUDENT, at=group, language="en"),
        "head": factories.head(department, "Head Ding", language="en"),
        "leader": factories.leader(name="Dean Liang", language="en"),
        "clerk": factories.clerk(name="Clerk Jia", language="en"),
    }


def make_form(page) -> None:
    """Two questions for the student, one that only the office sees; published."""
    page.goto("/forms/")
    page.get_by_role("link", name="New form").first.click()
    page.locator("[name=code]").fill("study-trip")
    page.locator("[name=hant]").fill("遊學")
    page.get_by_role("button", name="Create form").click()
    add_question(
        page, "choice", "where", "去哪裡", choices="home | 境內 | 境内 | at home\nabroad | 境外 | 境外 | abroad"
    )
    add_question(page, "text", "why", "事由")
    add_question(page, "text", "insurance", "保險單號", office=True)
    page.get_by_role("button", name="Publish").click()
    page.locator("dialog[open], .modal.show").get_by_role("button", name="Publish").click()
    page.wait_for_url("**/versions")


def add_question(page, kind: str, key: str, label: str, *, choices: str = "", office: bool = False) -> None:
    page.locator("#new_kind, [name=kind]").last.select_option(kind)
    page.locator("form[action$='/fields'] [name=key]").fill(key)
    page.get_by_role("button", name="Add", exact=True).click()
    page.locator("[name=label_hant]").fill(label)
    if choices:
        page.locator("[name=choices]").fill(choices)
    page.locator("[name=required]").check()
    if office:
        page.locator("[name=office_only]").check()
    page.get_by_role("button", name="Save question").click()
    page.locator("[name=label_hant]").wait_for(state="detached")


def make_service(page) -> None:
    page.goto("/requests/services/")
    page.get_by_role("link", name="New service").click()
    for name, value in {
        "code": "study-trip",
        "icon": "plane",
        "name_zh-hant": "遊學申請",
        "name_en": "Study trip",
        "keywords": "exchange abroad",
        "target_minutes": "900",
    }.items():
        page.locator(f"[name='{name}']").fill(value)
    page.locator("[name=area]").select_option(label="Students")
    page.locator("[name=unit]").select_option(label="學院辦公室")
    page.locator("[name=form]").select_option(label="遊學 (study-trip)")
    page.locator("[name=roles][value=student]").check()
    page.locator("[name=office_part]").select_option("before_approval")
    page.locator("[name=is_active]").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Approval steps").click()


def add_step(page, **values: str) -> None:
    page.get_by_role("link", name="New step").first.click()
    for name in ("asked", "who", "role", "condition_field", "condition_operator"):
        if name in values:
            page.locator(f"[name={name}]").select_option(values[name])
    for name in ("name_zh-hant", "name_en", "condition_value"):
        if name in values:
            page.locator(f"[name='{name}']").fill(values[name])
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("The step is saved.").wait_for()


def try_plan(page) -> None:
    page.get_by_role("link", name="Try the plan").click()
    page.locator("input[type=radio][name=where][value=home]").check()
    page.get_by_role("button", name="Try the plan").click()
    page.get_by_text("would not be asked").wait_for()


def file_request(page) -> Request:
    page.goto("/requests/")
    page.get_by_role("link", name="Study trip").click()
    page.locator("input[type=radio][name=where][value=abroad]").check()
    page.locator("[name=why]").fill("summer school")
    assert page.locator("[name=insurance]").count() == 0
    page.get_by_role("button", name="Go on: check your answers").click()
    page.get_by_role("button", name="Send to the office").click()
    page.get_by_text("Before the office starts, this has to be approved: Head's word").wait_for()
    return Request.objects.get(service__code="study-trip")


def decide(page, request: Request, name: str) -> None:
    """From the own list of work to the request, and yes."""
    page.goto("/")
    page.locator(f"[data-item='servicedesk.request:{request.pk}']").wait_for()
    page.goto(request.get_absolute_url())
    page.get_by_role("heading", name="Your decision").wait_for()
    page.locator("#decide").get_by_role("button", name="Approve").click()
    page.get_by_text("Your decision is recorded.").wait_for()


def ask_leader(page, request: Request) -> None:
    """The handler cannot ask before the office's part is filled in."""
    page.goto(request.get_absolute_url())
    page.get_by_role("button", name="Take it on").click()
    page.get_by_text("Before the approval is asked for, the office fills in: 保險單號").wait_for()
    page.get_by_role("button", name="Ask for approval").click()
    page.get_by_text("Fill in the office's part first: 保險單號.").wait_for()
    page.goto(f"{request.get_absolute_url()}?do=office")
    page.locator("#do [name=insurance]").fill("P-2026-7")
    page.locator("#do").get_by_role("button", name="Fill in the office's part").click()
    page.get_by_text("The office's part is filled in.").wait_for()
    page.get_by_role("button", name="Ask for approval").click()
    page.get_by_text("The approver was asked.").wait_for()


def complete(page, request: Request) -> None:
    page.goto(request.get_absolute_url())
    page.get_by_role("link", name="Complete").click()
    page.locator("#do").get_by_role("button", name="Complete").click()
    page.get_by_text("Completed; the requester was told.").wait_for()


def test_administrator_makes_a_service_and_it_is_used_at_once(college, open_page):
    pages = {name: open_page(person) for name, person in college.items()}
    make_form(pages["administrator"])
    make_service(pages["administrator"])
    words = {"name_zh-hant": "系主任意見", "name_en": "Head's word"}
    add_step(pages["administrator"], who="head", asked="at_once", **words)
    words = {"name_zh-hant": "院領導批准", "name_en": "Leader's word"}
    abroad = {"condition_field": "where", "condition_operator": "is", "condition_value": "境外"}
    add_step(pages["administrator"], who="role", role="leader", **words, **abroad)
    try_plan(pages["administrator"])
    assert Service.objects.get(code="study-trip").steps.count() == 2

    request = file_request(pages["student"])
    pages["clerk"].goto("/requests/list/?chip=unassigned")
    assert pages["clerk"].get_by_text(request.number).count() == 0
    decide(pages["head"], request, "Head's word")
    pages["clerk"].goto("/requests/list/?chip=unassigned")
    pages["clerk"].get_by_text(request.number).first.wait_for()
    ask_leader(pages["clerk"], request)
    decide(pages["leader"], request, "Leader's word")
    complete(pages["clerk"], request)

    student = pages["student"]
    student.goto(request.get_absolute_url())
    for name in ("Head's word", "Leader's word", "Head Ding", "Dean Liang"):
        student.get_by_text(name).first.wait_for()
    assert "P-2026-7" not in student.content()
    assert list(Step.objects.order_by("pk").values_list("role", "state")) == [
        ("unit_head", "approved"),
        ("leader", "approved"),
    ]

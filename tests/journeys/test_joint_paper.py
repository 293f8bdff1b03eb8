"""A joint paper from draft to units: four co-sign at once, one of them by a deputy, the dean signs on a phone."""

from datetime import timedelta

import pytest

from apps.core.calendar_years import create_office_calendar
from apps.core.clock import now
from apps.dispatch.models import Draft, Sheet
from apps.dispatch.services.sheets import draw_waiting_sheets
from apps.documents.models import Opinion
from apps.people.enums import DeputyScope, Role
from apps.people.models import Deputy, Person
from apps.relays.models import RelayLine
from tests import factories
from tests.browser import PHONE
from tests.documents.factories import series
from tests.relays.factories import settle

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
TITLE = "關於聯合開展實驗室安全檢查的通知"


@pytest.fixture
def college() -> dict[str, Person]:
    create_office_calendar(code="office", years=[2025, 2026, 2027])
    factories.series("notice", "N{year}-{number:05d}")
    series("doc_out")
    people = {
        "drafter": factories.clerk("擬稿人甲"),
        "checker": factories.clerk("核稿人乙"),
        "registrar": factories.director("主任丙"),
        "dean": factories.leader("院長丁"),
        "deputy": factories.person("代理人戊", Role.STAFF, at=factories.unit("實驗中心")),
    }
    for name in "子丑寅卯":
        unit = factories.unit(f"{name}系", parent=factories.root_unit())
        people[name] = factories.head(unit, f"{name}主任")
        people[f"{name}秘書"] = factories.person(f"{name}秘書", Role.UNIT_SECRETARY, at=unit)
    Deputy.objects.create(
        principal=people["卯"],
        deputy=people["deputy"],
        scope=DeputyScope.APPROVALS,
        starts_at=now() - timedelta(days=1),
        ends_at=now() + timedelta(days=5),
        created_by=people["卯"],
    )
    return people


def write(page, college: dict[str, Person]) -> None:
    page.goto("/dispatch/new")
    page.locator("#id_title").fill(TITLE)
    page.get_by_role("textbox", name="正文").click()
    page.keyboard.type("各系應於十二月一日前完成自查。")
    page.locator("#id_signer").fill(college["dean"].number)
    page.locator("summary", has_text="聯合行文").click()
    page.locator("#id_joint").fill("學校實驗室與設備管理處")
    for name in "子丑寅卯":
        page.get_by_role("group", name="主送：院內單位").get_by_label(f"{name}系").check()
    page.locator("#id_main_others").fill("學校保衛處")
    page.get_by_role("button", name="儲存草稿").click()
    page.wait_for_url("**/dispatch/*")


def put_up(page, college: dict[str, Person]) -> None:
    page.locator("#route_checker").fill(college["checker"].number)
    for name in "子丑寅卯":
        page.get_by_role("group", name="會簽單位").get_by_label(f"{name}系").check()
    page.locator("#route_final_checker").fill(college["registrar"].number)
    page.get_by_role("button", name="送簽", exact=True).click()
    page.get_by_text("已送簽").first.wait_for()


def agree(page, path: str, words: str, button: str = "同意") -> None:
    page.goto(f"{path}/sign")
    page.locator("[name=words]").fill(words)
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_text(words).first.wait_for()


def test_a_joint_paper_goes_its_way(open_page, college: dict[str, Person]) -> None:
    drafter = open_page(college["drafter"])
    write(drafter, college)
    paper = Draft.objects.get()
    path = paper.get_absolute_url()
    put_up(drafter, college)
    agree(open_page(college["checker"]), path, "文字無誤。")
    for name in "子丑寅":
        agree(open_page(college[name]), path, f"{name}系同意。")
    deputy = open_page(college["deputy"], viewport=PHONE)
    deputy.goto(f"{path}/sign")
    deputy.get_by_text("卯主任").first.wait_for()
    agree(deputy, path, "代為同意。")
    dean = open_page(college["dean"], viewport=PHONE)
    dean.goto(f"{path}/sign")
    dean.get_by_label("無須用印").check()
    dean.locator("[name=words]").fill("同意印發。")
    dean.get_by_role("button", name="簽發", exact=True).click()
    dean.get_by_text("同意印發。").first.wait_for()
    registrar = open_page(college["registrar"])
    agree(registrar, path, "核對無誤。")
    registrar.get_by_role("button", name="編號", exact=True).click()
    registrar.get_by_text("已編號，正在排版").first.wait_for()
    draw_waiting_sheets()
    registrar.goto(path)
    registrar.get_by_role("button", name="分發", exact=True).click()
    registrar.get_by_text("已分發").first.wait_for()
    settle()
    year = now().year
    paper = Draft.objects.select_related("document").get()
    assert (paper.document.state, paper.document.number) == ("sent", f"院發〔{year}〕1號")
    by_deputy = Opinion.objects.get(on_behalf_of=college["卯"])
    assert by_deputy.author == college["deputy"]
    assert Opinion.objects.filter(picture__isnull=True).count() == 0
    assert RelayLine.objects.filter(relay__notice=paper.notice).count() == 4
    assert Sheet.objects.get(is_final=True).is_ready
    registrar.goto(path)
    registrar.get_by_text("學校保衛處 · 郵寄").first.wait_for()


def test_one_refuses_after_the_third_signature(open_page, college: dict[str, Person]) -> None:
    """Nothing is numbered; what the three said stays with the text they said it of; of the new text all are asked."""
    drafter = open_page(college["drafter"])
    write(drafter, college)
    paper = Draft.objects.get()
    path = paper.get_absolute_url()
    put_up(drafter, college)
    agree(open_page(college["checker"]), path, "文字無誤。")
    signers = {name: open_page(college[name]) for name in "子丑寅卯"}
    for name in "子丑寅":
        agree(signers[name], path, f"{name}系同意。")
    agree(signers["卯"], path, "期限太緊，請改為十二月五日。", button="不同意")
    drafter.goto(path)
    drafter.get_by_text("期限太緊，請改為十二月五日。").first.wait_for()
    paper = Draft.objects.select_related("document").get()
    assert (paper.document.state, paper.document.number) == ("returned", "")

    drafter.goto(f"{path}/edit")
    drafter.locator("[contenteditable=true]").click()
    drafter.keyboard.press("Control+A")
    drafter.keyboard.type("各系應於十二月五日前完成自查。")
    drafter.get_by_role("button", name="另存為新一版").click()
    drafter.wait_for_url(f"**{path}")
    put_up(drafter, college)
    agree(open_page(college["checker"]), path, "第二次核對無誤。")
    signers["子"].goto(f"{path}/sign")
    signers["子"].get_by_text("各系應於十二月五日前完成自查。").first.wait_for()
    said = Opinion.objects.filter(edition__document=paper.pk).order_by("pk").values_list("edition__number", "words")
    assert list(said) == [
        (1, "文字無誤。"),
        (1, "子系同意。"),
        (1, "丑系同意。"),
        (1, "寅系同意。"),
        (1, "期限太緊，請改為十二月五日。"),
        (2, "第二次核對無誤。"),
    ]

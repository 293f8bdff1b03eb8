"""A long draft whose tab was loaded anew stands there as it was typed, in the editor too, and is saved so."""

import pytest

from apps.core.calendar_years import create_office_calendar
from apps.dispatch.models import Draft
from apps.documents import services as documents
from tests import factories
from tests.documents.factories import series

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
TEXT = "各系應於十二月一日前完成自查。"


def test_a_draft_that_was_not_sent_comes_back(open_page) -> None:
    create_office_calendar(code="office", years=[2025, 2026, 2027])
    series("doc_out")
    drafter, dean = factories.clerk("擬稿人甲"), factories.leader("院長丁")
    page = open_page(drafter)
    page.goto("/dispatch/new")
    page.locator("#id_title").fill("關於自查的通知")
    page.get_by_role("textbox", name="正文").click()
    page.keyboard.type(TEXT)
    page.reload()
    page.get_by_role("textbox", name="正文").get_by_text(TEXT).wait_for()
    assert page.locator("#id_title").input_value() == "關於自查的通知"
    page.locator("#id_signer").fill(dean.number)
    page.locator("#id_main_others").fill("學校保衛處")
    page.get_by_role("button", name="儲存草稿").click()
    page.wait_for_url("**/dispatch/*")
    paper = Draft.objects.select_related("document").get()
    assert documents.latest(paper.document).words["body"] == f"<p>{TEXT}</p>"
    page.goto("/dispatch/new")  # what was taken is forgotten
    assert page.locator("#id_title").input_value() == ""

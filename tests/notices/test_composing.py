"""Writing a notice: nothing typed is lost, nothing hostile is kept, nothing goes out twice."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core.clock import now
from apps.journal.models import Attachment
from apps.notices import services
from apps.notices.audience import Line, Rule
from apps.notices.models import Notice
from apps.notices.rich import clean_html, plain_text
from apps.people.enums import Role
from apps.people.models import Group, Person
from tests import factories
from tests.notices import factories as notices
from tests.notices.test_views import signed_in

pytestmark = pytest.mark.django_db
HOSTILE = (
    "<p onclick=alert(1)>好</p><script>alert(1)</script><img src=x onerror=alert(1)>"
    '<a href="javascript:alert(1)">點</a><a href="https://a.example/" target="_blank">A</a>'
    '<iframe src="//x"></iframe><p style="position:fixed">b</p><svg><script>1</script></svg>'
)


def form(unit: int, **changes: object) -> dict[str, object]:
    return {
        "form_token": str(uuid4()),
        "title_zh_hant": "期中檢查",
        "body_zh_hant": "<p>請自查</p>",
        "notice_class": "mandatory",
        "needs_acknowledgement": "on",
        "unit": unit,
        "line-TOTAL_FORMS": "1",
        "line-INITIAL_FORMS": "0",
        "line-0-roles": ["staff"],
        "line-0-below": "on",
        "but-TOTAL_FORMS": "1",
        "but-INITIAL_FORMS": "0",
        **changes,
    }


@pytest.fixture
def clerk_client() -> Client:
    return signed_in(notices.ground())


def create(client: Client, **changes: object) -> object:
    return client.post(reverse("notices:create"), form(factories.office().pk, **changes))


def test_create_leads_to_the_check_page(clerk_client: Client) -> None:
    answer = create(clerk_client)

    made = Notice.objects.get()
    assert answer.url == reverse("notices:preview", args=[made.pk])
    assert made.rule == Rule((Line(None, True, ("staff",)),))
    assert (made.title, made.body) == ({"zh-hant": "期中檢查"}, {"zh-hant": "<p>請自查</p>"})


def test_exceptions_are_kept_and_shown_again(clerk_client: Client) -> None:
    unit = factories.unit("不發之系")
    team = Group.objects.create(code="team", name={"en": "Team"}, owner=Person.objects.get())
    changes = {"but-0-unit": unit.pk, "but-0-below": "on", "but-0-roles": ["student"], "but_groups": [team.pk]}
    create(clerk_client, **changes)

    made = Notice.objects.get()
    assert made.rule.but_lines == (Line(unit.pk, True, ("student",)),)
    assert made.rule.but_groups == (team.pk,)
    page = clerk_client.get(reverse("notices:edit", args=[made.pk])).text
    assert '<details class="border-top pt-3" open>' in page
    assert f'<option value="{unit.pk}" selected>' in page


def test_unit_secretary_cannot_name_a_foreign_unit_as_exception() -> None:
    notices.ground()
    own, other = factories.unit("本系"), factories.unit("別系")
    client = signed_in(factories.person("秘書", Role.UNIT_SECRETARY, at=own))

    answer = client.post(reverse("notices:create"), form(own.pk, **{"line-0-unit": own.pk, "but-0-unit": other.pk}))

    assert answer.status_code == 422
    assert not Notice.objects.exists()


def test_form_sent_twice_makes_one_notice(clerk_client: Client) -> None:
    sent = form(factories.office().pk)

    first, second = (clerk_client.post(reverse("notices:create"), sent) for _time in range(2))

    assert Notice.objects.count() == 1
    assert first.url == second.url


def test_hostile_text_is_cleaned_on_save(clerk_client: Client) -> None:
    create(clerk_client, body_zh_hant=HOSTILE)

    kept = Notice.objects.get().body["zh-hant"]
    for wrong in ("script", "onerror", "onclick", "javascript", "img", "iframe", "style", "svg", "target"):
        assert wrong not in kept
    assert 'href="https://a.example/"' in kept


def test_service_cleans_whoever_calls() -> None:
    clerk = notices.ground()
    values = {
        "title": {"en": "A"},
        "body": {"en": HOSTILE},
        "notice_class": "optional",
        "needs_acknowledgement": False,
        "audience": {},
        "unit": factories.office(),
        "publish_at": None,
        "acknowledge_by": None,
        "expires_at": None,
    }

    assert "script" not in services.create_draft(actor=clerk, values=values).body["en"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title_zh_hant": "", "body_zh_hant": ""}, "至少用一種語言"),
        ({"title_zh_hant": ""}, "沒有標題"),
        ({"body_zh_hant": "<p></p>"}, "沒有正文"),
        ({"numbers": "T1\nNOBODY-9"}, "第 2 行：查無編號 NOBODY-9。"),
        ({"acknowledge_by": "2020-01-01T08:00"}, "須晚於發布時間"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_kept(clerk_client: Client, changes: dict[str, str], words: str) -> None:
    factories.person("甲", number="T1")

    answer = create(clerk_client, excluded="T1", **changes)

    assert answer.status_code == 422
    assert words in answer.text
    assert "T1</textarea>" in answer.text
    assert not Notice.objects.exists()


def test_attachment_goes_with_the_notice_and_a_wrong_one_is_refused(clerk_client: Client) -> None:
    good = SimpleUploadedFile("表.txt", "內容".encode(), "text/plain")
    create(clerk_client, files=good)
    assert [file.name for file in Attachment.objects.of(Notice.objects.get())] == ["表.txt"]

    answer = create(clerk_client, files=SimpleUploadedFile("x.exe", b"MZ", "application/octet-stream"))
    assert answer.status_code == 422
    assert "x.exe" in answer.text


class TestEditing:
    def test_clash_keeps_what_was_typed_and_offers_both(self, clerk_client: Client) -> None:
        create(clerk_client)
        made = Notice.objects.get()
        url, unit = reverse("notices:edit", args=[made.pk]), factories.office().pk
        clerk_client.post(url, form(unit, version=1, title_zh_hant="別人的"))

        answer = clerk_client.post(url, form(unit, version=1, title_zh_hant="我的"))

        assert answer.status_code == 422
        assert "我的" in answer.text
        assert "別人的" in answer.text
        made.refresh_from_db()
        assert made.title == {"zh-hant": "別人的"}
        clerk_client.post(url, form(unit, version=2, title_zh_hant="我的"))
        made.refresh_from_db()
        assert made.title == {"zh-hant": "我的"}

    def test_what_is_out_is_not_changed(self, clerk_client: Client) -> None:
        notices.staff(1)
        made = notices.published(factories.clerk("乙"))

        url = reverse("notices:edit", args=[made.pk])
        assert clerk_client.post(url, form(factories.office().pk, version=2)).status_code == 403

    def test_form_shows_what_was_saved(self, clerk_client: Client) -> None:
        create(clerk_client, title_zh_hant="原題", acknowledge_by="2099-01-04T17:00")

        answer = clerk_client.get(reverse("notices:edit", args=[Notice.objects.get().pk]))

        assert 'value="原題"' in answer.text
        assert 'value="2099-01-04T17:00"' in answer.text

    def test_discard_takes_a_draft_away(self, clerk_client: Client) -> None:
        create(clerk_client)

        clerk_client.post(reverse("notices:discard", args=[Notice.objects.get().pk]))

        assert not Notice.objects.exists()


class TestPublishing:
    def test_twice_is_once(self, clerk_client: Client) -> None:
        notices.staff(1)
        create(clerk_client)
        made = Notice.objects.get()

        answers = [clerk_client.post(reverse("notices:publish", args=[made.pk])) for _time in range(2)]

        assert {answer.url for answer in answers} == {reverse("notices:report", args=[made.pk])}
        made.refresh_from_db()
        assert made.number.endswith("-001")
        assert made.rounds.count() == 1

    def test_nobody_in_the_audience_is_refused(self, clerk_client: Client) -> None:
        create(clerk_client)
        made = Notice.objects.get()

        answer = clerk_client.post(reverse("notices:publish", args=[made.pk]), follow=True)

        assert "對象中沒有任何人" in answer.text
        made.refresh_from_db()
        assert made.number is None

    def test_later_goes_out_by_the_sweep(self, clerk_client: Client) -> None:
        notices.staff(1)
        later = timezone.localtime(now() + timedelta(hours=2))
        create(clerk_client, publish_at=f"{later:%Y-%m-%dT%H:%M}")
        made = Notice.objects.get()
        clerk_client.post(reverse("notices:publish", args=[made.pk]))
        made.refresh_from_db()
        assert (made.state, made.number) == ("scheduled", None)

        assert services.publish_due(now()) == 0
        assert services.publish_due(now() + timedelta(hours=3)) == 1
        services.finish_all(now() + timedelta(hours=3))

        made.refresh_from_db()
        assert (made.state, made.recipient_count) == ("published", 1)

    def test_scheduled_becomes_a_draft_again(self, clerk_client: Client) -> None:
        notices.staff(1)
        create(clerk_client, publish_at="2099-01-04T17:00")
        made = Notice.objects.get()
        clerk_client.post(reverse("notices:publish", args=[made.pk]))

        clerk_client.post(reverse("notices:unschedule", args=[made.pk]))

        made.refresh_from_db()
        assert made.state == "draft"

    def test_secretary_reaches_the_own_unit_only(self) -> None:
        notices.ground()
        own = factories.unit("本系")
        secretary = factories.person("秘書", Role.UNIT_SECRETARY, at=own)
        notices.staff(1)
        client = signed_in(secretary)
        inside = factories.person("甲", Role.STAFF, at=own)

        client.post(reverse("notices:create"), form(own.pk))
        wide = Notice.objects.get()
        assert "只能向本單位" in client.post(reverse("notices:publish", args=[wide.pk]), follow=True).text

        client.post(reverse("notices:create"), form(own.pk, **{"line-0-unit": own.pk}))
        narrow = Notice.objects.exclude(pk=wide.pk).get()
        client.post(reverse("notices:publish", args=[narrow.pk]))
        services.finish_all(now())
        assert list(narrow.obligations.values_list("person_id", flat=True)) == [inside.pk]

    def test_ended_notice_expires(self) -> None:
        clerk = notices.ground()
        notices.staff(1)
        made = notices.published(clerk, expires_at=now() + timedelta(days=1))

        assert services.expire_due(now() + timedelta(days=2)) == 1
        assert services.expire_due(now() + timedelta(days=2)) == 0
        made.refresh_from_db()
        assert made.state == "expired"


def test_check_page_shows_count_names_reasons_and_mail(clerk_client: Client) -> None:
    person = factories.person("王建國", Role.STAFF)
    create(clerk_client)

    answer = clerk_client.get(reverse("notices:preview", args=[Notice.objects.get().pk]))

    assert answer.context["counts"].left == 1
    assert person.name in answer.text
    assert "請自查" in answer.text


@pytest.mark.parametrize("role", [Role.STUDENT, Role.STAFF])
def test_who_may_not_write(role: str) -> None:
    client = signed_in(factories.person("甲", role))

    assert client.get(reverse("notices:create")).status_code == 403
    assert client.post(reverse("notices:create")).status_code == 403


def test_plain_text_keeps_lines_items_and_addresses() -> None:
    html = '<p>一</p><ul><li><p>二</p></li></ul><p><a href="https://a.example/">三</a> &amp; 四</p>'

    assert plain_text(html) == "一\n- 二\n\n三 (https://a.example/) & 四"
    assert clean_html("<p> </p>") == ""

"""Canned replies: their words, who finds them, how they are inserted and counted."""

import pytest
from django.urls import reverse

from apps.servicedesk.canned_words import WORDS, Facts, fill, mistakes
from apps.servicedesk.enums import RequestState as S
from apps.servicedesk.models import CannedReply
from apps.servicedesk.services.canned import replies_for
from tests import factories
from tests.servicedesk import factories as desk
from tests.servicedesk.stories import MONDAY_NINE, moment

pytestmark = pytest.mark.django_db


def reply(name: str = "已受理", body: dict[str, str] | None = None, **fields: object) -> CannedReply:
    owner = fields.pop("owner", None) or factories.clerk("寫者")
    return CannedReply.objects.create(
        name=name, body=body or {"zh-hant": "{申請人}您好，{編號}已受理。"}, owner=owner, **fields
    )


def form(**fields: object) -> dict[str, object]:
    return {"name": "已受理", "body_zh_hant": "{申請人}您好"} | fields


@pytest.fixture
def clerk(client):
    person = factories.clerk()
    client.force_login(person)
    return person


def test_every_word_is_filled_in_each_language():
    item = desk.request(
        requester=factories.student("林曉晴"), title="簽證", due_at=moment(26, 16), number="R2026-00077"
    )
    facts = Facts(item, factories.clerk("王科員"), MONDAY_NINE)
    for place, language in enumerate(("en", "zh-hant", "zh-hans")):
        body = {language: "|".join(f"{{{word.names[place]}}}" for word in WORDS.values())}

        filled = fill(body, language, facts)

        assert "{" not in filled.replace("{單位}", "")
        assert all(part in filled for part in ("林曉晴", "R2026-00077", "簽證", "王科員", "26"))


def test_word_with_nothing_to_say_or_unknown_stays_as_written():
    facts = Facts(desk.request(S.RETURNED, due_at=None), factories.clerk(), MONDAY_NINE)

    assert fill({"zh-hant": "{辦結時間}前 {密碼} {{編號"}, "zh-hant", facts) == "{辦結時間}前 {密碼} {{編號"


def test_what_a_title_says_is_not_filled_again():
    facts = Facts(desk.request(title="{申請人}"), factories.clerk(), MONDAY_NINE)

    assert fill({"en": "{title}"}, "en", facts) == "{申請人}"


def test_unknown_word_is_a_mistake():
    assert list(mistakes("{申請人}{requester}")) == []
    assert len(list(mistakes("{申請人.password}{__class__}"))) == 2


def test_text_comes_in_the_requesters_language(client, clerk):
    item = desk.request(requester=factories.student("Ann", language="en"))
    made = reply(body={"zh-hant": "您好", "en": "Dear {requester}, {x}"})

    answer = client.get(reverse("servicedesk:canned_text", args=[item.pk, made.pk]))

    assert answer.content.decode() == "Dear Ann, {x}"
    assert answer["Content-Type"].startswith("text/plain")
    assert CannedReply.objects.get().uses == 0


def test_replies_are_those_of_the_service_and_the_own_units(clerk):
    item = desk.request()
    own, elsewhere = reply("本單位", unit=clerk.main_unit), reply("別處", unit=factories.unit())
    fits, other = reply("此事項", service=item.service), reply("別的事項", service=desk.service())
    old = reply("停用", is_active=False)

    found = set(replies_for(item, clerk))

    assert found == {own, fits}
    assert not found & {elsewhere, other, old}
    assert list(replies_for(item, item.requester)) == []


def test_requester_gets_no_text_and_sees_no_choice(client, clerk):
    item, made = desk.request(), reply()
    client.force_login(item.requester)

    assert client.get(reverse("servicedesk:canned_text", args=[item.pk, made.pk])).status_code == 404
    assert "data-canned" not in client.get(item.get_absolute_url()).text


def test_use_is_counted_when_the_words_are_sent(client, clerk):
    item, made = desk.request(), reply()
    url = reverse("servicedesk:message", args=[item.pk])
    assert made.name in client.get(item.get_absolute_url()).text

    client.post(url, {"body": "您好", "canned": [made.pk, made.pk, "x", "9" * 30]})
    client.post(url, {"body": "", "canned": made.pk})

    assert CannedReply.objects.get().uses == 1


@pytest.mark.parametrize("verb", ["complete", "return", "ask", "refuse"])
def test_replies_stand_in_the_forms_that_the_requester_reads(client, clerk, verb):
    item = desk.request(S.IN_PROGRESS, handler=clerk)
    reply()

    text = client.get(item.get_absolute_url(), {"do": verb}).text

    assert f'data-into="{verb}_note"' in text


def test_reply_is_kept_changed_and_retired(client, clerk):
    client.post(reverse("servicedesk:create_reply"), form(unit=clerk.main_unit.pk))
    made = CannedReply.objects.get()
    assert (made.body, made.unit, made.owner) == ({"zh-hant": "{申請人}您好"}, clerk.main_unit, clerk)
    edit = reverse("servicedesk:edit_reply", args=[made.pk])
    assert client.get(edit).context["form"]["body_zh_hant"].value() == "{申請人}您好"

    client.post(edit, form(name="新名", body_en="Dear {requester}", version=1))
    assert client.post(edit, form(name="遲", version=1)).status_code == 409
    made.refresh_from_db()
    assert (made.name, set(made.body), made.unit) == ("新名", {"zh-hant", "en"}, None)

    assert made.name in client.get(reverse("servicedesk:canned")).text
    client.post(reverse("servicedesk:retire_reply", args=[made.pk]))
    assert client.get(edit).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [{"body_zh_hant": ""}, {"body_zh_hant": "{密碼}"}, {"name": ""}, {"unit": "999999"}, {"service": "x"}],
)
def test_reply_that_makes_no_sense_is_refused(client, clerk, fields):
    assert client.post(reverse("servicedesk:create_reply"), form(**fields)).status_code == 422
    assert not CannedReply.objects.exists()


def test_name_is_used_once(client, clerk):
    reply()

    assert client.post(reverse("servicedesk:create_reply"), form()).status_code == 409


def test_leader_and_student_keep_no_replies(client):
    for person in (factories.leader(), factories.student()):
        client.force_login(person)
        assert client.get(reverse("servicedesk:canned")).status_code == 403
        assert client.post(reverse("servicedesk:create_reply"), form()).status_code == 403

"""The pages of incoming documents: what they show to whom, what is posted, and what comes back with mistakes."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from apps.approvals.models import Step
from apps.core.clock import now
from apps.documents import services
from apps.documents.enums import Access, CirculationMode, LinkKind, ReaderState, Retention, State, Why
from apps.documents.listings import register
from apps.documents.models import Document, DocumentNumber, Filing, Incoming, Reader
from apps.journal.models import Attachment
from apps.notices.models import Notice
from apps.people.enums import Language, Role
from apps.people.models import Person
from tests import factories
from tests.documents.factories import asked, entered, scan, series, urgency

pytestmark = pytest.mark.django_db


def browser(person: Person) -> Client:
    client = Client()
    Person.objects.filter(pk=person.pk).update(language=Language.EN)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def typed(**fields: object) -> dict[str, object]:
    given = {
        "sender": "學校辦公室",
        "sender_number": "校辦〔2026〕12號",
        "title": "關於期末考試安排的通知",
        "kind": "notice",
        "urgency": urgency().pk,
        "purpose": "action",
        "access": "internal",
        "received": "post",
        "copies": 1,
        "act": "register",
        "form_token": "7f8e0f2e-1111-4222-8333-123456789abc",
    }
    return given | fields


def page(client: Client, row: Document) -> str:
    answer = client.get(row.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_paper_is_registered_and_two_clicks_make_one() -> None:
    clerk = factories.clerk()
    series()
    client = browser(clerk)
    assert client.get(reverse("documents:create")).status_code == 200
    answers = [client.post(reverse("documents:create"), typed()) for _click in range(2)]
    row = Document.objects.get()
    assert [answer.url for answer in answers] == [row.get_absolute_url()] * 2
    assert DocumentNumber.objects.count() == 1
    assert row.number in page(client, row)


def test_two_tabs_give_one_number_and_a_link_to_the_first() -> None:
    client = browser(factories.clerk())
    series()
    client.post(reverse("documents:create"), typed())
    token = {"form_token": "7f8e0f2e-1111-4222-8333-123456789abd"}
    answer = client.post(reverse("documents:create"), typed() | token)
    assert answer.status_code == 422
    words = answer.content.decode()
    row = Document.objects.get()
    assert row.number in words
    assert row.get_absolute_url() in words
    answer = client.post(reverse("documents:create"), typed() | token | {"copy_of": row.pk})
    assert answer.status_code == 302
    assert Incoming.objects.filter(copy_of=row).count() == 1


def test_while_typing_it_says_that_it_is_there() -> None:
    clerk = factories.clerk()
    row = entered(clerk, sender_number="校辦〔2026〕12號")
    client = browser(clerk)
    query = {"sender": "学校办公室", "sender_number": "校辦[2026]12號"}
    words = client.get(reverse("documents:same"), query).content.decode()
    assert row.number in words
    assert row.number not in client.get(reverse("documents:same"), query | {"except": row.pk}).content.decode()
    assert "學校辦公室" in client.get(reverse("documents:senders"), {"sender": "办公"}).content.decode()


def test_one_that_is_hidden_is_not_named() -> None:
    row = entered(sender_number="校辦〔2026〕12號", access=Access.HIDDEN)
    client = browser(factories.clerk("科員乙"))
    query = {"sender": "學校辦公室", "sender_number": "校辦[2026]12號"}
    words = client.get(reverse("documents:same"), query).content.decode()
    assert "already" in words
    assert row.number not in words
    assert row.title not in words


def test_files_come_with_the_form_or_were_taken_before() -> None:
    clerk = factories.clerk()
    series()
    file = scan(clerk)
    browser(clerk).post(reverse("documents:create"), typed(files=[str(file.key)]))
    row = Document.objects.get()
    assert [each.name for each in Attachment.objects.of(row)] == ["掃描件.pdf"]
    assert row.editions.get().files[0]["name"] == "掃描件.pdf"


def test_marked_titles_come_back_with_an_explanation() -> None:
    client = browser(factories.clerk())
    series()
    answer = client.post(reverse("documents:create"), typed(title="機密★ 某事"))
    assert answer.status_code == 422
    assert "mark of secrecy" in answer.content.decode()
    assert not Document.objects.exists()


def test_only_signed_for_then_put_right_and_registered() -> None:
    client = browser(factories.clerk())
    series()
    client.post(reverse("documents:create"), typed(act="sign"))
    row = Document.objects.get()
    assert (row.state, row.number) == (State.RECEIVED, "")
    assert "to be registered" in page(client, row)
    url = reverse("documents:edit", args=[row.pk])
    assert client.get(url).status_code == 200
    answer = client.post(url, typed(title="另一個", version=row.version))
    assert answer.status_code == 302, answer.content.decode()
    row.refresh_from_db()
    assert (row.title, row.number) == ("另一個", "收〔2026〕1號")


def test_the_way_from_proposal_to_file() -> None:
    clerk, leader, reader = factories.clerk(), factories.leader(), factories.clerk("科員丙")
    series()
    row = entered(clerk, at=now())
    client, phone = browser(clerk), browser(leader)
    url = reverse("documents:propose", args=[row.pk])
    assert client.get(url).status_code == 200
    unit = factories.unit("教務科")
    plan = {
        "words": "擬請教務科辦理。",
        "purpose": "action",
        "lead": unit.pk,
        "asks": "報名單",
        "readers": reader.number,
    }
    answer = client.post(url, plan | {"deciders": [leader.pk], "in_turn": "1", "version": row.version})
    assert answer.status_code == 302, answer.content.decode()
    words = page(phone, row)
    assert "擬請教務科辦理。" in words
    assert "教務科" in words
    step = Step.objects.about(row).get()
    said = {"words": "同意，請抓緊。", "decision": "approved", "edition": row.editions.count()}
    assert phone.post(reverse("documents:instruct", args=[row.pk, step.pk]), said).status_code == 302
    row.refresh_from_db()
    assert row.state == State.HANDLING
    words = page(client, row)
    assert "同意，請抓緊。" in words
    assert reader.number in words  # the proposed reader stands in the form
    post = {"people": f"{reader.number}\n{leader.number}", "mode": "together"}
    assert client.post(reverse("documents:circulate", args=[row.pk]), post).status_code == 302
    own = browser(reader)
    assert "I have read it" in page(own, row)
    assert own.post(reverse("documents:open", args=[row.pk])).status_code == 204
    assert own.post(reverse("documents:read", args=[row.pk]), {"words": "已閱"}).status_code == 302
    assert Reader.objects.get(person=reader).state == ReaderState.READ
    closing = client.post(reverse("documents:close", args=[row.pk]), {"words": "已辦。"})
    assert closing.status_code == 422
    assert "still circulating" in closing.content.decode()
    line = Reader.objects.get(person=leader)
    url = reverse("documents:excuse", args=[row.pk, line.pk])
    assert client.post(url, {"reason": "出差"}).status_code == 302
    assert client.post(reverse("documents:close", args=[row.pk]), {"words": "已辦。"}).status_code == 302
    assert client.post(reverse("documents:file", args=[row.pk]), {"retention": "thirty"}).status_code == 302
    row.refresh_from_db()
    assert row.state == State.FILED
    assert "being made" in page(client, row)
    services.make_waiting_packages()
    file = Attachment.objects.of(Filing.objects.get()).get()
    assert file.name in page(client, row)
    assert client.get(reverse("journal:download", args=[file.key])).status_code == 200
    assert browser(factories.person("外人", Role.STAFF)).get(row.get_absolute_url()).status_code == 404


def test_mistakes_come_back_with_what_was_typed() -> None:
    clerk = factories.clerk()
    row = entered(clerk, at=now())
    client = browser(clerk)
    answer = client.post(reverse("documents:hand_over", args=[row.pk]), {"to": "無此人", "reason": "請代辦"})
    assert answer.status_code == 422
    assert "請代辦" in answer.content.decode()
    answer = client.post(reverse("documents:set_due", args=[row.pk]), {"due_on": "2020-01-06", "reason": "早"})
    assert answer.status_code == 422


def test_reserved_ones_stand_in_the_register_as_number_and_day() -> None:
    clerk = factories.clerk()
    secret = entered(clerk, title="人事安排", access=Access.RESERVED, sender="組織部")
    hidden = entered(clerk, title="不可見", access=Access.HIDDEN)
    other = browser(factories.clerk("科員乙"))
    words = other.get(reverse("documents:list")).content.decode()
    assert secret.number in words
    assert "limited access" in words
    for text in (secret.title, "組織部", hidden.number, hidden.title):
        assert text not in words
    assert secret.number not in other.get(reverse("documents:list"), {"q": "人事"}).content.decode()
    assert secret.number not in other.get(reverse("documents:list"), {"state": "registered"}).content.decode()
    assert other.get(secret.get_absolute_url()).status_code == 404
    own = browser(clerk).get(reverse("documents:list")).content.decode()
    assert secret.title in own
    assert hidden.title in own


@pytest.mark.parametrize(
    "chip", ["all", "to_register", "to_propose", "to_instruct", "handling", "circulating", "late", "mine"]
)
def test_every_chip_opens(chip: str) -> None:
    clerk = factories.clerk()
    entered(clerk)
    query = {"chip": chip, "sender": "學校", "since": "2026-01-01", "until": "2026-12-31", "q": "期末"}
    assert browser(clerk).get(reverse("documents:list"), query).status_code == 200


def test_the_register_leaves_as_a_sheet_without_what_one_may_not_read() -> None:
    clerk = factories.clerk()
    entered(clerk, title="人事安排", access=Access.RESERVED)
    entered(clerk, title="公開的")
    other = factories.clerk("科員乙")
    assert [row.title for row in register(other, QueryDict())] == ["公開的"]


def test_who_may_read_it_and_letting_in() -> None:
    clerk, teacher = factories.clerk(), factories.person("王老師", Role.STAFF)
    row = entered(clerk, access=Access.RESERVED)
    client, other = browser(clerk), browser(teacher)
    url = reverse("documents:access", args=[row.pk])
    assert client.get(url).status_code == 200
    assert other.get(url).status_code == 404
    bad = client.post(reverse("documents:let_in", args=[row.pk]), {"words": "需要"})
    assert bad.status_code == 422
    done = client.post(reverse("documents:let_in", args=[row.pk]), {"person": teacher.number, "words": "需要"})
    assert done.status_code == 302
    assert other.get(row.get_absolute_url()).status_code == 200
    line = row.concerned.get(person=teacher)
    assert line.why == Why.RECEIVES
    back = reverse("documents:take_back", args=[row.pk, line.pk])
    assert other.post(back, {"reason": "我"}).status_code == 403
    assert client.post(back, {"reason": "誤加"}).status_code == 302
    assert other.get(row.get_absolute_url()).status_code == 404


def test_links_and_the_chain_say_nothing_of_what_one_may_not_read() -> None:
    clerk = factories.clerk()
    one, two = entered(clerk, title="第一件"), entered(clerk, title="第二件")
    reserved = entered(clerk, title="人事安排", access=Access.RESERVED)
    hidden = entered(clerk, title="不可見", access=Access.HIDDEN)
    beyond = entered(clerk, title="隱後一件")
    client = browser(clerk)
    post = {"kind": "replies_to", "other": two.number}
    assert client.post(reverse("documents:link", args=[one.pk]), post).status_code == 302
    for other in (reserved, hidden):
        services.link(source=one, target=other, kind=LinkKind.IMPLEMENTS, actor=clerk)
    services.link(source=hidden, target=beyond, kind=LinkKind.ANNEX_OF, actor=clerk)
    url = reverse("documents:chain", args=[one.pk])
    own = client.get(url).content.decode()
    assert all(row.title in own for row in (two, reserved, hidden, beyond))
    other = browser(factories.clerk("科員乙"))
    for words in (other.get(url).content.decode(), page(other, one)):
        assert two.title in words
        assert reserved.number in words
        for text in (reserved.title, hidden.title, hidden.number, beyond.title):
            assert text not in words
    found = other.get(reverse("documents:find"), {"other": "收〔2026"}).content.decode()
    assert two.number in found
    assert reserved.number not in found
    row = one.links.get(target=two)
    gone = client.post(reverse("documents:unlink", args=[one.pk, row.pk]))
    assert gone.status_code == 302
    assert not one.links.filter(pk=row.pk).exists()


def test_a_notice_is_begun_without_typing_twice() -> None:
    clerk = factories.clerk()
    file = scan(clerk)
    row = entered(clerk, purpose="reading", summary="請各單位知悉。")
    services.add_files(document=row, files=[file], actor=clerk)
    client = browser(clerk)
    answer = client.post(reverse("documents:notice", args=[row.pk]))
    notice = Notice.objects.get()
    assert answer.url == reverse("notices:edit", args=[notice.pk])
    assert client.get(answer.url).status_code == 200
    assert notice.title["zh-hant"] == row.title
    assert "請各單位知悉。" in notice.body["zh-hant"]
    assert [each.name for each in Attachment.objects.of(notice)] == ["掃描件.pdf"]
    assert client.post(reverse("documents:notice", args=[row.pk])).url == answer.url
    assert Notice.objects.count() == 1
    assert notice.get_absolute_url() in page(client, row)


def test_the_ledger_shows_what_became_of_each_number() -> None:
    clerk, director = factories.clerk(), factories.director()
    row = entered(clerk, access=Access.RESERVED, title="人事安排")
    gone = entered(clerk)
    services.void(document=gone, reason="重複登記", actor=director)
    services.check_ledger()
    client = browser(director)
    words = client.get(reverse("documents:ledger")).content.decode()
    assert row.number in words
    assert "重複登記" in words
    assert "人事安排" not in words
    assert browser(factories.student()).get(reverse("documents:ledger")).status_code == 403


def test_why_this_date_lists_the_days() -> None:
    clerk = factories.clerk()
    row = entered(clerk, urgency=urgency("common"), at=now() - timedelta(days=1))
    words = page(browser(clerk), row)
    assert "Why this date?" in words
    assert "working days from the day after receipt" in words
    assert "weekend, not counted" in words


def test_the_leader_sees_the_whole_on_one_page() -> None:
    leader = factories.leader()
    row = asked(leader, at=now(), summary="請示增加教室。")
    words = page(browser(leader), row)
    for text in (row.title, "請示增加教室。", "擬請教務科辦理。", "Give the instruction", "Return to the handler"):
        assert text in words


def test_circulation_in_turn_shows_who_has_it() -> None:
    clerk, one, two = factories.clerk(), factories.clerk("甲乙"), factories.clerk("丙丁")
    row = entered(clerk)
    services.circulate(document=row, people=[one, two], mode=CirculationMode.IN_TURN, actor=clerk, at=now())
    assert f"it is with {one.name}" in page(browser(clerk), row)
    assert browser(two).post(reverse("documents:read", args=[row.pk]), {}).status_code == 403


def test_filed_ones_are_named_by_retention() -> None:
    clerk = factories.clerk()
    row = entered(clerk)
    services.close(document=row, words="已閱。", actor=clerk)
    services.file_document(document=row, retention=Retention.TEN, actor=clerk)
    assert "10 years" in page(browser(clerk), row)

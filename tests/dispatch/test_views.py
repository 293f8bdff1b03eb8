"""The pages: who may, what is shown, that typed text stays, and that a page costs the same with one paper or three."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.approvals.enums import StepState
from apps.core.clock import now
from apps.dispatch import route, services
from apps.dispatch.enums import SheetState
from apps.dispatch.models import Draft, Sheet
from apps.dispatch.services.sheets import draw_sheet
from apps.documents import services as documents
from apps.documents.enums import OpinionKind, State
from apps.documents.models import DocumentNumber, Edition, Opinion, Series
from apps.journal.models import Attachment
from apps.people.enums import DeputyScope
from apps.people.models import Deputy, Person
from tests import factories
from tests.dispatch import factories as desk
from tests.seals import factories as stamps

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> desk.Office:
    return desk.office()


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(draft: Draft, name: str = "detail", **more: object) -> str:
    return reverse(f"dispatch:{name}", kwargs={"pk": draft.pk, **more})


def form(people: desk.Office, **fields: object) -> dict[str, object]:
    root = factories.root_unit()
    desk.series("doc_out")
    return {
        "title": "關於調休的通知",
        "kind": "notice",
        "series": Series.objects.get(numbers__code="doc_out").pk,
        "lead": root.pk,
        "main_others": "學校辦公室\n學校辦公室\n 校史館 ",
        "body": "<p>正文。</p><script>alert(1)</script>",
        "signer": people.signer.number,
        "access": "internal",
        "copies": 2,
    } | fields


def test_a_draft_is_written_in_the_browser(people: desk.Office) -> None:
    client = client_of(people.drafter)
    assert client.get(reverse("dispatch:create")).status_code == 200
    answer = client.post(reverse("dispatch:create"), form(people, files=stamps.photo("附表.png"), annexes="附表"))
    paper = Draft.objects.get()
    assert answer.url == paper.get_absolute_url()
    words = documents.latest(paper.document).words
    assert words["main"] == [["學校辦公室", None], ["校史館", None]]
    assert words["body"] == "<p>正文。</p>"
    assert [file.name for file in Attachment.objects.of(paper.document)] == ["附表.png"]
    assert client.get(paper.get_absolute_url()).status_code == 200
    assert client.get(page(paper, "edit")).status_code == 200


def test_the_same_form_twice_is_one_paper(people: desk.Office) -> None:
    client, given = client_of(people.drafter), form(people, form_token="4fbb9d0e-7be7-4f0a-8d5a-6b0a9e3f1a11")
    first, second = client.post(reverse("dispatch:create"), given), client.post(reverse("dispatch:create"), given)
    assert (first.url == second.url, Draft.objects.count()) == (True, 1)


@pytest.mark.parametrize(
    ("name", "value", "where"),
    [
        ("signer", "nobody", "signer"),
        ("title", "", "title"),
        ("title", "缺字 \U0010fffd", "__all__"),
        ("copies", "0", "copies"),
        ("main_others", "長" * 300, "main_others"),
        ("series", "0", "series"),
    ],
)
def test_a_form_with_mistakes_keeps_what_was_typed(people: desk.Office, name: str, value: str, where: str) -> None:
    given = form(people, **{name: value, "contact": "張三 123"})
    answer = client_of(people.drafter).post(reverse("dispatch:create"), given)
    assert (answer.status_code, "張三 123" in answer.content.decode(), Draft.objects.count()) == (422, True, 0)
    assert list(answer.context["form"].errors) == [where]


def test_a_clash_keeps_what_was_typed(people: desk.Office) -> None:
    paper = desk.draft(people)
    desk.change(paper, people, title="別人的標題")
    answer = client_of(people.drafter).post(page(paper, "edit"), form(people, version=1, title="我的標題"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "我的標題" in text
    again = client_of(people.drafter).post(
        page(paper, "edit"), form(people, version=desk.fresh(paper).document.version, title="我的標題")
    )
    assert again.status_code == 302
    assert Edition.objects.filter(document=paper.pk).count() == 3


def test_a_file_taken_out_stays_with_the_draft(people: desk.Office) -> None:
    client = client_of(people.drafter)
    client.post(reverse("dispatch:create"), form(people, files=stamps.photo("附表.png")))
    paper = Draft.objects.get()
    file = Attachment.objects.of(paper.document).get()
    version = desk.fresh(paper).document.version
    client.post(page(paper, "edit"), form(people, version=version, remove=file.pk))
    assert (list(Attachment.objects.of(paper.document)), list(Attachment.objects.of(paper))) == ([], [file])
    assert documents.latest(paper.document).files == []
    assert client.get(reverse("journal:download", args=[file.key])).status_code == 200


def test_the_page_of_an_edition_leads_to_its_files_and_its_sheet(people: desk.Office) -> None:
    """Also to a file that was taken out since: who decided about that edition may have meant it."""
    client = client_of(people.drafter)
    client.post(reverse("dispatch:create"), form(people, files=stamps.photo("附表.png")))
    paper = Draft.objects.get()
    file = Attachment.objects.of(paper.document).get()
    client.post(page(paper, "edit"), form(people, version=desk.fresh(paper).document.version, remove=file.pk))
    for sheet in Sheet.objects.filter(document=paper.pk):
        draw_sheet(sheet.pk)
    address = reverse("journal:download", args=[file.key])
    for number, named in ((1, True), (2, False)):
        text = client.get(page(paper, "edition", number=number)).content.decode()
        pdf = Attachment.objects.of(Sheet.objects.get(edition__number=number)).get()
        assert (address in text, reverse("journal:download", args=[pdf.key]) in text) == (named, True)


def test_another_kind_is_another_text(people: desk.Office) -> None:
    paper = desk.draft(people)
    desk.change(paper, people, kind="letter")
    shown = client_of(people.drafter).get(page(paper, "compare"))
    assert shown.context["is_same"] is False
    assert "文種：" in shown.content.decode()


def test_no_link_leads_into_a_refusal(people: desk.Office) -> None:
    """Somebody of the staff who co-signs sees the paper, and not the list."""
    teacher, listed = factories.person("老師", "staff"), f'href="{reverse("dispatch:list")}"'
    paper = desk.put_up(people, co_signers=(teacher,))
    for person, shown in ((teacher, False), (people.drafter, True)):
        assert (f"{listed}>發文" in client_of(person).get(page(paper)).content.decode()) == shown


def test_what_is_void_already_is_not_offered_to_be_void(people: desk.Office) -> None:
    paper = desk.numbered(people)
    services.take_back(draft=paper, reason="更正", actor=people.director)
    client = client_of(people.director)
    assert client.get(page(paper)).context["screen"].may_void
    services.void(draft=desk.fresh(paper), reason="不發", actor=people.director)
    assert desk.fresh(paper).document.state == State.WITHDRAWN
    assert not client.get(page(paper)).context["screen"].may_void


def test_only_a_sheet_that_failed_is_set_again(people: desk.Office) -> None:
    paper = desk.numbered(people)
    client, sheet = client_of(people.clerk), Sheet.objects.get(document=paper.pk, is_final=True)
    shown = client.post(page(paper, "set_again"), follow=True)
    assert [str(message) for message in shown.context["messages"]] == ["此版面並未失敗，無需重新排版。"]
    other = desk.to_number(people)
    services.number_paper(draft=other, actor=people.clerk)
    failed = Sheet.objects.get(document=other.pk, is_final=True)
    Sheet.objects.filter(pk=failed.pk).update(state=SheetState.FAILED)
    client.post(page(other, "set_again"))
    failed.refresh_from_db()
    sheet.refresh_from_db()
    assert (failed.state, sheet.state) == (SheetState.WAITING, SheetState.READY)


def test_from_the_browser_to_the_number(people: desk.Office) -> None:
    """Put up, check, sign on the phone page, final check, number: each by its form, each twice."""
    paper = desk.draft(people)
    drafter = client_of(people.drafter)
    plan = {"checker": people.checker.number, "final_checker": people.clerk.number, "in_turn": 0, "version": 1}
    for _click in range(2):
        assert drafter.post(page(paper, "put_up"), plan).status_code == 302
    for person in (people.checker, people.signer, people.clerk):
        client = client_of(person)
        shown = client.get(page(paper, "sign"))
        assert shown.status_code == 200
        step = shown.context["step"]
        given = {"decision": "approved", "words": "同意。", "version": step.version, "no_seal": "on"}
        for _click in range(2):
            assert client.post(page(paper, "decide", step_pk=step.pk), given).status_code == 302
    clerk = client_of(people.clerk)
    assert clerk.get(page(paper)).context["screen"].may_number
    for _click in range(2):
        clerk.post(page(paper, "number"), {"access": "internal", "copies": 5})
    row = desk.fresh(paper)
    assert (row.document.state, row.document.number, row.copies) == (State.NUMBERED, "院發〔2026〕1號", 5)
    assert Opinion.objects.count() == 3
    assert DocumentNumber.objects.count() == 1
    assert row.no_seal_by == people.signer


def test_a_no_needs_its_reason_and_keeps_what_was_chosen(people: desk.Office) -> None:
    paper = desk.put_up(people)
    client = client_of(people.checker)
    step = route.open_points(paper.document)[0]
    answer = client.post(page(paper, "decide", step_pk=step.pk), {"decision": "returned", "words": " "})
    assert answer.status_code == 422
    assert not Opinion.objects.exists()


def test_who_is_not_asked_decides_nothing(people: desk.Office) -> None:
    paper = desk.put_up(people)
    step = route.open_points(paper.document)[0]
    given = {"decision": "approved"}
    assert client_of(people.director).post(page(paper, "decide", step_pk=step.pk), given).status_code == 403
    stranger = factories.person("老師", "staff")
    assert client_of(stranger).post(page(paper, "decide", step_pk=step.pk), given).status_code == 404
    assert client_of(people.director).get(page(paper, "sign")).url == paper.get_absolute_url()
    assert not Opinion.objects.exists()


def test_a_reader_may_look_and_not_act(people: desk.Office) -> None:
    paper = desk.numbered(people)
    reader = client_of(factories.leader("副院長"))
    assert reader.get(page(paper)).status_code == 200
    for name in ("number", "seal", "send", "note_sent", "void", "take_back", "withdraw", "put_up", "urge", "foot"):
        assert reader.post(page(paper, name), {}).status_code == 403, name
        assert reader.get(page(paper, name)).status_code == 405, name


def test_editions_and_what_changed(people: desk.Office) -> None:
    paper = desk.draft(people)
    desk.change(paper, people, body="<p>各實驗室應於2026年12月5日前完成自查。</p>")
    client = client_of(people.drafter)
    assert client.get(page(paper, "edition", number=1)).status_code == 200
    assert client.get(page(paper, "edition", number=9)).status_code == 404
    text = client.get(page(paper, "compare"), {"from": 1, "to": 2}).content.decode()
    assert "<del>" in text
    assert "<ins>5</ins>" in text
    assert client.get(page(paper, "compare"), {"from": 1, "to": 9}).status_code == 404


def test_the_picture_of_what_stood_before_who_decided(people: desk.Office) -> None:
    paper = desk.put_up(people)
    opinion = desk.decide(paper, people.checker, OpinionKind.CHECK)
    answer = client_of(people.drafter).get(page(paper, "picture", opinion_pk=opinion.pk))
    assert (answer.status_code, answer["Content-Type"], answer.content[:4]) == (200, "image/png", b"\x89PNG")
    stranger = factories.person("老師", "staff")
    assert client_of(stranger).get(page(paper, "picture", opinion_pk=opinion.pk)).status_code == 404


def test_seal_and_send_in_the_browser(people: desk.Office) -> None:
    paper = desk.numbered(people, no_seal=False)
    seal = stamps.seal(keeper=factories.clerk("印管"))
    clerk = client_of(people.clerk)
    assert clerk.get(page(paper)).context["screen"].may_seal
    assert clerk.post(page(paper, "seal"), {"seal": seal.pk, "allowed": 2}).status_code == 302
    assert clerk.post(page(paper, "send"), {"how_0": "post", "on_0": "2026-11-24"}).status_code == 422
    other = desk.numbered(people)
    assert clerk.post(page(other, "send"), {"how_0": "post"}).status_code == 422
    assert clerk.post(page(other, "send"), {"how_0": "post", "on_0": "2026-11-24"}).status_code == 302
    line = {"receiver": "校史館", "how": "mail", "sent_on": "2026-11-25"}
    assert clerk.post(page(other, "note_sent"), line).status_code == 302
    assert "校史館" in clerk.get(page(other)).content.decode()


def test_the_chips_show_what_waits(people: desk.Office) -> None:
    drafted, asked = desk.draft(people), desk.put_up(people)
    ready, done = desk.to_number(people), desk.numbered(people)
    unsealed = desk.numbered(people, no_seal=False)

    def shown(person: Person, chip: str) -> set[int]:
        rows = client_of(person).get(reverse("dispatch:list"), {"chip": chip}).context["page"].rows
        return {row.pk for row in rows}

    assert shown(people.drafter, "mine") == {drafted.pk, asked.pk, ready.pk, done.pk, unsealed.pk}
    assert shown(people.checker, "for_me") == {asked.pk}
    assert shown(people.drafter, "for_me") == set()
    assert shown(people.clerk, "signing") == {asked.pk}
    assert shown(people.clerk, "to_number") == {ready.pk}
    assert shown(people.clerk, "to_seal") == {unsealed.pk}
    assert shown(people.clerk, "to_send") == {done.pk}
    assert len(shown(people.clerk, "all")) == 5
    assert client_of(factories.student()).get(reverse("dispatch:list")).status_code == 403


def test_lists_and_pages_cost_the_same_with_one_or_three(people: desk.Office) -> None:
    client, counts = client_of(people.clerk), []
    for number in (1, 3):
        while Draft.objects.count() < number:
            paper = desk.put_up(people, co_signers=(people.director,))
            desk.decide(paper, people.checker, OpinionKind.CHECK)
        client.get(reverse("dispatch:list"))  # what is read once for all
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("dispatch:list"), {"chip": "all"})
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_page_costs_the_same_whatever_happened(people: desk.Office) -> None:
    client, counts = client_of(people.clerk), []
    paper = desk.put_up(people)
    for round_number in range(3):
        client.get(page(paper))  # what is read once for all
        with CaptureQueriesContext(connection) as seen:
            assert client.get(page(paper)).status_code == 200
        counts.append(len(seen))
        services.take_back(draft=desk.fresh(paper), reason="更正", actor=people.drafter)
        desk.change(paper, people, title=f"更正{round_number}")
        desk.put_up(people, paper)
    assert counts[0] == counts[1] == counts[2]


def test_a_decision_after_the_text_was_taken_back_is_told(people: desk.Office) -> None:
    paper = desk.put_up(people)
    step = route.open_points(paper.document)[0]
    services.take_back(draft=paper, reason="更正", actor=people.drafter)
    answer = client_of(people.checker).post(page(paper, "decide", step_pk=step.pk), {"decision": StepState.APPROVED})
    assert answer.status_code == 422
    assert not Opinion.objects.exists()


def test_a_deputy_who_comes_too_late_is_told_and_keeps_the_words(people: desk.Office) -> None:
    deputy = factories.person("代核人", "staff")
    Deputy.objects.create(
        principal=people.checker, deputy=deputy, scope=DeputyScope.APPROVALS, starts_at=now() - timedelta(days=300),
        ends_at=now() + timedelta(days=300), created_by=people.checker,
    )  # fmt: skip
    paper = desk.put_up(people)
    client, given = client_of(deputy), {"decision": "approved", "words": "已核，無意見。"}
    step = route.open_points(paper.document)[0]
    assert f'data-keep="opinion-{step.pk}"' in client.get(page(paper, "sign")).content.decode()
    desk.decide(paper, people.checker, OpinionKind.CHECK)
    answer = client.post(page(paper, "decide", step_pk=step.pk), given)
    text = answer.content.decode()
    assert (answer.status_code, "已核，無意見。" in text, "data-not-taken" in text) == (422, True, True)
    assert answer.context["form"].non_field_errors() == ["核稿人已作出決定。"]
    stranger = factories.leader("副院長")
    assert client_of(stranger).post(page(paper, "decide", step_pk=step.pk), given).status_code == 403


def test_the_draft_is_kept_in_the_tab_by_its_version(people: desk.Office) -> None:
    """Another version is another text: what was typed over the old one is not put over it unseen."""
    paper, client = desk.draft(people), client_of(people.drafter)
    first = desk.fresh(paper).document.version
    assert f'data-keep="draft-{first}-"' in client.get(page(paper, "edit")).content.decode()
    desk.change(paper, people, title="別人的標題")
    text = client.post(page(paper, "edit"), form(people, version=first)).content.decode()
    assert f'data-keep="mine-{desk.fresh(paper).document.version}-" data-not-taken' in text
    assert 'data-keep="draft--"' in client.get(reverse("dispatch:create")).content.decode()


def test_a_file_of_another_kind_is_told(people: desk.Office) -> None:
    bad = SimpleUploadedFile("x.exe", b"MZ")
    answer = client_of(people.drafter).post(reverse("dispatch:create"), form(people, files=bad))
    assert (answer.status_code, Draft.objects.count()) == (422, 0)

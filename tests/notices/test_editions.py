"""Correct, replace and take back a notice that is out: who is told what, what still counts, what stays as evidence."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from apps.core.clock import now
from apps.delivery.enums import EvidenceKind
from apps.delivery.models import Delivery, Evidence, MessageText
from apps.notices import report, services
from apps.notices.comparison import as_html, as_text, compare
from apps.notices.enums import EditionKind, RoundKind
from apps.notices.models import Edition, Notice
from apps.people.models import Person
from tests.notices import factories as notices

pytestmark = pytest.mark.django_db

NEW_TITLE = {"zh-hant": "期中教學檢查安排"}
NEW_BODY = {"zh-hant": "<p>請各系於<strong>下週三</strong>前自查。</p>"}


@pytest.fixture
def notice() -> Notice:
    clerk = notices.ground()
    notices.staff(4)
    return notices.published(clerk)


def people(notice: Notice) -> list[Person]:
    return [line.person for line in notice.obligations.select_related("person").order_by("pk")]


def acknowledge(notice: Notice, person: Person, **more: object) -> None:
    services.acknowledge(obligation=notices.of(notice, person), actor=person, session_key="s", **more)


def change(notice: Notice, kind: str = EditionKind.REPLACEMENT, **more: object) -> Edition:
    notice.refresh_from_db()
    words = {"title": NEW_TITLE, "body": NEW_BODY, "note": "期限延後", "version": notice.version, **more}
    made = services.change(notice=notice, actor=notice.sender, kind=EditionKind(kind), **words)
    services.finish_all(now())
    notice.refresh_from_db()
    return made


def mailed(notice: Notice, kind: str) -> set[str]:
    """The names of those to whom the newest round of this kind planned a mail."""
    message = notice.rounds.filter(kind=kind).order_by("-number")[0].message
    return {row.person.name for row in Delivery.objects.filter(message=message).select_related("person")}


def hand_over(notice: Notice, person: Person) -> None:
    Delivery.objects.filter(message=notice.message, person=person).update(handed_off_at=now(), state="handed_off")


def test_replacement_asks_everybody_anew_and_keeps_the_old_evidence(notice: Notice) -> None:
    first, second, third, fourth = people(notice)
    acknowledge(notice, first)
    old_receipt = notices.of(notice, first).receipt_number
    hand_over(notice, second)

    made = change(notice)

    assert (made.number, notice.counts_from, notice.editions.count()) == (2, 2, 2)
    assert [line.is_open for line in notice.obligations.all()] == [True] * 4
    assert mailed(notice, RoundKind.CHANGE) == {first.name, second.name}
    assert mailed(notice, RoundKind.FIRST) == {third.name, fourth.name}
    acknowledge(notice, first)
    line = notices.of(notice, first)
    assert line.state == "acknowledged"
    assert line.receipt_number != old_receipt
    facts = Evidence.objects.filter(person=first, kind=EvidenceKind.ACKNOWLEDGED).order_by("pk")
    assert [fact.detail["receipt"] for fact in facts] == [old_receipt, line.receipt_number]
    assert facts[0].detail["content"] != facts[1].detail["content"] == made.digest


def test_correction_keeps_what_was_acknowledged_and_tells_who_saw_it(notice: Notice) -> None:
    first, second, third, fourth = people(notice)
    acknowledge(notice, first)
    receipt = notices.of(notice, first).receipt_number

    change(notice, EditionKind.CORRECTION)

    assert (notices.of(notice, first).state, notices.of(notice, first).receipt_number) == ("acknowledged", receipt)
    assert mailed(notice, RoundKind.CHANGE) == {first.name}
    assert mailed(notice, RoundKind.FIRST) == {second.name, third.name, fourth.name}


def test_old_words_that_wait_never_leave(notice: Notice) -> None:
    old = notice.message
    change(notice, EditionKind.CORRECTION)

    assert set(Delivery.objects.filter(message=old, channel="mail").values_list("state", flat=True)) == {"cancelled"}
    reasons = Evidence.objects.filter(message=old, kind="cancelled").values_list("detail__reason", flat=True)
    assert set(reasons) == {"the notice was changed"}


def test_acknowledging_words_that_changed_meanwhile_is_not_taken(notice: Notice) -> None:
    first = people(notice)[0]
    change(notice, EditionKind.CORRECTION)

    with pytest.raises(services.UnableToAcknowledge):
        acknowledge(notice, first, edition=1)
    acknowledge(notice, first, edition=2)
    assert notices.of(notice, first).state == "acknowledged"


def test_replaced_notice_can_be_acknowledged_before_any_worker_ran(notice: Notice) -> None:
    first = people(notice)[0]
    acknowledge(notice, first)
    notice.refresh_from_db()
    words = {"title": NEW_TITLE, "body": NEW_BODY, "note": "x", "version": notice.version}
    services.change(notice=notice, actor=notice.sender, kind=EditionKind.REPLACEMENT, **words)

    acknowledge(notice, first)

    assert Evidence.objects.filter(person=first, kind="acknowledged").count() == 2


def test_change_may_set_another_day(notice: Notice) -> None:
    day = now() + timedelta(days=5)
    change(notice, acknowledge_by=day)
    assert notice.acknowledge_by == day
    change(notice, body={"zh-hant": "<p>再改</p>"})
    assert notice.acknowledge_by == day


def test_who_was_told_of_a_change_is_not_sent_the_new_words_again(notice: Notice) -> None:
    """A late joiner is one who was sent nothing yet."""
    first = people(notice)[0]
    notice.obligations.filter(person=first).update(is_late_joiner=True)
    Notice.objects.filter(pk=notice.pk).update(joins_until=(now() + timedelta(days=2)).date())
    acknowledge(notice, first)
    change(notice)
    services.add_late_joiners(now())
    assert not Delivery.objects.filter(person=first, message=notice.message).exists()


def test_excuse_outlasts_an_edition(notice: Notice) -> None:
    first = people(notice)[0]
    services.excuse(obligation=notices.of(notice, first), actor=notice.sender, reason="出國")
    change(notice)
    assert notices.of(notice, first).state == "excused"
    assert first.name not in mailed(notice, RoundKind.CHANGE) | mailed(notice, RoundKind.FIRST)


@pytest.mark.parametrize(
    "changes",
    [
        {"note": " "},
        {"acknowledge_by": now() - timedelta(minutes=1)},
        {"title": notices.TITLE, "body": notices.BODY},
        {"title": {}, "body": {}},
    ],
)
def test_what_makes_no_edition_is_refused(notice: Notice, changes: dict[str, object]) -> None:
    with pytest.raises(services.UnableToChange):
        change(notice, **changes)
    assert Edition.objects.count() == 1


def test_second_of_two_at_once_is_told(notice: Notice) -> None:
    version = notice.version
    change(notice)
    with pytest.raises(services.VersionClash):
        services.change(
            notice=notice,
            actor=notice.sender,
            kind=EditionKind.CORRECTION,
            version=version,
            title=NEW_TITLE,
            body={"zh-hant": "<p>別的</p>"},
            note="x",
        )


def test_recall_stops_everything_and_tells_who_met_it(notice: Notice) -> None:
    first, second, *_others = people(notice)
    acknowledge(notice, first)
    hand_over(notice, second)

    for _twice in range(2):
        services.recall(notice=notice, actor=notice.sender, reason="時間有誤")
    services.finish_all(now())
    notice.refresh_from_db()

    assert notice.state == "withdrawn"
    assert mailed(notice, RoundKind.RECALL) == {first.name, second.name}
    states = list(notice.obligations.order_by("pk").values_list("state", "is_open"))
    assert states == [("acknowledged", False), *[("withdrawn", False)] * 3]
    assert [(unit.done, unit.open, unit.count) for unit in report.by_unit(notice, notice.sender)] == [(1, 0, 4)]
    notices.says(notice, second, "bounced_hard")
    notices.refresh()
    assert Evidence.objects.filter(person=second, kind="bounced_hard").exists()


def test_editions_and_words_hold_in_the_database(notice: Notice) -> None:
    for act in (
        lambda: Edition.objects.update(note="x"),
        lambda: Edition.objects.all().delete(),
        lambda: Notice.objects.filter(pk=notice.pk).update(body={"en": "x"}),
        lambda: Notice.objects.filter(pk=notice.pk).update(counts_from=5),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_mail_of_a_change_marks_it_and_escapes_everything(notice: Notice) -> None:
    acknowledge(notice, people(notice)[0])
    change(notice, body={"zh-hant": "<p>請於 &lt;b&gt; 前自查。</p>"}, note="<i>x</i>")
    text = MessageText.objects.get(message=notice.rounds.get(kind=RoundKind.CHANGE).message, language="zh-hant")
    assert text.subject.endswith(NEW_TITLE["zh-hant"])
    assert "<ins>" in text.html
    assert "<b>" not in text.html.partition("<h2>")[0]
    assert "<i>" not in text.html
    assert "〔+" in text.text


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("週五前", "週三前", "週<del>五</del><ins>三</ins>前"),
        ("same", "same", "same"),
        ("before noon", "before ten", "before <del>noon</del><ins>ten</ins>"),
        ("a\nb\n", "a\n", "a<br><del>b<br></del>"),
        ("<x>", "<y>", "&lt;<del>x</del><ins>y</ins>&gt;"),
    ],
)
def test_comparison(old: str, new: str, marked: str) -> None:
    assert as_html(compare(old, new)) == marked


def test_long_texts_are_compared_in_time_and_lose_nothing() -> None:
    old = "".join(f"第{number}條 內容甲\n" for number in range(3000))
    new = "".join(f"第{number}條 內容乙\n" for number in range(3000))
    pieces = compare(old, new)
    assert "".join(piece.text for piece in pieces if piece.change != "ins") == old
    assert "".join(piece.text for piece in pieces if piece.change != "del") == new
    assert as_text(pieces)


def test_pages(notice: Notice, client: Client) -> None:
    """The sender changes the notice; a reader of the old words sees what changed, once."""
    first = people(notice)[0]
    acknowledge(notice, first)
    client.force_login(notice.sender)
    url = reverse("notices:change", args=[notice.pk])
    assert client.get(url).status_code == 200
    form = {
        "version": notice.version,
        "kind": "replacement",
        "note": "",
        "title_zh_hant": "甲",
        "body_zh_hant": "<p>乙</p>",
    }
    refused = client.post(url, form)
    assert refused.status_code == 422
    assert "<p>乙</p>" in refused.content.decode().replace("&lt;", "<").replace("&gt;", ">")
    assert client.post(url, form | {"note": "全部改寫"}).status_code == 302
    services.finish_all(now())
    assert "全部改寫" in client.get(reverse("notices:editions", args=[notice.pk])).content.decode()

    client.force_login(first)
    page = reverse("notices:read", args=[notice.pk])
    assert "全部改寫" in client.get(page).content.decode()
    client.post(reverse("notices:open", args=[notice.pk]))
    assert "全部改寫" not in client.get(page).content.decode()


def test_recall_by_the_page(notice: Notice, client: Client) -> None:
    client.force_login(notice.sender)
    url = reverse("notices:recall", args=[notice.pk])
    client.post(url, {"note": " "})
    notice.refresh_from_db()
    assert notice.state == "published"
    client.post(url, {"note": "重複發布"})
    assert "重複發布" in client.get(reverse("notices:read", args=[notice.pk])).content.decode()

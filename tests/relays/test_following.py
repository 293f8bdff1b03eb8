"""What units passed on follows its original: corrections, replacements, taking back."""

from datetime import timedelta

import pytest

from apps.core.clock import now
from apps.notices import services as notice_services
from apps.notices.enums import EditionKind, NoticeState
from apps.notices.models import Notice
from apps.relays import services
from apps.relays.models import Copy
from tests.notices import factories as board
from tests.relays import factories as make

NEW = {"zh-hant": "<p>改到週四。</p>", "en": "<p>Moved to Thursday.</p>"}


@pytest.fixture
def passed(college):
    """Passed on by the first unit, with a note of its own; one of its people has acknowledged."""
    relay = make.relayed(college.clerk, college.units)
    unit, secretary = college.units[0], college.secretaries[0]
    services.sign(line=make.of(relay, unit), actor=secretary)
    services.pass_on(line=make.of(relay, unit), actor=secretary, note="請今天看")
    make.settle()
    copy = make.of(relay, unit).passed_on
    line = copy.obligations.select_related("person").order_by("pk").first()
    notice_services.acknowledge(obligation=line, actor=line.person, session_key="s")
    return relay, copy


def changed(relay, kind: EditionKind) -> None:
    notice = Notice.objects.get(pk=relay.notice_id)
    values = {"kind": kind, "version": notice.version, "title": board.TITLE, "body": NEW, "note": "moved"}
    notice_services.change(notice=notice, actor=notice.sender, **values)
    make.settle()


def followed() -> int:
    count = services.follow_originals(now() + timedelta(minutes=1))
    make.settle()
    return count


def open_people(copy: Notice) -> int:
    return copy.obligations.owed().count()


def test_correction_goes_down_with_the_units_note_and_keeps_acknowledgements(passed) -> None:
    relay, copy = passed
    changed(relay, EditionKind.CORRECTION)

    assert followed() == 1
    copy.refresh_from_db()
    edition = copy.editions.latest("number")
    assert NEW["zh-hant"] in copy.body["zh-hant"]
    assert "請今天看" in copy.body["zh-hant"]
    assert (edition.kind, edition.note, edition.published_by) == (EditionKind.CORRECTION, "moved", relay.notice.sender)
    assert open_people(copy) == 1
    assert followed() == 0, "again changes nothing"


def test_replacement_asks_the_units_people_anew(passed) -> None:
    relay, copy = passed
    changed(relay, EditionKind.REPLACEMENT)

    assert followed() == 1
    assert open_people(copy) == 2


def test_replacement_is_not_lost_behind_a_later_correction(passed) -> None:
    relay, copy = passed
    changed(relay, EditionKind.REPLACEMENT)
    notice = Notice.objects.get(pk=relay.notice_id)
    later = {"zh-hant": "<p>改到週五。</p>", "en": "<p>Moved to Friday.</p>"}
    values = {"version": notice.version, "title": board.TITLE, "body": later, "note": "again"}
    notice_services.change(notice=notice, actor=notice.sender, kind=EditionKind.CORRECTION, **values)
    make.settle()

    assert followed() == 1
    assert open_people(copy) == 2
    assert Copy.objects.get(notice=copy).edition == 3


def test_taking_back_goes_down_with_its_reason(passed) -> None:
    relay, copy = passed
    notice = Notice.objects.get(pk=relay.notice_id)
    notice_services.recall(notice=notice, actor=notice.sender, reason="sent by mistake")

    assert followed() == 1
    copy.refresh_from_db()
    assert (copy.state, copy.withdraw_reason) == (NoticeState.WITHDRAWN, "sent by mistake")
    assert open_people(copy) == 0
    assert followed() == 0


def test_copy_that_is_still_going_out_is_tried_again(passed) -> None:
    relay, copy = passed
    changed(relay, EditionKind.CORRECTION)
    copy.rounds.update(is_complete=False)

    assert services.follow_originals(now()) == 0
    assert followed() == 0
    assert followed() == 1

"""Units are told of a paper whatever the quota of notices says, and also where nobody looks after them today."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from apps.dispatch import services
from apps.documents.enums import Access, State
from apps.journal.models import Attachment
from apps.notices import services as notices
from apps.notices.enums import NoticeClass
from apps.notices.models import Notice
from apps.people.models import Person, Unit
from apps.relays.enums import Rung
from apps.relays.models import RelayLine
from apps.relays.services import climb
from tests import factories
from tests.dispatch import factories as desk
from tests.dispatch.factories import TEN, moment
from tests.relays.factories import settle

pytestmark = pytest.mark.django_db


def looked_after(name: str) -> Unit:
    unit = factories.unit(name)
    factories.person(f"{name}秘書", "unit_secretary", at=unit)
    return unit


def test_the_signature_is_the_approval_of_the_notice(settings: object) -> None:
    """Over the hard quota of the month, and to more people than go without a second person."""
    settings.NOTICE_APPROVAL_FROM, settings.NOTICE_QUOTA_HARD = 1, 1
    people = desk.office()
    desk.notice_series()
    units = (looked_after("甲系"), looked_after("乙系"))
    for _number in range(2):
        paper = desk.numbered(people, desk.draft(people, desk.words(to=units)))
        assert services.send_paper(draft=paper, actor=people.clerk, at=TEN).document.state == State.SENT
    assert Notice.objects.filter(published_at=TEN, notice_class=NoticeClass.MANDATORY).count() == 2


def test_a_notice_of_the_own_still_needs_a_second_person(settings: object) -> None:
    settings.NOTICE_QUOTA_HARD = 1
    people = desk.office()
    desk.notice_series()
    paper = desk.numbered(people, desk.draft(people, desk.words(to=(looked_after("甲系"),))))
    services.send_paper(draft=paper, actor=people.clerk, at=TEN)
    sent = Notice.objects.get()
    values = {name: getattr(sent, name) for name in ("title", "body", "notice_class", "audience", "unit")}
    values |= dict.fromkeys(("publish_at", "acknowledge_by", "expires_at")) | {"needs_acknowledgement": True}
    own = notices.create_draft(actor=people.clerk, values=values, at=TEN)
    open_step = services.send_round(draft=desk.draft(people), plan=people.plan, actor=people.drafter, at=TEN)
    asked = open_step.document.sign_points.first().step
    for signed in (None, asked):
        with pytest.raises(notices.UnableToPublish, match="approval"):
            notices.publish(notice=own, actor=people.clerk, signed=signed, at=TEN)


def test_a_unit_without_secretary_climbs_by_itself() -> None:
    people = desk.office()
    desk.notice_series()
    alone = factories.unit("甲系")
    paper = desk.numbered(people, desk.draft(people, desk.words(to=(alone,))))
    paper = services.send_paper(draft=paper, actor=people.clerk, at=TEN)
    settle(TEN)
    climb(moment(23, 11))
    line = RelayLine.objects.get(unit=alone)
    assert (line.notice_id, line.rung) == (paper.notice_id, Rung.PHONE)
    assert Attachment.objects.of(paper.notice).count() == 1


def test_who_puts_it_up_hears_of_units_without_secretary() -> None:
    people = desk.office()
    alone, kept = factories.unit("甲系"), looked_after("乙系")
    paper = desk.draft(people, desk.words(to=(alone, kept)))
    client = signed_in(people.drafter)
    posted = {"checker": people.checker.number, "in_turn": "0", "version": paper.document.version}
    answer = client.post(reverse("dispatch:put_up", args=[paper.pk]), posted)
    assert desk.fresh(paper).document.state == State.SIGNING
    warning = next(str(each) for each in get_messages(answer.wsgi_request) if each.level_tag == "warning")
    assert "甲系" in warning
    assert "乙系" not in warning


@pytest.mark.parametrize("access", [Access.RESERVED, Access.HIDDEN])
def test_of_limited_access_the_notice_says_the_number_alone(access: str) -> None:
    people = desk.office()
    desk.notice_series()
    unit = factories.unit("甲系")
    secretary = factories.person("甲秘書", "unit_secretary", at=unit)
    paper = desk.numbered(people, desk.draft(people, desk.words(to=(unit,)), access=access))
    notice = services.send_paper(draft=paper, actor=people.clerk, at=TEN).notice
    assert Attachment.objects.of(notice).count() == 0
    told = str([notice.title, notice.body])
    assert paper.document.number in told
    assert desk.TITLE not in told
    assert paper.get_absolute_url() in told
    settle(TEN)
    sheet = Attachment.objects.of(paper.final_sheet).get()
    download = reverse("journal:download", args=[sheet.key])
    stranger = factories.clerk("旁人")
    assert [signed_in(person).get(download).status_code for person in (secretary, stranger)] == [200, 404]
    assert signed_in(secretary).get(paper.get_absolute_url()).status_code == 200


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client

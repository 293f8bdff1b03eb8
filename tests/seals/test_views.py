"""The pages of seals: register, one seal, ledger, one line, book; what is posted, and what comes back with mistakes."""

import io

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from apps.people.models import Person
from apps.seals import services
from apps.seals.enums import HandoverState, SealState, UseState
from apps.seals.models import Outing, Seal, SealUse
from apps.seals.rules import keeper_of
from apps.seals.work_items import for_user
from tests import factories
from tests.seals import factories as make
from tests.seals.factories import ELEVEN, TEN, moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english(settings) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def keeper() -> Person:
    return factories.clerk("印管", language="en")


@pytest.fixture
def seal(keeper: Person) -> Seal:
    return make.seal("college", keeper=keeper)


def signed_in(client: Client, person: Person) -> Client:
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def post(client: Client, name: str, *keys: int, **data: object) -> int:
    return client.post(reverse(f"seals:{name}", args=keys), data).status_code


class TestPages:
    def test_register_shows_keeper_and_what_waits(self, client: Client, seal: Seal, keeper: Person) -> None:
        make.line(seal)
        text = signed_in(client, keeper).get(reverse("seals:list")).content.decode()

        assert "印管" in text
        assert f"?seal={seal.pk}&amp;state=open" in text

    @pytest.mark.parametrize("name", ["list", "ledger"])
    def test_lists_cost_the_same_for_one_and_three_rows(
        self, client: Client, seal: Seal, keeper: Person, name: str
    ) -> None:
        signed_in(client, keeper)
        counts = []
        for _round in range(2):
            make.line(seal)
            client.get(reverse(f"seals:{name}"))
            with CaptureQueriesContext(connection) as caught:
                client.get(reverse(f"seals:{name}"))
            counts.append(len(caught))
            for _more in range(2):
                make.line(make.seal(keeper=keeper))
        assert counts[0] == counts[1]

    def test_ledger_finds_by_number_and_words(self, client: Client, seal: Seal, keeper: Person) -> None:
        one, other = make.line(seal, title="橫向課題合同"), make.line(seal, title="推薦信")
        page = signed_in(client, keeper).get
        address = reverse("seals:ledger")

        assert other.reference not in page(address, {"q": one.reference}).content.decode()
        found = page(address, {"q": "推薦"}).content.decode()
        assert (other.reference in found, one.reference in found) == (True, False)
        assert page(address, {"state": "nonsense", "seal": "x", "cursor": "x"}).status_code == 200
        assert page(address, {"figure": "nonsense"}).status_code == 404

    def test_stranger_and_requester(self, client: Client, seal: Seal) -> None:
        use = make.line(seal)
        signed_in(client, use.requested_by)
        assert client.get(use.get_absolute_url()).status_code == 200
        assert client.get(seal.get_absolute_url()).status_code == 404
        assert client.get(reverse("seals:list")).status_code == 403
        assert signed_in(client, factories.student()).get(use.get_absolute_url()).status_code == 404

    def test_who_is_to_take_over_sees_the_seal(self, client: Client, seal: Seal, keeper: Person) -> None:
        teacher = factories.person("教師", "staff")
        services.give(seal=seal, taker=teacher, pieces=1, actor=keeper)

        assert "take" in signed_in(client, teacher).get(seal.get_absolute_url()).content.decode()


class TestSealing:
    def test_is_sealed_corrected_and_closed(self, client: Client, seal: Seal, keeper: Person) -> None:
        use = make.line(seal, allowed=2)
        signed_in(client, keeper)
        assert post(client, "impress", use.pk, made=1, spoiled=0) == 302
        assert post(client, "correct", use.pk, use.impressions.get().pk, note="數錯") == 302
        assert post(client, "impress", use.pk, made=2, spoiled=1, note="蓋歪，已碎") == 302
        assert post(client, "close", use.pk, no_photo_reason="", explanation="") == 422
        assert post(client, "close", use.pk, photo=make.photo(), explanation="作廢一份") == 302

        use.refresh_from_db()
        assert (use.state, use.made, use.spoiled, use.left, use.photo is None) == (UseState.CLOSED, 2, 1, 0, False)
        assert "作廢一份" in client.get(use.get_absolute_url()).content.decode()

    def test_what_is_wrong_comes_back_with_what_was_typed(self, client: Client, seal: Seal, keeper: Person) -> None:
        use = make.line(seal, allowed=2)
        answer = signed_in(client, keeper).post(
            reverse("seals:impress", args=[use.pk]), {"made": "7", "spoiled": "0", "note": "手抖"}
        )

        assert answer.status_code == 422
        assert 'value="7"' in answer.content.decode()
        assert "手抖" in answer.content.decode()

    @pytest.mark.parametrize("data", [{}, {"made": "x"}, {"made": "-1", "spoiled": "0"}, {"made": "1e9"}])
    def test_nonsense_is_refused(self, client: Client, seal: Seal, keeper: Person, data: dict[str, str]) -> None:
        use = make.line(seal)

        assert signed_in(client, keeper).post(reverse("seals:impress", args=[use.pk]), data).status_code == 422

    def test_others_are_refused_and_get_changes_nothing(self, client: Client, seal: Seal) -> None:
        use = make.line(seal)
        for person, code in ((factories.clerk("乙"), 403), (use.requested_by, 403), (factories.student(), 404)):
            assert post(signed_in(client, person), "impress", use.pk, made=1, spoiled=0) == code
        assert client.get(reverse("seals:impress", args=[use.pk])).status_code == 405

    def test_form_sent_twice_counts_once(self, client: Client, seal: Seal, keeper: Person) -> None:
        use = make.line(seal, allowed=2)
        token = {"form_token": "0b2b1c1e-8d1c-4b1a-9d7e-2f1f6a1f0001"}
        for _each in "ab":
            assert post(signed_in(client, keeper), "impress", use.pk, made=1, spoiled=0, **token) == 302
        use.refresh_from_db()
        assert use.made == 1

    def test_taken_out_and_brought_back(self, client: Client, seal: Seal, keeper: Person) -> None:
        use, other = make.line(seal), factories.clerk("同行")
        signed_in(client, keeper)
        given = {"taker": keeper.number, "place": "公證處", "due_at": "2099-01-01T10:00"}
        assert post(client, "take_out", use.pk, companion=keeper.number, **given) == 422
        assert post(client, "take_out", use.pk, companion="沒有這個人", **given) == 422
        assert post(client, "take_out", use.pk, companion=other.name, **given) == 302
        outing = Outing.objects.get()
        assert "公證處" in client.get(seal.get_absolute_url()).content.decode()
        assert post(client, "bring_back", use.pk, outing.pk, note="") == 302
        assert Outing.objects.get().returned_to == keeper


class TestKeeping:
    def test_is_handed_over_by_two(self, client: Client, seal: Seal, keeper: Person) -> None:
        taker = factories.clerk("新管")
        assert post(signed_in(client, keeper), "give", seal.pk, taker=taker.number, pieces=2) == 302
        row = seal.handovers.get()
        assert post(client, "take_over", seal.pk, row.pk, pieces=2) == 403
        assert post(signed_in(client, taker), "take_over", seal.pk, row.pk, pieces=1) == 422
        assert post(client, "take_over", seal.pk, row.pk, pieces=2) == 302
        row.refresh_from_db()
        assert row.state == HandoverState.TAKEN
        assert keeper_of(seal, row.taken_at) == taker

    def test_director_appoints(self, client: Client) -> None:
        seal, person, other = make.seal(), factories.clerk("甲"), factories.clerk("乙")
        signed_in(client, factories.director())
        assert post(client, "appoint", seal.pk, person=person.number) == 302
        days = {"first_day": "2099-01-01", "last_day": "2099-01-03"}
        assert post(client, "stand_in", seal.pk, person=other.number, **days) == 302
        assert (
            post(client, "stand_in", seal.pk, person=other.number, first_day="2099-02-01", last_day="2099-01-01") == 422
        )
        row = seal.keepings.stand_ins().get()
        assert post(client, "end_stand_in", seal.pk, row.pk) == 302

    def test_entry_is_made_and_changed(self, client: Client) -> None:
        signed_in(client, factories.director())
        data = {"code": "lab", "kind": "laboratory", "unit": factories.office().pk, "name_zh-hant": "實驗室章"}
        assert post(client, "create", **data) == 302
        seal = Seal.objects.get(code="lab")
        assert post(client, "edit", seal.pk, **data | {"kept_at": "203"}, version=1) == 302
        assert post(client, "edit", seal.pk, **data | {"kept_at": "204"}, version=1) == 409
        assert post(client, "create", **data) == 409
        assert client.get(reverse("seals:edit", args=[seal.pk])).status_code == 200

    def test_is_destroyed_with_its_paper(self, client: Client, seal: Seal) -> None:
        signed_in(client, factories.director())
        assert post(client, "set_state", seal.pk, state="destroyed", note="換發") == 422
        assert post(client, "set_state", seal.pk, state="destroyed", note="換發", papers=make.photo()) == 302
        seal.refresh_from_db()
        assert seal.state == SealState.DESTROYED

    def test_picture_is_not_for_other_clerks(self, client: Client, seal: Seal, keeper: Person) -> None:
        assert post(signed_in(client, keeper), "add_specimen", seal.pk, picture=make.photo("印模.png")) == 302
        assert "印模.png" in client.get(seal.get_absolute_url()).content.decode()
        page = signed_in(client, factories.clerk("乙")).get(seal.get_absolute_url())
        assert "印模.png" not in page.content.decode()


class TestBook:
    def test_every_figure_opens_its_rows(self, client: Client, seal: Seal, keeper: Person) -> None:
        make.closed(seal, keeper, made=2)
        make.closed(seal, keeper, made=1, spoiled=1, asked_at=moment(24, 9), at=moment(24, 10))
        make.line(seal, at=moment(25, 9))
        cancelled = make.line(seal, at=moment(25, 10))
        services.call_off(subject=cancelled.subject, actor=keeper, reason="x", at=ELEVEN)
        page = signed_in(client, keeper).get(reverse("seals:book", args=[seal.pk, 2026]))
        values = {figure.code: (value, url) for figure, value, url in page.context["figures"]}

        counted = {code: value for code, (value, _url) in values.items()}
        assert counted == {
            "lines": 4,
            "allowed": 6,
            "made": 3,
            "spoiled": 1,
            "left": 1,
            "open": 1,
            "cancelled": 1,
            "no_photo": 2,
            "out": 0,
            "late": 0,
        }
        for code, rows in {"lines": 4, "made": 2, "spoiled": 1, "left": 1, "open": 1, "no_photo": 2, "late": 0}.items():
            assert len(client.get(values[code][1]).context["page"].rows) == rows, code

    def test_is_taken_as_paper_and_workbook(self, client: Client, seal: Seal, keeper: Person) -> None:
        make.closed(seal, keeper, made=1, spoiled=1, title="=cmd|橫向課題合同")
        address = reverse("seals:take_book", args=[seal.pk, 2026])
        pdf = signed_in(client, keeper).post(address, {"kind": "pdf"})
        text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.content)).pages)
        sheets = load_workbook(io.BytesIO(client.post(address, {"kind": "xlsx"}).content))

        assert "橫向課題合同" in "".join(text.split())
        assert b"pdfaid" in pdf.content
        lines = sheets.worksheets[1]
        assert (lines["D2"].value, lines["D2"].data_type) == ("'=cmd|橫向課題合同", "s")
        assert [lines.cell(2, column).value for column in range(8, 12)] == [2, 1, 1, 1]
        assert [sheet.title for sheet in sheets.worksheets][1:3] == [sheets.sheetnames[1], sheets.sheetnames[2]]
        assert client.get(reverse("seals:book", args=[seal.pk, 1066])).status_code == 404

    def test_of_an_unused_seal_is_empty(self, client: Client, seal: Seal, keeper: Person) -> None:
        address = reverse("seals:take_book", args=[seal.pk, 2020])

        assert signed_in(client, keeper).post(address, {"kind": "pdf"}).content[:5] == b"%PDF-"


class TestWorkItems:
    def kinds(self, person: Person) -> list[tuple[str, str]]:
        return sorted((item.key.split(":")[0], str(item.section)) for item in for_user(person, at=TEN))

    def test_keeper_sees_what_waits_and_what_is_out(self, seal: Seal, keeper: Person) -> None:
        use = make.line(seal)
        assert self.kinds(keeper) == [("seals.use", "mine")]
        companion = factories.clerk()
        services.take_out(
            use=use, taker=keeper, companion=companion, place="x", due_at=ELEVEN, actor=keeper, at=moment(23, 9, 30)
        )
        assert self.kinds(keeper) == [("seals.outing", "soon"), ("seals.use", "mine")]
        assert [item.overdue for item in for_user(keeper, at=moment(23, 12)) if "outing" in item.key] == [True]

    def test_own_paper_waits_for_the_stand_in(self, seal: Seal, keeper: Person) -> None:
        other = factories.clerk("代管")
        make.stand_in(seal, other, moment(23, 0), moment(24, 0))
        make.line(seal, requester=keeper)

        assert self.kinds(keeper) == []
        assert self.kinds(other) == [("seals.use", "mine")]

    def test_director_sees_seals_that_are_out_or_without_keeper(self, seal: Seal, keeper: Person) -> None:
        director = Person.objects.with_role("director").get()
        services.take_out(
            use=make.line(seal),
            taker=keeper,
            companion=factories.clerk(),
            place="x",
            due_at=moment(23, 9, 30),
            actor=keeper,
            at=moment(23, 9),
        )
        make.seal()
        assert self.kinds(director) == [("seals.outing", "overdue"), ("seals.seal", "unassigned")]

    def test_taker_is_asked_to_sign(self, seal: Seal, keeper: Person) -> None:
        teacher = factories.person("教師", "staff")
        services.give(seal=seal, taker=teacher, pieces=1, actor=keeper, at=TEN)

        assert self.kinds(teacher) == [("seals.handover", "decide")]
        assert self.kinds(factories.student()) == []

    def test_costs_the_same_for_one_and_three(self, seal: Seal, keeper: Person) -> None:
        counts = []
        for _round in range(2):
            make.line(seal)
            with CaptureQueriesContext(connection) as caught:
                for_user(Person.objects.get(pk=keeper.pk), at=TEN)
            counts.append(len(caught))
            make.line(seal)
        assert counts[0] == counts[1]
        assert SealUse.objects.count() == 4

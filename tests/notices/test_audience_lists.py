"""Lists from files in a rule: their names, how they travel through a form, and that nobody makes one up."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.notices.audience import NumberFile, Rule
from apps.notices.audience_fields import initial_of_rule
from apps.notices.list_field import sealed
from apps.notices.models import Notice, SavedAudience
from tests import factories
from tests.notices import factories as notices
from tests.notices.test_audience_editing import sent
from tests.notices.test_composing import form as notice_form
from tests.notices.test_views import signed_in

pytestmark = pytest.mark.django_db
LIST = NumberFile("名單.xlsx", "2026-11-20", "a" * 64, ("A1", "B2"))


class TestLists:
    def test_list_keeps_its_name_and_each_person_says_so(self) -> None:
        client = signed_in(notices.ground())
        for number in ("A1", "B2"):
            factories.person(number=number)
        file = SimpleUploadedFile("名單.csv", "學號\nA1\nB2\n".encode())

        client.post(reverse("notices:create"), notice_form(factories.office().pk, numbers_file=file))

        draft = Notice.objects.get()
        (kept,) = draft.rule.files
        assert (kept.name, kept.numbers, len(kept.sha256)) == ("名單.csv", ("A1", "B2"), 64)
        page = client.get(reverse("notices:preview", args=[draft.pk])).text
        assert page.count("名單.csv") >= 3  # each person, and the line of counts
        assert kept.day in page

    def test_list_stays_when_the_draft_is_changed_and_goes_when_it_is_unticked(self) -> None:
        clerk = notices.ground()
        client = signed_in(clerk)
        draft = notices.draft(clerk, rule=Rule(files=(LIST,)))
        url = reverse("notices:edit", args=[draft.pk])
        assert "名單.xlsx" in client.get(url).text

        client.post(url, notice_form(factories.office().pk, version=1, kept_lists=[sealed(LIST)]))
        assert Notice.objects.get().rule.files == (LIST,)

        client.post(url, notice_form(factories.office().pk, version=2, numbers=clerk.number))
        assert Notice.objects.get().rule.files == ()

    def test_list_of_a_refused_form_need_not_be_sent_again(self) -> None:
        client = signed_in(factories.clerk())
        factories.person(number="A1")
        file = SimpleUploadedFile("名單.csv", b"A1\n")

        answer = client.post(reverse("notices:create_audience"), sent(name="", numbers_file=file))

        assert answer.status_code == 422
        (value,) = answer.context["form"]["kept_lists"].value()
        client.post(reverse("notices:create_audience"), sent(name="名單上的", kept_lists=[value]))
        assert SavedAudience.objects.get().as_rule.files[0].numbers == ("A1",)

    @pytest.mark.parametrize("value", ["", "x", "{}", sealed(LIST)[:-2] + "xx"])
    def test_made_up_list_is_refused(self, value: str) -> None:
        answer = signed_in(factories.clerk()).post(reverse("notices:create_audience"), sent(kept_lists=[value]))
        assert (answer.status_code, SavedAudience.objects.count()) == (422, 0)

    def test_at_most_five(self) -> None:
        lists = [sealed(NumberFile(f"{place}.csv", LIST.day, LIST.sha256, ("A1",))) for place in range(6)]
        answer = signed_in(factories.clerk()).post(reverse("notices:create_audience"), sent(kept_lists=lists))
        assert answer.status_code == 422

    def test_long_name_fits_the_reason(self) -> None:
        clerk = notices.ground()
        person = factories.person(number="A1")
        name = "很長的名單" * 40 + ".xlsx"
        file = NumberFile(name, LIST.day, LIST.sha256, ("A1",))
        sent_out = notices.published(clerk, rule=Rule(files=(file,)))
        assert len(notices.of(sent_out, person).reason) <= 120

    def test_rule_with_lists_reads_back(self) -> None:
        rule = Rule(notices.STAFF.lines, numbers=("C3",), files=(LIST,))
        assert Rule.from_json(rule.as_json()) == rule
        assert initial_of_rule(rule)["kept_lists"] == [sealed(LIST)]

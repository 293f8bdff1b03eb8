"""The pages: what each role finds, nothing typed is lost, sent twice is taken once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.clock import now
from apps.journal.models import Attachment, Entry
from apps.notices.models import Notice
from apps.people.models import Person
from apps.replies import services
from apps.replies.enums import ReplyState
from apps.replies.models import Collection, Reply, ReplyEvent
from tests import factories
from tests.notices import factories as board
from tests.questionnaires.factories import PDF, question
from tests.questionnaires.test_tables import COURSES
from tests.replies import factories as make


def signed_in(person: Person) -> Client:
    Person.objects.filter(pk=person.pk).update(language="en")
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def collection(college):
    return make.collecting(college.clerk, college.people)


def address(name, collection):
    return reverse(f"replies:{name}", args=[collection.notice_id])


def test_notice_leads_to_the_form_and_shows_the_receipt(college, collection):
    person = college.people[0]
    client = signed_in(person)
    read = reverse("notices:read", args=[collection.notice_id])
    assert address("fill", collection) in client.get(read).content.decode()
    answer = client.post(address("hand_in", collection), {"hours": "12", "version": 1}, follow=True)
    receipt = ReplyEvent.objects.get().receipt_number
    assert receipt
    assert receipt in answer.content.decode()
    assert receipt in client.get(read).content.decode()


def test_looking_changes_nothing(college, collection):
    Reply.objects.all().delete()
    client = signed_in(college.people[0])
    assert client.get(address("fill", collection)).status_code == 200
    assert Reply.objects.count() == 0
    assert client.post(address("save", collection), {"note": "x", "version": 1}).status_code == 302
    assert Reply.objects.get().answer_set.answers == {"note": "x"}


def test_form_sent_twice_is_taken_once(college, collection):
    client = signed_in(college.people[0])
    data = {"hours": "12", "version": 1, "form_token": str(uuid4())}
    for _time in range(2):
        answer = client.post(address("hand_in", collection), data)
        assert (answer.status_code, answer.url) == (302, address("fill", collection))
    assert ReplyEvent.objects.count() == 1


def test_draft_keeps_what_is_right_and_shows_what_is_wrong(college):
    collection = make.collecting(college.clerk, college.people, fields=[*make.FIELDS, COURSES])
    client = signed_in(college.people[0])
    data = {"hours": "abc", "note": "ok", "version": 1, "courses-0-name": "數據庫", "courses-0-hours": "x"}
    answer = client.post(address("save", collection), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert make.of(collection, college.people[0]).answer_set.answers == {"note": "ok", "courses": [{"name": "數據庫"}]}
    for typed in ('value="abc"', 'value="ok"', 'value="x"', 'name="version" value="2"'):
        assert typed in page


def test_incomplete_hand_in_keeps_what_was_typed(college, collection):
    client = signed_in(college.people[0])
    answer = client.post(address("hand_in", collection), {"hours": "", "note": "typed", "version": 1})
    assert answer.status_code == 422
    assert 'value="typed"' in answer.content.decode()
    assert make.of(collection, college.people[0]).state == ReplyState.NOT_BEGUN


def test_clash_of_two_windows_keeps_what_was_typed(college, collection):
    client = signed_in(college.people[0])
    client.post(address("save", collection), {"hours": "1", "version": 1})
    answer = client.post(address("hand_in", collection), {"hours": "2", "note": "mine", "version": 1})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="mine"' in page
    assert "saved elsewhere meanwhile" in page
    assert make.of(collection, college.people[0]).answer_set.answers == {"hours": 1}
    version = make.of(collection, college.people[0]).version
    answer = client.post(address("hand_in", collection), {"hours": "2", "note": "mine", "version": version})
    assert answer.status_code == 302
    assert make.of(collection, college.people[0]).answer_set.answers == {"hours": 2, "note": "mine"}


def test_returned_page_shows_remarks_and_asks_only_that(college, collection):
    person = college.people[0]
    reply = make.handed_in(collection, person, "hours=5&note=stays")
    services.give_back(reply=reply, actor=college.secretary, remarks={"hours": "請核對學時"}, note="整體")
    answer = signed_in(person).get(address("fill", collection))
    page = answer.content.decode()
    assert "請核對學時" in page
    assert "整體" in page
    assert list(answer.context["form"].fields) == ["hours"]
    assert [line.key for line in answer.context["screen"].fixed] == ["note"]


def test_last_round_fills_in_and_says_so(college):
    first = make.collecting(college.clerk, college.people)
    person = college.people[0]
    make.handed_in(first, person, "hours=77&note=old")
    second = make.collecting(college.clerk, college.people, round_of=first, form_version=first.form_version)
    client = signed_in(person)
    page = client.get(address("fill", second)).content.decode()
    assert 'value="77"' in page
    assert page.count("as last round") == 2
    other = signed_in(college.people[1]).get(address("fill", second)).content.decode()
    assert "as last round" not in other


def test_files_go_with_the_answers_and_only_to_who_may_see_them(college):
    from django.core.files.uploadedfile import SimpleUploadedFile

    fields = [make.HOURS, question("file", "papers")]
    collection = make.collecting(college.clerk, college.people, fields=fields)
    client = signed_in(college.people[0])
    data = {"hours": "1", "papers": SimpleUploadedFile("證書.pdf", PDF), "version": 1}
    assert client.post(address("hand_in", collection), data).status_code == 302
    file = Attachment.objects.get()
    assert file.subject == make.of(collection, college.people[0])
    seen = {}
    strangers = {"other": college.people[1], "elsewhere": make.secretary(make.department("乙系"))}
    for name, who in {"own": college.people[0], "secretary": college.secretary, **strangers}.items():
        seen[name] = signed_in(who).get(reverse("journal:download", args=[file.key])).status_code
    assert seen == {"own": 200, "secretary": 200, "other": 404, "elsewhere": 404}


def test_secretary_confirms_and_goes_on_to_the_next(college, collection):
    first, second = (make.handed_in(collection, person) for person in college.people[:2])
    client = signed_in(college.secretary)
    url = reverse("replies:confirm", args=[first.pk])
    answer = client.post(url, {"version": first.version, "next": "1"})
    assert answer.url == reverse("replies:detail", args=[second.pk])
    assert client.post(url, {"version": first.version, "next": "1"}).status_code == 302
    assert first.events.filter(kind="confirmed").count() == 1


def test_stale_page_confirms_nothing(college, collection):
    reply = make.handed_in(collection, college.people[0])
    client = signed_in(college.secretary)
    answer = client.post(reverse("replies:confirm", args=[reply.pk]), {"version": 1})
    assert answer.status_code == 409
    data = {"version": 1, "note": "typed note", "remark-hours": "typed remark"}
    answer = client.post(reverse("replies:give_back", args=[reply.pk]), data)
    assert answer.status_code == 409
    assert "typed note" in answer.content.decode()
    assert "typed remark" in answer.content.decode()
    assert make.of(collection, college.people[0]).state == ReplyState.HANDED_IN


def test_unit_fills_in_its_part_on_the_page(college):
    collection = make.collecting(college.clerk, college.people, fields=[*make.FIELDS, make.BONUS])
    reply = make.handed_in(collection, college.people[0])
    client = signed_in(college.secretary)
    page = reverse("replies:detail", args=[reply.pk])
    assert list(client.get(page).context["screen"].unit_form.fields) == ["bonus"]
    url = reverse("replies:confirm", args=[reply.pk])
    assert client.post(url, {"version": reply.version, "bonus": "x"}).status_code == 422
    assert client.post(url, {"version": reply.version, "bonus": "３．５"}).status_code == 302
    assert make.of(collection, college.people[0]).answer_set.answers == {"hours": 100, "bonus": 3.5}


def test_many_confirmed_at_once_are_told_row_by_row(college, collection):
    rows = [make.handed_in(collection, person) for person in college.people]
    picks = [f"{rows[0].pk}:2", f"{rows[1].pk}:1", "x:y", "9" * 30 + ":1"]
    answer = signed_in(college.secretary).post(reverse("replies:confirm_many", args=[collection.pk]), {"pick": picks})
    done = {each.reply.pk: each.is_done for each in answer.context["outcomes"]}
    assert done == {rows[0].pk: True, rows[1].pk: False}
    assert "was changed meanwhile" in answer.content.decode()


def test_progress_adds_up_and_its_figures_open_their_rows(college):
    other = make.department("乙系")
    people = [*college.people, *make.teachers(other, 2)]
    collection = make.collecting(college.clerk, people)
    for person in people[2:]:
        make.handed_in(collection, person)
    services.confirm(reply=make.of(collection, people[2]), actor=college.secretary)
    client = signed_in(college.clerk)
    context = client.get(collection.get_absolute_url()).context
    progress = context["progress"]
    assert (progress.done, progress.whole, progress.owed, progress.to_confirm) == (3, 5, 2, 2)
    assert [(line.name, line.done, line.whole) for line in progress.units] == [("甲系", 1, 3), ("乙系", 2, 2)]
    for line in (*progress.units, progress):
        for _label, _colour, count, url in line.parts:
            assert len(client.get(url).context["page"].rows) == count
    for line in progress.units:
        assert len(client.get(line.owed_url).context["page"].rows) == line.owed
    own = signed_in(college.secretary).get(collection.get_absolute_url()).context
    assert own["progress"].whole == 3
    assert not own["sees_all"]


def test_unit_sees_no_totals(college, collection):
    client = signed_in(college.secretary)
    assert client.get(reverse("replies:totals", args=[collection.pk])).status_code == 403
    assert client.get(collection.get_absolute_url()).status_code == 200


def test_export_holds_only_what_one_may_see_and_is_written_down(college):
    from io import BytesIO

    from openpyxl import load_workbook

    other = make.department("乙系")
    people = [college.people[0], *make.teachers(other, 1)]
    collection = make.collecting(college.clerk, people)
    for person in people:
        make.handed_in(collection, person)
    url = reverse("replies:export", args=[collection.pk])
    sheets = {
        who: load_workbook(BytesIO(signed_in(person).post(url).content)).sheetnames
        for who, person in (("clerk", college.clerk), ("secretary", college.secretary))
    }
    assert sheets == {"clerk": ["Totals", "乙系", "甲系"], "secretary": ["Totals", "甲系"]}
    said = Entry.objects.about(collection).filter(verb="answers_exported").values_list("changes", flat=True)
    assert list(said) == [{"people": 2}, {"people": 1}]


def test_signatures_on_the_page_and_the_sheet_byte_for_byte(college, collection):
    services.confirm(reply=make.handed_in(collection, college.people[0]), actor=college.secretary)
    clerk, director = signed_in(college.clerk), signed_in(factories.director())
    totals = reverse("replies:totals", args=[collection.pk])
    assert clerk.post(reverse("replies:close", args=[collection.pk])).url == totals
    assert clerk.post(reverse("replies:sign", args=[collection.pk])).status_code == 403
    assert director.post(reverse("replies:sign", args=[collection.pk])).url == totals
    file = director.get(totals).context["sheet"]
    downloads = [
        b"".join(client.get(reverse("journal:download", args=[file.key]))) for client in (clerk, director, clerk)
    ]
    assert len(set(downloads)) == 1
    import hashlib

    assert hashlib.sha256(downloads[0]).hexdigest() == file.blob.sha256
    assert file.blob.sha256 in director.get(totals).content.decode()
    outsiders = (college.secretary, college.people[0])
    assert {signed_in(who).get(reverse("journal:download", args=[file.key])).status_code for who in outsiders} == {404}


def test_opened_again_with_a_reason(college, collection):
    services.confirm(reply=make.handed_in(collection, college.people[0]), actor=college.secretary)
    services.close(collection=collection, actor=college.clerk)
    client = signed_in(college.clerk)
    url = reverse("replies:reopen", args=[collection.pk])
    assert client.post(url, {"reason": " "}).status_code == 422
    assert client.post(url, {"reason": "漏了一人"}).status_code == 302
    assert Collection.objects.get(pk=collection.pk).is_open


def test_sender_lets_a_draft_collect(college):
    version, earlier = make.version(), None
    notice = board.draft(college.clerk)
    client = signed_in(college.clerk)
    url = reverse("replies:collect", args=[notice.pk])
    page = client.get(url)
    assert page.context["preview"] is not None
    later = (now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    data = {"form_version": version.pk, "confirmed_by_units": "on", "closes_at": later}
    assert client.post(url, data | {"form_version": "999999"}).status_code == 422
    assert client.post(url, data).url == reverse("notices:preview", args=[notice.pk])
    made = Collection.objects.get(notice=notice)
    assert (made.form_version, made.round_of, made.confirmed_by_units) == (version, earlier, True)
    assert client.get(reverse("notices:preview", args=[notice.pk])).status_code == 200
    client.post(reverse("replies:stop", args=[notice.pk]))
    assert not Notice.objects.get(pk=notice.pk).needs_answer


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_pages_take_the_same_queries_with_1_and_3_rows(college):
    collection = make.collecting(college.clerk, college.people[:1])
    make.handed_in(collection, college.people[0])
    pages = {
        "progress": (college.secretary, collection.get_absolute_url()),
        "totals": (college.clerk, reverse("replies:totals", args=[collection.pk])),
        "list": (college.clerk, reverse("replies:list")),
        "home": (college.secretary, reverse("dashboard:home")),
    }
    with_one = {name: queries(signed_in(who), url) for name, (who, url) in pages.items()}
    for person in college.people[1:]:
        collection.notice.obligations.create(person=person, reason="", created_at=now())
    services.make_missing_rows(now())
    for person in college.people[1:]:
        make.handed_in(collection, person)
    for _each in range(2):
        make.collecting(college.clerk, college.people)
    assert {name: queries(signed_in(who), url) for name, (who, url) in pages.items()} == with_one


def test_thousand_rows_are_handed_in(college):
    many = COURSES | {"limits": {"max_rows": 1000}}
    collection = make.collecting(college.clerk, college.people, fields=[many])
    data = {"version": 1}
    for place in range(1000):
        row = {"name": f"課{place}", "hours": "0.1", "size": "1", "kind": "must", "from": "2026-09-01"}
        data |= {f"courses-{place}-{key}": value for key, value in row.items()}
    client = signed_in(college.people[0])
    assert client.post(address("hand_in", collection), data).status_code == 302
    answers = make.of(collection, college.people[0]).answer_set.answers
    assert len(answers["courses"]) == 1000
    totals = signed_in(college.clerk).get(reverse("replies:totals", args=[collection.pk])).context["totals"]
    assert totals.whole.shown == ["100"]


@pytest.mark.parametrize(
    "query", ["?show=nonsense", "?unit=abc", "?unit=99999999999999999999", "?cursor=x", "?q=%00", "?unit=0&show=owed"]
)
def test_broken_addresses_are_no_error(college, collection, query):
    assert signed_in(college.clerk).get(collection.get_absolute_url() + query).status_code in (200, 400)


def test_returned_answers_stand_once_on_the_own_page(college, collection):
    person = college.people[0]
    services.give_back(reply=make.handed_in(collection, person), actor=college.clerk, remarks={"hours": "x"})
    page = signed_in(person).get(reverse("dashboard:home")).content.decode()
    assert page.count("returned for correction") >= 1
    assert reverse("replies:fill", args=[collection.notice_id]) in page


def test_who_signs_second_finds_it_on_the_own_page(college, collection):
    services.confirm(reply=make.handed_in(collection, college.people[0]), actor=college.secretary)
    services.close(collection=collection, actor=college.clerk)
    url = reverse("replies:totals", args=[collection.pk])
    assert url in signed_in(factories.director()).get(reverse("dashboard:home")).content.decode()
    assert url not in signed_in(college.clerk).get(reverse("dashboard:home")).content.decode()


def test_many_are_offered_only_where_the_unit_fills_nothing_in(college):
    plain = make.collecting(college.clerk, college.people)
    with_part = make.collecting(college.clerk, college.people, fields=[*make.FIELDS, make.BONUS])
    client = signed_in(college.secretary)
    for collection in (plain, with_part):
        make.handed_in(collection, college.people[0])
    assert client.get(plain.get_absolute_url()).context["may_confirm"]
    context = client.get(with_part.get_absolute_url()).context
    assert (context["may_confirm"], context["first_to_open"]) == (False, make.of(with_part, college.people[0]).pk)


def test_files_of_the_last_round_are_handed_in_again_without_uploading(college):
    from django.core.files.uploadedfile import SimpleUploadedFile

    fields = [make.HOURS, question("file", "papers")]
    first = make.collecting(college.clerk, college.people, fields=fields)
    person, other = college.people[:2]
    client = signed_in(person)
    client.post(address("hand_in", first), {"hours": "1", "papers": SimpleUploadedFile("證書.pdf", PDF), "version": 1})
    key = str(Attachment.objects.get().key)
    second = make.collecting(college.clerk, college.people, round_of=first, form_version=first.form_version)
    assert key in client.get(address("fill", second)).content.decode()
    assert client.post(address("hand_in", second), {"hours": "2", "papers": key, "version": 1}).status_code == 302
    assert make.of(second, person).answer_set.answers == {"hours": 2, "papers": [key]}
    # Another person's key is nobody else's answer.
    signed_in(other).post(address("hand_in", second), {"hours": "2", "papers": key, "version": 1})
    assert make.of(second, other).answer_set.answers == {"hours": 2}
    page = signed_in(college.secretary).get(make.of(second, person).get_absolute_url())
    assert "證書.pdf" in page.content.decode()

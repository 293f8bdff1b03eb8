"""The file of a paper that went out holds the paper itself, how it came about and to whom it went."""

import io
import zipfile

import pytest

from apps.dispatch import services
from apps.dispatch.filing import more_of
from apps.dispatch.models import Draft, Sheet
from apps.dispatch.services import Outside
from apps.documents import services as documents
from apps.documents.enums import Retention
from apps.journal.files import open_blob
from apps.people.enums import Role
from tests import factories
from tests.dispatch import factories as desk
from tests.dispatch.factories import TEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> desk.Office:
    return desk.office()


@pytest.fixture
def paper(people: desk.Office) -> Draft:
    """Changed once, then signed, and sent to a unit of the college and to the university."""
    desk.notice_series()
    unit = factories.unit("計算機系", parent=factories.root_unit())
    factories.person("系秘書", Role.UNIT_SECRETARY, at=unit)
    text = desk.words(to=[unit], copies_to=(desk.Party("學校辦公室"),))
    row = desk.draft(people, text)
    desk.change(row, people, title="另一個題名")
    row = desk.numbered(people, row)
    services.send_paper(draft=row, actor=people.clerk, outside=[Outside("學校辦公室", "post", TEN.date())], at=TEN)
    return desk.fresh(row)


def test_the_register_sheet_names_who_wrote_and_signed_it_and_whom_it_is_for(people: desk.Office, paper: Draft) -> None:
    facts = dict(more_of(paper.document).facts)
    assert facts["Drafted by"] == people.drafter.name
    assert facts["Signed by"] == people.signer.name
    assert "計算機系" in facts["Main addressees"]


def test_the_package_holds_the_paper_the_marked_copy_the_pictures_and_the_receipts(
    people: desk.Office, paper: Draft
) -> None:
    row = paper.document
    filing = documents.file_document(document=row, retention=Retention.TEN, actor=people.drafter, at=TEN)
    filing = documents.make_package(filing=filing)
    with open_blob(filing.package) as source:
        package = zipfile.ZipFile(io.BytesIO(source.read()))
    names = package.namelist()
    final = Sheet.objects.select_related("blob").get(document=row, is_final=True)
    kept = [name for name in names if name.startswith("paper/")]
    assert len(kept) == 1
    with open_blob(final.blob) as source:
        assert package.read(kept[0]) == source.read()
    for name in ("marked-copy.pdf", "receipts/01.tsv", "opinions/01.png", "opinions/02.png", "opinions/03.png"):
        assert name in names


def test_the_tables_say_to_whom_it_went_and_who_signed_for_it(paper: Draft) -> None:
    seals, units, sent = ("\n".join(" ".join(row) for row in table["rows"]) for table in more_of(paper.document).tables)
    assert not seals
    assert "計算機系" in units
    assert "學校辦公室" in sent

"""Search finds what is written, whatever the script, width or case, and nothing else."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.search import matches, narrow
from apps.people.models import Person
from tests import factories

pytestmark = pytest.mark.django_db


def found(text):
    return list(Person.objects.filter(matches("name", text)).order_by("pk").values_list("name", flat=True))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("王小明", "小明"),
        ("王小明", "王"),
        ("歐陽娜娜", "歐陽娜娜"),
        ("Anna Schmidt", "SCHMIDT"),
        ("Émile Zola", "ÉMILE"),
        ("Ｌｉ　Ｗｅｉ", "li wei"),
        ("Li Wei", "ｌｉ　ｗｅｉ"),
        ("a_b", "a_b"),
        ("100%", "0％"),
        ("back\\slash", "k\\s"),
        ("Straße", "straße"),
        ("王小明", "  小明 "),
    ],
)
def test_name_is_found(name, text):
    factories.person(name, mail=None)
    assert found(text) == [name]


@pytest.mark.parametrize(
    ("name", "text"), [("王小明", "小王"), ("王明小", "王小"), ("axb", "a_b"), ("100", "1%"), ("明小明", "明明")]
)
def test_name_that_only_looks_alike_is_not_found(name, text):
    factories.person(name, mail=None)
    assert found(text) == []


@pytest.mark.parametrize("text", ["", "  ", "\x00", "　"])
def test_nothing_to_look_for_matches_everything(text):
    factories.person("王小明", mail=None)
    assert found(text) == ["王小明"]


def test_zero_byte_does_not_break_the_page():
    factories.person("王小明", mail=None)
    assert found("小\x00明") == ["王小明"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="王小明陽aZé Ａ%_\\'\"", min_size=1, max_size=8), st.data())
def test_any_part_of_a_name_is_found(name, data):
    Person.objects.all().delete()
    factories.person(name, mail=None)
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    assert found(name[start:end]) == [name]


def test_condition_joins_with_others():
    factories.person("王小明", mail=None, number="A1")
    factories.person("王小華", mail=None, number="A2")
    rows = Person.objects.filter(matches("name", "王小") & ~matches("name", "華") | matches("number", "ZZ"))
    assert [row.number for row in rows] == ["A1"]


@pytest.mark.parametrize("others", [0, 60])  # held by every row, or by one in sixty-one: the two ways of looking
def test_narrow_finds_what_matches_finds(others):
    factories.person("100%的王小明", mail=None)
    for number in range(others):
        factories.person(f"林{number}", mail=None)
    for text in ("小明", "%", "沒有", ""):
        narrowed = narrow(Person.objects.all(), "name", text)
        assert set(narrowed) == set(Person.objects.filter(matches("name", text)))

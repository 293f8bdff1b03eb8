"""One person by one line."""

import pytest

from apps.people.finding import UnableToFind, find_person
from tests import factories

pytestmark = pytest.mark.django_db


def test_number_name_or_both_as_forms_write_them_back() -> None:
    person = factories.person("王小明", "staff")
    both = (f"{person.number} 王小明", f"王小明 {person.number}")
    for text in (person.number, person.number.lower(), " 王小明 ", *both):
        assert find_person(text) == person
    for text in ("", "王大明", f"{person.number} 王大明", f"X{person.number} 王小明"):
        with pytest.raises(UnableToFind):
            find_person(text)
    namesake = factories.person("王小明", "staff")
    with pytest.raises(UnableToFind):
        find_person("王小明")
    assert find_person(f"{namesake.number} 王小明") == namesake

"""Nothing that is held about a person is forgotten in the copy of the own data."""

from django.apps import apps

from apps.interfaces.personal.reading import PARTS
from apps.interfaces.personal.sources import LEFT_OUT
from apps.people.models import Person

READ = {key for _code, _label, _read, part in PARTS for source in part for key in source.keys}


def keys_to_people() -> set[str]:
    """Every foreign key (and relation of many) to a person, as app.Model.field."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is Person
    }


def test_every_key_to_a_person_is_read_or_left_out_with_a_reason() -> None:
    assert keys_to_people() - READ - set(LEFT_OUT) == set()


def test_no_key_is_named_that_is_not_there_or_twice() -> None:
    assert (READ | set(LEFT_OUT)) - keys_to_people() == set()
    assert READ & set(LEFT_OUT) == set()
    assert all(reason.strip() for reason in LEFT_OUT.values())

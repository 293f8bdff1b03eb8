"""Foreign keys point the way imports do: down."""

import tomllib
from pathlib import Path

from django.apps import apps

from apps.journal.models import Blob

ROOT = Path(__file__).resolve().parents[2]


def layers() -> dict[str, int]:
    """The layer of each of our apps, 0 on top, from the one table that import-linter reads."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (lines,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    return {app.strip(): number for number, line in enumerate(lines) for app in line.split("|")}


def test_every_app_has_a_layer() -> None:
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("apps.")}

    assert ours == set(layers())


def test_foreign_keys_point_down() -> None:
    layer = layers()
    wrong = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in layer
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
        for source, target in [(model._meta.app_label, field.related_model._meta.app_label)]
        if source != target and target in layer and layer[target] <= layer[source]
    ]

    assert wrong == []


def test_whoever_holds_bytes_is_found_from_them() -> None:
    """Bytes that nothing refers to are removed; a hidden relation to them would not be asked."""
    hidden = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.related_model is Blob and not field.auto_created
        if field.remote_field.hidden
    ]

    assert hidden == []

"""Every setting that the environment can give is explained to whoever runs the server."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

# Set by the start scripts for their own processes, never by people.
OWN = {"PORTAL_PROCESS"}
FILES = ("settings.py", "channel_settings.py", "inbound_settings.py", "interface_settings.py", "scan_settings.py")


def environment_names() -> list[str]:
    """The first argument of each `env.something("NAME", …)` and `required("NAME", …)` in the settings."""
    trees = [ast.parse((settings.BASE_DIR / "office_portal" / name).read_text(encoding="utf8")) for name in FILES]
    names = {
        call.args[0].value
        for tree in trees
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant)
        if isinstance(call.args[0].value, str) and _reads_environment(call.func)
    }
    return sorted(names - OWN)


def _reads_environment(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return isinstance(function.value, ast.Name) and function.value.id == "env"
    return isinstance(function, ast.Name) and function.id in ("required", "push_key", "scanner_address", "program")


@pytest.mark.parametrize("name", environment_names())
def test_setting_stands_in_the_operating_page(name: str) -> None:
    page = Path(settings.BASE_DIR / "docs" / "operating.md").read_text(encoding="utf8")
    assert f"`{name}`" in page


def test_settings_are_found() -> None:
    assert {"SECRET_KEY", "DATABASE_URL", "EMAIL_URL", "S3_BUCKET"} <= set(environment_names())

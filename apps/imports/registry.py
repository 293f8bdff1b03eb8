"""The targets that files can be brought into. An app above names its own in its `import_targets.py`."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from apps.imports.roster.target import Roster
from apps.imports.targets import Target
from apps.imports.words import PROBLEMS

TARGETS: dict[str, Target] = {target.code: target for target in (Roster(),)}


def find_targets() -> None:
    """Take up what the other apps bring, with the words of its problems; once, when all apps are there."""
    for config in apps.get_app_configs():
        name = f"{config.name}.import_targets"
        if config.name.startswith("apps.") and find_spec(name):
            for target in import_module(name).TARGETS:
                TARGETS[target.code] = target
                PROBLEMS.update(target.words)

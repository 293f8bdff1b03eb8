"""The targets that files can be brought into."""

from apps.imports.roster.target import Roster
from apps.imports.targets import Target

TARGETS: dict[str, Target] = {target.code: target for target in (Roster(),)}

"""Questions, conditions and the difference of two versions in words."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from apps.core.text import localized
from apps.questionnaires.amounts import amount_text
from apps.questionnaires.definitions import Condition, FieldDefinition
from apps.questionnaires.display import SEPARATORS
from apps.questionnaires.enums import CHOOSING, FieldKind, Operator, SumOperator
from apps.questionnaires.sums import SumRule


def condition_words(condition: Condition | None, fields: Sequence[FieldDefinition]) -> str:
    """“Purpose” is Visa; "" without a condition."""
    if condition is None:
        return ""
    other = next((field for field in fields if field.key == condition.field), None)
    words = {
        Operator.IS: _("“%(field)s” is %(value)s"),
        Operator.IS_NOT: _("“%(field)s” is not %(value)s"),
        Operator.IN: _("“%(field)s” is one of %(value)s"),
        Operator.FILLED: _("“%(field)s” is answered"),
    }[condition.operator]
    value = localized(SEPARATORS).join(_value(each, other) for each in condition.values)
    return words % {"field": other or condition.field, "value": value}


def _value(value: str, other: FieldDefinition | None) -> str:
    if other and other.kind in CHOOSING:
        return other.choice_label(value)
    if other and other.kind == FieldKind.YES_NO:
        return _("Yes") if value == "true" else _("No")
    return value


def rule_lines(field: FieldDefinition, fields: Sequence[FieldDefinition]) -> list[str]:
    """What is asked of the answer beyond being there: range, rows, sums; one line each."""
    limits, lines = field.limits, []
    if field.kind == FieldKind.NUMBER:
        lines += range_words(limits.minimum, limits.maximum)
        lines += [_("A whole number.")] if limits.whole else []
    if field.kind == FieldKind.TABLE and (limits.min_rows or limits.max_rows):
        words = {"least": limits.min_rows or 0, "most": limits.most_rows}
        lines.append(
            _("%(least)s to %(most)s rows.") % words if limits.min_rows else _("At most %(most)s rows.") % words
        )
    return lines + [sum_words(rule, fields) for rule in field.sums]


def range_words(minimum: object, maximum: object) -> list[str]:
    """From … to …; empty without bounds."""
    least, most = amount_text(minimum), amount_text(maximum)
    if minimum is not None and maximum is not None:
        return [_("From %(least)s to %(most)s.") % {"least": least, "most": most}]
    if minimum is not None:
        return [_("At least %(least)s.") % {"least": least}]
    return [_("At most %(most)s.") % {"most": most}] if maximum is not None else []


def sum_words(rule: SumRule, fields: Sequence[FieldDefinition]) -> str:
    """“Courses · hours” + “Thesis” equals “Total”."""
    parts = " + ".join(_part(part, fields) for part in rule.parts)
    target = _part(rule.target, fields) if rule.number is None else amount_text(rule.number)
    words = {
        SumOperator.EQUALS: _("%(parts)s equals %(target)s."),
        SumOperator.AT_MOST: _("%(parts)s is at most %(target)s."),
        SumOperator.AT_LEAST: _("%(parts)s is at least %(target)s."),
    }[rule.operator]
    return words % {"parts": parts, "target": target}


def broken_words(rule: SumRule, fields: Sequence[FieldDefinition], answers: Mapping[str, object]) -> str:
    """What a sum should be and is."""
    words = {
        "rule": sum_words(rule, fields),
        "sum": amount_text(rule.sum_of(answers)),
        "other": amount_text(rule.compared_with(answers)),
    }
    if rule.number is not None:
        return _("%(rule)s The sum is now %(sum)s.") % words
    return _("%(rule)s The sum is now %(sum)s, the other is %(other)s.") % words


def _part(part: str, fields: Sequence[FieldDefinition]) -> str:
    key, _dot, column_key = part.partition(".")
    field = next((each for each in fields if each.key == key), None)
    if field is None:
        return part
    column = next((each for each in field.columns if each.key == column_key), None)
    if not column_key:
        return _("“%(field)s”") % {"field": field}
    return _("“%(field)s · %(column)s”") % {"field": field, "column": column or column_key}


def describe_changes(old: Sequence[FieldDefinition], new: Sequence[FieldDefinition]) -> list[str]:
    """What `new` says otherwise than `old`, one line each; empty when nothing changed."""
    before, after = {field.key: field for field in old}, {field.key: field for field in new}
    lines = [_("Added: “%(field)s”") % {"field": field} for key, field in after.items() if key not in before]
    lines += [_("Removed: “%(field)s”") % {"field": field} for key, field in before.items() if key not in after]
    for key, field in after.items():
        if key in before:
            lines += [
                _("“%(field)s”: %(change)s") % {"field": before[key], "change": change}
                for change in _differences(before[key], field, old, new)
            ]
    stayed = [key for key in before if key in after]
    if stayed != [key for key in after if key in before]:
        lines.append(_("The order of the questions changed."))
    return lines


def _differences(
    old: FieldDefinition, new: FieldDefinition, before: Sequence[FieldDefinition], after: Sequence[FieldDefinition]
) -> Iterator[str]:
    if old.label != new.label:
        yield _("the words are now “%(label)s”") % {"label": new}
    if old.help != new.help:
        yield _("the help changed")
    if old.kind != new.kind:
        yield _("the kind is now “%(kind)s”") % {"kind": new.kind.label}
    if old.required != new.required:
        yield _("an answer is needed now") if new.required else _("an answer is not needed any more")
    yield from _differences_of_answering(old, new)
    if old.choices != new.choices:
        yield from _choices(old, new)
    if old.shown_if != new.shown_if:
        words = condition_words(new.shown_if, after)
        yield _("shown if %(words)s") % {"words": words} if words else _("always shown now")
    if old.required_if != new.required_if:
        words = condition_words(new.required_if, after)
        yield _("needed if %(words)s") % {"words": words} if words else _("no longer needed by a condition")
    if old.limits != new.limits:
        yield _("the limits changed")


def _differences_of_answering(old: FieldDefinition, new: FieldDefinition) -> Iterator[str]:
    """Who answers, and what a table asks."""
    if old.office_only != new.office_only:
        yield _("now only for the office") if new.office_only else _("now for everybody")
    if old.unit_only != new.unit_only:
        yield _("now filled in by the unit") if new.unit_only else _("not filled in by the unit any more")
    if old.asked_anew != new.asked_anew:
        yield _("asked anew each round") if new.asked_anew else _("filled from the last round")
    if old.columns != new.columns:
        yield _("the columns changed")
    if old.sums != new.sums:
        yield _("the sums changed")


def _choices(old: FieldDefinition, new: FieldDefinition) -> Iterator[str]:
    before, after = {each.key: each for each in old.choices}, {each.key: each for each in new.choices}
    comma = localized(SEPARATORS)
    if added := [new.choice_label(key) for key in after if key not in before]:
        yield _("new choices: %(choices)s") % {"choices": comma.join(added)}
    if removed := [old.choice_label(key) for key in before if key not in after]:
        yield _("choices taken away: %(choices)s") % {"choices": comma.join(removed)}
    if not added and not removed:
        yield _("the words or the order of the choices changed")

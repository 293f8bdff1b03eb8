"""The words for problems and mends. Rows keep codes, so that each reader sees them in the reader's own language."""

from django.utils.translation import gettext_lazy as _

PROBLEMS = {
    "no_number": _("The number is missing."),
    "no_name": _("The name is missing."),
    "bad_number": _("“%(value)s” cannot be a number: letters, digits, dot, hyphen and underscore only, at most 40."),
    "rounded": _("The cell holds a number of more than 15 digits, which Excel has rounded. Format the column as text."),
    "formula": _("The cell holds a formula. Paste the value instead."),
    "cell_error": _("The cell holds an error of the spreadsheet."),
    "exponent": _("“%(value)s” is a number that Excel has shortened. Format the column as text."),
    "too_long": _("The text is longer than %(most)s characters."),
    "control": _("The text holds a character that cannot be shown."),
    "broken_mail": _("“%(value)s” is not a mail address."),
    "no_mail": _("No mail address: this person can only be reached in the portal."),
    "same_number_other_name": _("Line %(line)s has the same number with another name (%(name)s)."),
    "same_number_other_values": _("Line %(line)s has the same number and name, but another value in “%(column)s”."),
    "same_as_line": _("The same as line %(line)s."),
    "other_name_in_portal": _("The portal knows this number as %(name)s. Confirm the row to rename the person."),
    "mail_in_file": _("Line %(line)s gives the same address to another number."),
    "mail_in_portal": _("The address belongs to %(name)s (%(number)s)."),
    "broken_account": _(
        "“%(value)s” cannot be a chat account: letters, digits, dot, hyphen, underscore and @ only, at most 64."
    ),
    "account_in_file": _("Line %(line)s gives the same chat account to another number."),
    "account_in_portal": _("The chat account belongs to %(name)s (%(number)s)."),
    "second_header": _("A second line of column names. Delete it."),
    "deactivated": _("This person was deactivated and becomes active again."),
    "stays_deactivated": _(
        "This person is deactivated and stays so: the director or an administrator brings them back."
    ),
    "mail_kept": _("The address for signing in stays; the one of the file is added beside it, not proved."),
    "two_posts": _("Holds several such posts already; none of them is moved."),
    "no_unit": _("No unit is given; the post is put at the college."),
}
MENDS = {
    "full_width": _("full-width letters or digits"),
    "spaces": _("stray spaces"),
    "decimal_point": _("a decimal point added by the spreadsheet"),
    "filled_down": _("blank, so as in the line above"),
}
STAYED = {
    "changed": _("was changed since"),
    "used": _("has signed in or was used since"),
    "gone": _("is not as the import left it"),
}


def reason(problem: dict[str, object]) -> str:
    """One problem as a sentence in the active language."""
    return str(PROBLEMS[str(problem["code"])]) % problem["params"]

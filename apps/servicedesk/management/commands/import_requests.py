"""Bring requests of an old system in from the command line: the same engine as the pages."""

from apps.imports.management.commands.import_people import ImportFile


class Command(ImportFile):
    help = "Bring requests of an old system in from a CSV, TSV or XLSX file. Exit 1 when nothing was brought in."
    target = "requests"

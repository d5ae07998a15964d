"""Participants from a spreadsheet: read in a process of its own, understood, foreseen row by row, applied by the verbs of the pages."""

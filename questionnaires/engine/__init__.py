"""The scoring engine: frozen dataclasses in, frozen dataclasses out; no Django, no input or output.

    definition.py     what a questionnaire, its topics and its sub-sectors are
    answers.py        answers as they are stored -> answers as they are scored, or a clear error
    scoring.py        answers -> score, range, dimensions, ledger
    recommending.py   score -> topics, each with its reasons

docs/questionnaire-format.md says the same in words.
"""

VERSION = "1"

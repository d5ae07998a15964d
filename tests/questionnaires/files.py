"""A small folder that is right, to be spoilt one line at a time."""

from pathlib import Path

QUESTIONNAIRE = """\
code: small
title: {fr: Petit, en: Small}
bands:
  - {code: low, from: 0, title: {fr: Bas, en: Low}}
  - {code: high, from: 50, title: {fr: Haut, en: High}}
dimensions:
  - code: first
    title: {fr: Un, en: One}
    questions:
      - code: kind
        kind: single
        text: {fr: Quoi, en: What}
        choices:
          - {code: nothing, points: 0, text: {fr: Rien, en: Nothing}}
          - {code: some, points: 1, text: {fr: Un peu, en: Some}}
          - {code: all, points: 2, text: {fr: Tout, en: All}}
      - code: more
        kind: several
        max: 2
        text: {fr: Et, en: More}
        only_if:
          question: kind
          any: [some, all]
        choices:
          - {code: here, points: 1, text: {fr: Ici, en: Here}}
          - {code: there, points: 2, text: {fr: Là, en: There}}
          - {code: none, points: 0, none: true, text: {fr: Rien, en: None}}
        explanations:
          - {from: 0, text: {fr: Rien, en: Nothing}}
          - {from: "1/2", text: {fr: Un peu, en: Some}}
  - code: second
    title: {fr: Deux, en: Two}
    questions:
      - code: often
        kind: scale
        weight: "3/2"
        text: {fr: Souvent, en: Often}
        scale: {min: 1, max: 3, points: [0, 1, 2]}
        low: {fr: Non, en: No}
        not_for: [florist]
        only_if: {question: more, any: [here, there]}
"""
TOPICS = """\
topics:
  - code: begin
    title: {fr: Début, en: Begin}
    raises: {kind: 1, more: "1/2"}
    goal:
      - {question: kind, at_least: 1}
  - code: go-on
    title: {fr: Suite, en: Go on}
    raises: {often: 1}
    after:
      - {topic: begin}
      - {dimension: first, at_least: "1/2"}
    goal:
      - {question: often, at_least: "1/2"}
    not_for: [butcher]
"""
SECTORS = """\
edition: NACE Rev. 2
families:
  - {code: food, name: {fr: Manger, en: Food}}
  - {code: nature, name: {fr: Nature, en: Nature}}
sub_sectors:
  - {code: butcher, family: food, name: {fr: Boucher, en: Butcher}, nace: ["47.22"]}
  - code: baker
    family: food
    name: {fr: Boulanger, en: Baker}
    topics:
      go-on: {weight: 2, example: {fr: Ainsi, en: So}}
  - {code: florist, family: nature, name: {fr: Fleuriste, en: Florist}, nace: ["47.76"]}
"""
GOOD = {"questionnaire.yaml": QUESTIONNAIRE, "topics.yaml": TOPICS, "sectors.yaml": SECTORS}


def write(folder: Path, **spoilt: str) -> Path:
    """The good files with others in their place: write(folder, topics="...")."""
    for name, text in GOOD.items():
        (folder / name).write_text(spoilt.get(name.removesuffix(".yaml"), text), encoding="utf-8")
    return folder


def spoil(folder: Path, name: str, old: str, new: str) -> Path:
    """The good files with one passage changed."""
    text = GOOD[f"{name}.yaml"]
    assert text.count(old) == 1, (old, text.count(old))
    return write(folder, **{name: text.replace(old, new)})

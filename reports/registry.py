"""All figures of the portal, gathered from the apps that define some."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import AppConfig, apps
from django.utils.module_loading import module_has_submodule
from django.utils.text import capfirst

from figures.definition import Definition, Protection
from programmes.folding import folded


class DoublyDefined(Exception):
    """Two figures have one code: two reports could disagree."""


@dataclass(frozen=True, slots=True)
class Section:
    """The figures of one app."""

    name: Any
    definitions: Sequence[Definition]


@cache
def sections() -> tuple[Section, ...]:
    """From the ground floor up. Raises DoublyDefined."""
    found = tuple(_section(app) for app in reversed([*apps.get_app_configs()]) if _has_figures(app))
    codes = [definition.code for section in found for definition in section.definitions]
    if doubles := sorted({code for code in codes if codes.count(code) > 1}):
        raise DoublyDefined(", ".join(doubles))
    return found


def definitions() -> list[Definition]:
    return [definition for section in sections() for definition in section.definitions]


def definition_of(code: str) -> Definition | None:
    return next((one for one in definitions() if one.code == code), None)


def defined(codes: Iterable[str]) -> list[Definition]:
    """In this order; a code that no app defines is left out."""
    return [definition for code in codes if (definition := definition_of(code))]


def in_releases() -> set[str]:
    """The codes of those that others than staff have out of releases alone."""
    return {definition.code for definition in definitions() if definition.protection is Protection.JOINT}


def found_by(typed: str) -> list[Section]:
    """Those whose name or definition has all the words, accents or not; empty sections are left out."""
    words = folded(typed).split()
    narrowed = [
        Section(section.name, [one for one in section.definitions if _has(one, words)]) for section in sections()
    ]
    return [section for section in narrowed if section.definitions]


def _has(definition: Definition, words: list[str]) -> bool:
    said = folded(f"{definition.name} {definition.words} {definition.code}")
    return all(word in said for word in words)


def _has_figures(app: AppConfig) -> bool:
    return module_has_submodule(app.module, "figures") and hasattr(import_module(f"{app.name}.figures"), "FIGURES")


def _section(app: AppConfig) -> Section:
    return Section(capfirst(app.verbose_name), import_module(f"{app.name}.figures").FIGURES)

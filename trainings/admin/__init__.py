"""The trainings as staff see them. Every change goes through the verbs that the pages call too."""

from trainings.admin import imports, interests, modules, registrations, sessions, topics, vouchers

__all__ = ["imports", "interests", "modules", "registrations", "sessions", "topics", "vouchers"]

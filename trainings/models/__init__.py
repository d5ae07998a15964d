from trainings.models.registrations import Attendance, Registration, RegistrationQuerySet, SeatEvent
from trainings.models.sessions import Module, ModuleQuerySet, Session, SessionDate, SessionQuerySet
from trainings.models.topics import Interest, InterestQuerySet, Topic, TopicQuerySet

__all__ = [
    "Attendance",
    "Interest",
    "InterestQuerySet",
    "Module",
    "ModuleQuerySet",
    "Registration",
    "RegistrationQuerySet",
    "SeatEvent",
    "Session",
    "SessionDate",
    "SessionQuerySet",
    "Topic",
    "TopicQuerySet",
]

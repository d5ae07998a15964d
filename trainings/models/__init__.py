from trainings.models.certificates import Certificate, CertificateQuerySet
from trainings.models.imports import Import, ImportQuerySet, ImportRow, ImportRowQuerySet
from trainings.models.registrations import Attendance, AttendanceMark, Registration, RegistrationQuerySet, SeatEvent
from trainings.models.sessions import Module, ModuleQuerySet, Session, SessionDate, SessionQuerySet
from trainings.models.topics import Interest, InterestQuerySet, Topic, TopicQuerySet
from trainings.models.vouchers import VoucherEntry, VoucherEntryQuerySet

__all__ = [
    "Attendance",
    "AttendanceMark",
    "Certificate",
    "CertificateQuerySet",
    "Import",
    "ImportQuerySet",
    "ImportRow",
    "ImportRowQuerySet",
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
    "VoucherEntry",
    "VoucherEntryQuerySet",
]

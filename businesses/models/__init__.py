from businesses.models.calls import Call, CallQuerySet
from businesses.models.merges import Merge
from businesses.models.shops import (
    AnyUser,
    Business,
    BusinessQuerySet,
    Membership,
    MembershipQuerySet,
    Person,
    PersonQuerySet,
    StaffSize,
)
from businesses.models.trades import Family, FamilyQuerySet, SubSector, SubSectorQuerySet

__all__ = [
    "AnyUser",
    "Business",
    "BusinessQuerySet",
    "Call",
    "CallQuerySet",
    "Family",
    "FamilyQuerySet",
    "Membership",
    "MembershipQuerySet",
    "Merge",
    "Person",
    "PersonQuerySet",
    "StaffSize",
    "SubSector",
    "SubSectorQuerySet",
]

"""By what people come to a session: what stands behind the code that an address or a poster carries."""

from django.db.models import Q

from programmes import mobilising
from programmes.models import City, Mobilisation
from trainings.models import Session


def action_behind(code: str, session: Session) -> Mobilisation | None:
    """An action by its own code, or what the city of this code shares of its own, which begins with the first who comes by it."""
    plain = mobilising.plain(code)
    if not plain:
        return None
    city = session.cities.filter(code__iexact=plain).first()
    if city:
        return mobilising.own_channel(campaign=session.campaign, city=city, by=None)
    return mobilising.action_of(plain, session.programme_id)


def organiser_behind(code: str, session: Session) -> City | None:
    """The city that organises this session together with the programme, and sees the shops that come by this code."""
    plain = mobilising.plain(code)
    if not plain:
        return None
    behind = Q(code__iexact=plain) | Q(mobilisations__code=plain)
    return session.cities.joint_organisers().filter(behind).first()

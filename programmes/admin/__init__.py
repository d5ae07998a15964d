"""The programmes as staff see them: what the files say, and what is agreed with the cities."""

from programmes.admin import engagements, mobilisations, officials
from programmes.admin.files import FromFilesAdmin, IsOffered

__all__ = ["FromFilesAdmin", "IsOffered", "engagements", "mobilisations", "officials"]

"""The portal's own settings, middleware included: the baseline differs in its pages alone."""

from portal.settings import *

INSTALLED_APPS = [*INSTALLED_APPS, "bench.bare"]
ROOT_URLCONF = "bench.bare.urls"

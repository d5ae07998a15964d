import os

from django.core.wsgi import get_wsgi_application
from django.forms.renderers import get_default_renderer
from django.template import engines
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()
# Django looks for pages and for what templates may use when the first is asked for: nobody waits for it here, the process begins with it.
READY = (get_resolver().url_patterns, engines.all(), get_default_renderer().get_template("django/forms/field.html"))

"""How a line of the log is written. Read by the settings: it may import nothing of the portal."""

import logging
import re

# Each link that opens something to whoever holds it has its secret part behind one of these words (a test reads urls.py).
_OPENED_BY_LINK = "answer|check|door|erase|interests|join|registrations|resume|shared|slip|slips"
_SECRET = re.compile(rf"/({_OPENED_BY_LINK})/[^/\s?\"']+")


class Line(logging.Formatter):
    """Cuts the secret part out of addresses, wherever in the line they stand: who reads the log opens nothing with it."""

    def format(self, record: logging.LogRecord) -> str:
        return _SECRET.sub(r"/\1/…", super().format(record))

"""The reading process: a file on its standard input, a table as JSON on its standard output.

    python -m trainings.importing.apart SECONDS < FILE

It holds no secret and no connection, and ends by itself when it takes too long or too much memory: whatever a file does to the
libraries that read it, it does here.
"""

import json
import resource
import sys

from trainings.importing.decoding import read_text
from trainings.importing.tables import Table, Unreadable

MOST_MEMORY = 512 * 1024 * 1024


def read(content: bytes) -> Table:
    """Raises Unreadable."""
    if content.startswith(b"PK\x03\x04"):
        from trainings.importing.workbooks import read_workbook  # noqa: PLC0415  half of a second that text does not need

        return read_workbook(content)
    return read_text(content)


def answer(content: bytes) -> dict[str, object]:
    try:
        table = read(content)
    except Unreadable as refusal:
        return {"refused": refusal.code, "values": refusal.values}
    except MemoryError:
        return {"refused": "bomb", "values": {}}
    return {"rows": table.rows, "read_as": table.read_as}


def main() -> None:
    seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    json.dump(answer(sys.stdin.buffer.read()), sys.stdout)


if __name__ == "__main__":
    main()

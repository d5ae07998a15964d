import re
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from rendering import icalendar
from rendering.icalendar import Event, Mailbox, Method

BRUSSELS = ZoneInfo("Europe/Brussels")
PHOTOS = Event(
    uid="5b2c@portal.example",
    starts_at=datetime(2026, 11, 26, 18, 0, tzinfo=BRUSSELS),
    ends_at=datetime(2026, 11, 26, 21, 0, tzinfo=BRUSSELS),
    summary="Des photos qui vendent",
    stamped_at=datetime(2026, 11, 1, 12, 0, tzinfo=UTC),
)


def lines(event, method=Method.PUBLISH):
    unfolded = icalendar.write([event], method).decode().replace("\r\n ", "")
    assert unfolded.endswith("\r\n")
    return unfolded.removesuffix("\r\n").split("\r\n")


def value(event, name, method=Method.PUBLISH):
    [found] = [line for line in lines(event, method) if re.match(rf"{name}[;:]", line)]
    return found


def test_calendar_is_written_whole():
    assert lines(PHOTOS) == [
        "BEGIN:VCALENDAR",
        "PRODID:-//Tremplin//Tremplin//EN",
        "VERSION:2.0",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "UID:5b2c@portal.example",
        "SEQUENCE:0",
        "DTSTAMP:20261101T120000Z",
        "DTSTART:20261126T170000Z",
        "DTEND:20261126T200000Z",
        "SUMMARY:Des photos qui vendent",
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_two_dates_are_two_entries():
    written = icalendar.write([PHOTOS, replace(PHOTOS, uid="2")])

    assert (written.count(b"BEGIN:VEVENT"), written.count(b"BEGIN:VCALENDAR")) == (2, 1)


def test_request_names_who_invites_and_who_comes():
    asked = replace(
        PHOTOS, sequence=3, organizer=Mailbox("a@b.be", "Commerce"), attendee=Mailbox("z@b.be", 'Zoé "Z"; D')
    )

    assert "METHOD:REQUEST" in lines(asked, Method.REQUEST)
    assert value(asked, "SEQUENCE") == "SEQUENCE:3"
    assert value(asked, "ORGANIZER") == 'ORGANIZER;CN="Commerce":mailto:a@b.be'
    assert value(asked, "ATTENDEE") == (
        "ATTENDEE;CN=\"Zoé 'Z'; D\";ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:z@b.be"
    )


def test_cancellation_says_so_twice():
    assert value(PHOTOS, "METHOD", Method.CANCEL) == "METHOD:CANCEL"
    assert value(PHOTOS, "STATUS", Method.CANCEL) == "STATUS:CANCELLED"


@pytest.mark.parametrize("fold, utc", [(0, "20261025T003000Z"), (1, "20261025T013000Z")])
def test_half_past_two_of_the_night_the_clocks_go_back_is_two_instants(fold, utc):
    night = replace(PHOTOS, starts_at=datetime(2026, 10, 25, 2, 30, tzinfo=BRUSSELS, fold=fold))

    assert value(night, "DTSTART") == f"DTSTART:{utc}"


def test_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        icalendar.write([replace(PHOTOS, starts_at=datetime(2026, 11, 26, 18))])


def test_what_separates_is_escaped():
    assert value(replace(PHOTOS, location="Rue, 5; B\\C\nNamur\r\nx"), "LOCATION") == (
        "LOCATION:Rue\\, 5\\; B\\\\C\\nNamur\\nx"
    )


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x85"])
@pytest.mark.parametrize("field", ["summary", "location", "description", "url", "uid"])
def test_text_adds_no_line(field, end):
    found = lines(replace(PHOTOS, **{field: f"a{end}ATTENDEE:mailto:eve@b.be"}))

    assert [line for line in found if line.startswith("ATTENDEE")] == []


@pytest.mark.parametrize("field", ["summary", "url"])
def test_controls_are_left_out(field):
    written = icalendar.write([replace(PHOTOS, **{field: "a\x00\x0b\x1bb\x7f"})])

    assert not set(written) & {0, 11, 27, 127}


def test_name_adds_no_parameter():
    name = 'Eve";RSVP=TRUE:mailto:x@y.be\r\nATTENDEE:mailto:z@y.be'

    assert value(replace(PHOTOS, attendee=Mailbox("a@b.be", name)), "ATTENDEE").count('"') == 2


@pytest.mark.parametrize("text", ["é" * 200, "a" * 300, "🌷" * 90, "x" + "é" * 40])
def test_lines_are_folded_at_75_octets_between_characters(text):
    event = replace(PHOTOS, summary=text)

    written = icalendar.write([event])

    assert max(len(line) for line in written.split(b"\r\n")) <= 75
    assert all(line.decode() for line in written.split(b"\r\n") if line)
    assert value(event, "SUMMARY") == f"SUMMARY:{text}"


def test_line_of_75_octets_is_left_whole():
    full = "a" * (75 - len("SUMMARY:"))

    assert f"\r\nSUMMARY:{full}\r\n".encode() in icalendar.write([replace(PHOTOS, summary=full)])
    assert f"\r\nSUMMARY:{full}\r\n a\r\n".encode() in icalendar.write([replace(PHOTOS, summary=full + "a")])

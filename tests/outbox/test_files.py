import os
import time
from contextlib import closing
from datetime import timedelta

import pytest
from django.utils import timezone

from outbox import files, tasks
from outbox.models import File
from tests.outbox.makers import content


@pytest.fixture
def file(db):
    return files.store(content=b"%PDF bytes", name="note.pdf", content_type="application/pdf")


def named(name):
    return files.store(content=b"x", name=name, content_type="application/pdf")


def test_stored_file_is_served_as_a_private_download(file):
    with closing(files.serve(file)) as response:
        assert b"".join(response) == b"%PDF bytes"

    assert {name: response[name] for name in response.headers} == {
        "Content-Type": "application/pdf",
        "Content-Length": "10",
        "Content-Disposition": 'attachment; filename="note.pdf"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }


def test_stored_file_is_closed_to_others_and_leaves_nothing_beside(file):
    path = files.disk_path(file.path)

    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("other", [b"%PDF bytez", b"%PDF bytes and more", b""])
def test_changed_file_is_not_served(file, other):
    files.disk_path(file.path).write_bytes(other)

    with pytest.raises(files.FileChanged):
        files.serve(file)


def test_lost_file_is_not_served(file):
    files.disk_path(file.path).unlink()

    with pytest.raises(files.FileGone):
        files.serve(file)


def test_expired_file_is_not_served(file):
    file.expires_at = timezone.now()

    with pytest.raises(files.FileGone):
        files.serve(file)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("diagnostic-fleurs-dupont-2026-11-21.pdf", 'filename="diagnostic-fleurs-dupont-2026-11-21.pdf"'),
        ('"; filename=x.pdf', 'filename="filename x.pdf"'),
        ("a\r\nSet-Cookie: b.pdf", 'filename="aSet-Cookie b.pdf"'),
        ("\u202efdp.exe\u200f.pdf", 'filename="fdp.exe.pdf"'),
        ("../../etc/passwd", 'filename="etc passwd"'),
        ("a\\b%22.pdf", 'filename="a b 22.pdf"'),
        ("Crêperie Zoé.pdf", "filename*=utf-8''Cr%C3%AAperie%20Zo%C3%A9.pdf"),
        ("\u2066\u0000", 'filename="document"'),
        (".pdf", 'filename="document.pdf"'),
        ("é" * 200 + ".pdf", "filename*=utf-8''" + "%C3%A9" * 100 + ".pdf"),
    ],
)
def test_name_is_harmless_in_the_header(db, name, header):
    with closing(files.serve(named(name))) as response:
        assert response["Content-Disposition"] == f"attachment; {header}"


def test_tidy_deletes_what_expired_and_keeps_the_row(file):
    kept = named("kept.pdf")
    File.objects.filter(pk=file.pk).update(expires_at=timezone.now())

    tasks.tidy()
    tasks.tidy()

    file.refresh_from_db()
    assert file.deleted_at
    assert not files.disk_path(file.path).exists()
    assert content(kept) == b"x"


def test_tidy_deletes_old_bytes_without_a_row(file):
    path = files.disk_path(file.path)
    old, young = path.with_name("old"), path.with_name("young.part")
    for orphan in (old, young):
        orphan.write_bytes(b"x")
    for aged in (old, path):
        os.utime(aged, (time.time() - timedelta(days=2).total_seconds(),) * 2)

    tasks.tidy()

    assert sorted(path.parent.iterdir()) == sorted([path, young])

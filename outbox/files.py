"""Files made for people: written beside and renamed, checked before they are served, deleted when they expire."""

import hashlib
import os
import re
import unicodedata
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from django.conf import settings
from django.http import FileResponse
from django.utils import timezone

from outbox.models import File

KEPT_FOR = timedelta(days=7)
# Bytes without a row: left by a worker that was killed between the rename and the commit.
ORPHAN_AFTER = timedelta(days=1)
FOLDER = "outbox"


class UnservableFile(Exception):
    """The bytes may not be handed out."""


class FileGone(UnservableFile):
    """Expired, deleted, or not on the disk."""


class FileChanged(UnservableFile):
    """What is on the disk is not what was written."""


def store(*, content: bytes, name: str, content_type: str, kept_for: timedelta = KEPT_FOR) -> File:
    file = write(content=content, name=name, content_type=content_type, kept_for=kept_for)
    file.save()
    return file


def write(*, content: bytes, name: str, content_type: str, kept_for: timedelta = KEPT_FOR) -> File:
    """The bytes on the disk and their row, not saved yet: who asked saves it with the change that it belongs to."""
    now = timezone.now()
    path = f"{FOLDER}/{now:%Y-%m}/{uuid4()}"
    _write_beside_and_rename(disk_path(path), content)
    return File(
        path=path,
        name=safe_name(name),
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        created_at=now,
        expires_at=now + kept_for,
    )


def disk_path(path: str) -> Path:
    return Path(settings.MEDIA_ROOT) / path


def discard(file: File) -> None:
    disk_path(file.path).unlink(missing_ok=True)


def _write_beside_and_rename(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    beside.rename(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_checked(file: File) -> BinaryIO:
    """The file open at its start, after its size and SHA-256 were compared; FileGone or FileChanged otherwise."""
    if not file.is_available:
        raise FileGone(file.path)
    try:
        stream = disk_path(file.path).open("rb")
    except OSError as error:
        raise FileGone(file.path) from error
    size, digest = os.fstat(stream.fileno()).st_size, hashlib.file_digest(stream, "sha256").hexdigest()
    if (size, digest) != (file.size, file.sha256):
        stream.close()
        raise FileChanged(file.path)
    stream.seek(0)
    return stream


def is_servable(file: File) -> bool:
    try:
        open_checked(file).close()
    except UnservableFile:
        return False
    return True


def serve(file: File) -> FileResponse:
    """A download; raises UnservableFile, and leaves to the caller who may have it."""
    stream = open_checked(file)
    response = FileResponse(stream, as_attachment=True, filename=file.name, content_type=file.content_type)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def safe_name(name: str) -> str:
    """The name without what is invisible, and without what quotes, climbs or turns in a header or on a disk."""
    visible = "".join(char for char in unicodedata.normalize("NFC", name) if unicodedata.category(char)[0] != "C")
    plain = " ".join(re.sub(r"[\"\\/:;*?<>|%=]", " ", visible).split())
    stem, suffix = re.fullmatch(r"(.*?)(\.[A-Za-z0-9]{1,10})?", plain).groups(default="")  # type: ignore[union-attr]  # matches all
    return (stem.strip(" .")[:100] or "document") + suffix


def delete_expired() -> int:
    """Delete the bytes, keep the row; returns how many were deleted."""
    expired = list(File.objects.on_disk().expired())
    for file in expired:
        discard(file)
        file.deleted_at = timezone.now()
        file.save(update_fields=["deleted_at"])
    return len(expired)


def delete_orphans() -> int:
    before = (timezone.now() - ORPHAN_AFTER).timestamp()
    old = [path for path in disk_path(FOLDER).glob("*/*") if path.stat().st_mtime < before]
    names = {path: path.relative_to(settings.MEDIA_ROOT).as_posix() for path in old}
    known = set(File.objects.filter(path__in=names.values()).values_list("path", flat=True))
    orphans = [path for path, name in names.items() if name not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)

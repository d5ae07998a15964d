from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, overload

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage


class OneFileStorage(FileSystemStorage):
    """A storage of one file of a package, under the name by which the pages ask for it."""

    def __init__(self, target: str, source: Path) -> None:
        super().__init__(location=source.parent)
        self.target, self.source = target, source

    def path(self, name: str) -> str:
        return str(self.source)


class PackageFileFinder(BaseFinder):
    """Finds the single files of packages that settings.STATIC_PACKAGE_FILES names."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        self.storages = {
            target: OneFileStorage(target, package_dir(package) / path)
            for target, (package, path) in settings.STATIC_PACKAGE_FILES.items()
        }

    @overload
    def find(self, path: str, find_all: Literal[False] = ...) -> str | None: ...
    @overload
    def find(self, path: str, find_all: Literal[True]) -> list[str]: ...
    def find(self, path: str, find_all: bool = False) -> str | list[str] | None:
        storage = self.storages.get(path)
        if find_all:
            return [str(storage.source)] if storage else []
        return str(storage.source) if storage else None

    def list(self, ignore_patterns: object) -> Iterator[tuple[str, Storage]]:
        yield from self.storages.items()


def package_dir(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            f"{package} is not installed: run script/demo or script/test, which do all of the set-up."
        )
    return Path(next(iter(spec.submodule_search_locations)))

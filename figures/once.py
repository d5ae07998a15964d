"""What one page reads for several of its figures, read once: the whole of a figure, its parts and the trend of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

_kept: ContextVar[dict[Any, Any] | None] = ContextVar("kept", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """For as long as one answer is made, the functions marked with `once` keep what they have read. Outside of it they read anew."""
    before = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(before)


def once[**Asked, Found](read: Callable[Asked, Found]) -> Callable[Asked, Found]:
    """Marks a function that reads rows; what it is asked with can be hashed, and nobody changes what it gives."""

    @wraps(read)
    def kept(*args: Asked.args, **kwargs: Asked.kwargs) -> Found:
        found = _kept.get()
        if found is None:
            return read(*args, **kwargs)
        asked = (read, args, frozenset(kwargs.items()))
        if asked not in found:
            found[asked] = read(*args, **kwargs)
        kept_before: Found = found[asked]
        return kept_before

    return kept

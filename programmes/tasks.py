"""What the worker must know of this app."""

import programmes.letters  # noqa: F401  registers its maker

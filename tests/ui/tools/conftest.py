"""The canvas fixtures serve the tools as well."""

from __future__ import annotations

from tests.ui.canvas.conftest import canvas, dressed, hand, make

__all__ = ["canvas", "dressed", "hand", "make"]

"""ganpaint: a desktop image editor for painting with generative adversarial networks.

Scripts use `open_model` and `GanpaintError`; both are resolved on first use, so that
importing the package costs nothing and never loads torch or Qt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ganpaint.engine.checkpoints import open_model as open_model
    from ganpaint.errors import GanpaintError as GanpaintError

__version__ = "0.1.0"
__all__ = ["GanpaintError", "__version__", "open_model"]


def __getattr__(name: str) -> Any:
    if name == "open_model":
        from ganpaint.engine.checkpoints import open_model

        return open_model
    if name == "GanpaintError":
        from ganpaint.errors import GanpaintError

        return GanpaintError
    raise AttributeError(f"module 'ganpaint' has no attribute {name!r}")

"""The tools, one file each; TOOLS is their order in the tool bar.

The eraser is a mode of the brush (`options.erase`), as is taking away of the mask brush.
"""

from __future__ import annotations

from ganpaint.ui.tools.base import Tool
from ganpaint.ui.tools.brush import BrushTool
from ganpaint.ui.tools.eyedropper import EyedropperTool
from ganpaint.ui.tools.frame import FrameTool
from ganpaint.ui.tools.hand import HandTool
from ganpaint.ui.tools.mask import MaskTool
from ganpaint.ui.tools.zoom import ZoomTool

TOOLS: tuple[type[Tool], ...] = (
    BrushTool,
    MaskTool,
    FrameTool,
    EyedropperTool,
    HandTool,
    ZoomTool,
)

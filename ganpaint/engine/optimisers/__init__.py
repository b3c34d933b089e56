"""The optimisers of a search, one file each, in the order the window shows them."""

from __future__ import annotations

from ganpaint.engine.optimisers.adam import Adam

OPTIMISERS = (Adam,)

"""Undo: named states of the document, as one immutable value.

Undo is one step back in `states`; every state is a value, so it is exact, bit for bit, codes and
pictures included. States share what did not change, so that hundreds of them are cheap; what each
one added is counted, and the oldest are dropped beyond the budget.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ganpaint.document.document import Document

MOST_STATES = 6000
BUDGET = 1 << 30  # bytes of the states together, photo apart


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """One state of the document.

    Attributes:
        name: what made it, as the menu says it: "Scribble", "Class: ginger".
        document: the state.
        time: seconds since 1970; for show only, the order is that of `History.states`.
        thumbnail: (h, w, 3) uint8 or None.
        cost: bytes that this state added to the former one.
    """

    name: str
    document: Document
    time: float = field(default_factory=time.time)
    thumbnail: NDArray[np.uint8] | None = None
    cost: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """All states, oldest first, and the index of the one that is shown."""

    states: tuple[State, ...]
    at: int = 0

    def __post_init__(self) -> None:
        assert 0 <= self.at < len(self.states)

    @property
    def document(self) -> Document:
        """The state that is shown."""
        return self.states[self.at].document

    @property
    def can_undo(self) -> bool:
        """Whether there is an earlier state."""
        return self.at > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is a later state."""
        return self.at + 1 < len(self.states)

    @property
    def undo_name(self) -> str:
        """What undo would take back; empty when there is nothing."""
        return self.states[self.at].name if self.can_undo else ""

    @property
    def redo_name(self) -> str:
        """What redo would bring back; empty when there is nothing."""
        return self.states[self.at + 1].name if self.can_redo else ""

    def commit(
        self, name: str, document: Document, thumbnail: NDArray[np.uint8] | None = None
    ) -> History:
        """A new state after the present one; later states are dropped (U4)."""
        state = State(name, document, time.time(), _frozen(thumbnail))
        state = replace(state, cost=_added(state, self.document))
        states = (*self.states[: self.at + 1], state)
        spare = max(0, len(states) - MOST_STATES)
        cost = sum(s.cost for s in states[spare:])
        while cost > BUDGET and spare < len(states) - 2:  # the present and one to go back to stay
            cost -= states[spare].cost
            spare += 1
        states = states[spare:]
        return History(states, len(states) - 1)

    def amend(self, document: Document, thumbnail: NDArray[np.uint8] | None = None) -> History:
        """The present state with another document: the rest of one gesture. No undo step."""
        old = self.states[self.at]
        picture = old.thumbnail if thumbnail is None else _frozen(thumbnail)
        state = replace(old, document=document, thumbnail=picture)
        if self.at:
            state = replace(state, cost=_added(state, self.states[self.at - 1].document))
        return History((*self.states[: self.at], state, *self.states[self.at + 1 :]), self.at)

    def undo(self) -> History:
        """One state back; itself at the first."""
        return self.jump(self.at - 1)

    def redo(self) -> History:
        """One state on; itself at the last."""
        return self.jump(self.at + 1)

    def jump(self, index: int) -> History:
        """The same states at another one, clipped to those there are."""
        index = min(max(index, 0), len(self.states) - 1)
        return self if index == self.at else History(self.states, index)


def start_history(document: Document, name: str = "Open") -> History:
    """The history of a document that was just opened."""
    return History((State(name, document),))


def _frozen(thumbnail: NDArray[np.uint8] | None) -> NDArray[np.uint8] | None:
    if thumbnail is not None and thumbnail.flags.writeable:
        thumbnail = thumbnail.copy()
        thumbnail.flags.writeable = False
    return thumbnail


def _added(state: State, former: Document) -> int:
    """Bytes of the arrays of a state that the former document does not have."""
    known = {id(array) for array in _arrays(former)}
    added = {id(a): a.nbytes for a in _arrays(state.document) if id(a) not in known}
    if state.thumbnail is not None:
        added[id(state.thumbnail)] = state.thumbnail.nbytes
    return sum(added.values()) + 1024  # the values around the arrays


def _arrays(document: Document) -> Iterator[NDArray[np.generic]]:
    """Every array of a document except the photo's."""
    masks = {document.mask, *(edit.patch.mask for edit in document.edits)} - {None}
    for mask in masks:
        if mask is not None:
            yield from mask.plane.tiles
    for stroke in document.strokes:
        yield stroke.samples
    for edit in document.edits:
        yield edit.patch.picture
        if edit.patch.rec is not None:
            yield edit.patch.rec
        for code in (edit.base, edit.code):
            yield code.values

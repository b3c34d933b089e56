"""Where the engine computes: processor or graphics card, with how many threads."""

from __future__ import annotations

import os

import torch

from ganpaint.errors import BadRequest


def choose_device(preference: str = "auto") -> torch.device:
    """The device for "auto", "cpu", "cuda", "cuda:1" or "mps".

    Raises:
        BadRequest: a named device is not there.
    """
    if preference == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(preference)
    except RuntimeError as error:
        raise BadRequest(
            f"There is no device called “{preference}”.", "Use auto, cpu, cuda or mps.", cause=error
        ) from error
    there = {
        "cpu": True,
        "cuda": torch.cuda.is_available() and (device.index or 0) < torch.cuda.device_count(),
        "mps": torch.backends.mps.is_available(),
    }
    if not there.get(device.type, False):
        raise BadRequest(
            f"The device “{preference}” is not available on this computer.",
            "Use auto or cpu.",
        )
    return device


def set_threads(count: int, *, window: bool = False) -> int:
    """Set torch's threads for the calling thread and those it starts; returns the number set.

    `count` 0 chooses: all cores on the command line, all but one beside a window, since a pool
    that waits for a busy core is many times slower than one thread.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    chosen = count or max(1, (cores or 1) - (1 if window else 0))
    torch.set_num_threads(chosen)
    return chosen


def describe(device: torch.device) -> str:
    """In words for the status line: "CPU, 1 thread" or the card's name."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "mps":
        return "Apple GPU"
    threads = torch.get_num_threads()
    return f"CPU, {threads} thread{'s' if threads > 1 else ''}"

"""What a person was asked about a file that does not say it, kept by the weights' hash.

A DCGAN's number of classes, a BigGAN's epsilon: asked once, remembered for every copy of the file.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Mapping
from typing import Any

from ganpaint.atomic import atomic_write
from ganpaint.paths import data_dir

QUESTIONS = ("c_dim", "BN_eps", "SN_eps")
FILE = "model-answers.json"

log = logging.getLogger(__name__)


def recall(content: str) -> dict[str, Any]:
    """The answers for weights of this hash; {} when there are none."""
    found = _all().get(content, {})
    return {key: value for key, value in found.items() if key in QUESTIONS and _number(value)}


def keep(content: str, answers: Mapping[str, Any]) -> None:
    """Remember answers. Raises CannotWrite with a sentence."""
    store = _all()
    chosen = {key: value for key, value in answers.items() if key in QUESTIONS and _number(value)}
    store[content] = recall(content) | chosen
    with atomic_write(data_dir() / FILE) as file:
        file.write(json.dumps(store, indent=1).encode())


def _number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


def _all() -> dict[str, dict[str, Any]]:
    try:
        store = json.loads((data_dir() / FILE).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        log.warning("the answers about models are damaged and begin anew: %s", error)
        return {}
    if not isinstance(store, dict):
        return {}
    return {str(key): value for key, value in store.items() if isinstance(value, dict)}

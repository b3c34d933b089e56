"""What was asked once about a file is remembered by its weights."""

from __future__ import annotations

import pytest

from ganpaint.engine.checkpoints import answers
from ganpaint.paths import data_dir


def test_answers_come_back_and_add_up() -> None:
    assert answers.recall("ab") == {}
    answers.keep("ab", {"c_dim": 5})
    answers.keep("cd", {"BN_eps": 1e-3})
    answers.keep("ab", {"SN_eps": 1e-6, "other": 1, "BN_eps": "x"})
    assert answers.recall("ab") == {"c_dim": 5, "SN_eps": 1e-6}
    assert answers.recall("cd") == {"BN_eps": 1e-3}


def test_a_damaged_store_begins_anew(caplog: pytest.LogCaptureFixture) -> None:
    for text in ("{", "[]", '{"ab": 3}', '{"ab": {"c_dim": "many"}}'):
        (data_dir() / answers.FILE).write_text(text)
        assert answers.recall("ab") == {}
    answers.keep("ab", {"c_dim": 2})
    assert answers.recall("ab") == {"c_dim": 2}

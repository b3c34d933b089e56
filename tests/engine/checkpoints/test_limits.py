"""Budgets end before the memory does, and say what there was too much of."""

from __future__ import annotations

import pytest

from ganpaint.engine.checkpoints.limits import Budget, Limits
from ganpaint.errors import Refused


def test_each_budget_ends_with_its_own_sentence() -> None:
    budget = Budget("net.pkl", 1000, Limits(objects=2, memo=2, embedded=2, tensors=2))
    for spend, says in (
        (budget.spend_object, "too many parts"),
        (budget.spend_memo, "remembers too many"),
        (budget.spend_embedded, "embeds too many"),
        (lambda: budget.spend_tensor(1), "too many tensors"),
    ):
        spend()
        spend()
        with pytest.raises(Refused, match=says):
            spend()


def test_views_may_share_but_not_unfold() -> None:
    budget = Budget("net.pkl", 1 << 20)
    for _ in range(5):
        budget.spend_tensor(1 << 20)
    with pytest.raises(Refused, match="unfold"):
        budget.spend_tensor(1 << 20)

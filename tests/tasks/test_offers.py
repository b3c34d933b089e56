"""What a model offers, in a studio without models on disk."""

from __future__ import annotations

from ganpaint.model_info import Capability
from ganpaint.tasks.offers import described
from ganpaint.tasks.studio import Studio
from tests.models import tiny_stylegan2


def test_what_a_family_cannot_do_is_offered_with_a_reason() -> None:
    generator = tiny_stylegan2()
    info = described(generator)
    assert info.can(Capability.W_SPACE)
    assert all(offer.available for offer in info.offered("space"))
    generator.info = generator.info.__class__(
        **{name: getattr(info, name) for name in info.__slots__}
        | {"capabilities": frozenset(), "family": "dcgan", "offers": ()}
    )
    spaces = {offer.name: offer for offer in described(generator).offered("space")}
    assert spaces["z"].available
    assert not spaces["w+"].available
    assert spaces["w+"].reason == "DCGAN models have no w."


def test_the_studio_gives_the_same(studio: Studio, model: str) -> None:
    assert studio.info(model).offers == described(studio.generator(model)).offers

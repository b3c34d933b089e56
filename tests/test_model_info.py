"""Facts about a model, without torch."""

from __future__ import annotations

from ganpaint.model_info import Capability, ModelInfo, Offer, classes_text, family_title


def test_capabilities_and_offers() -> None:
    info = ModelInfo(
        family="stylegan2",
        z_dim=8,
        c_dim=0,
        w_dim=8,
        num_ws=4,
        resolution=8,
        channels=3,
        capabilities=frozenset({Capability.W_SPACE}),
        offers=(
            Offer("space", "w", "w", "Mapped codes."),
            Offer("loss", "lpips-vgg", "VGG", "LPIPS on VGG16.", False, "Its weights are missing."),
        ),
    )
    assert info.can(Capability.W_SPACE)
    assert not info.can(Capability.CLASSES)
    assert [offer.name for offer in info.offered("loss")] == ["lpips-vgg"]
    assert info.offered("loss")[0].reason


def test_families_are_written_as_their_authors_do() -> None:
    assert family_title("biggan_deep") == "BigGAN-deep" and family_title("new") == "new"


def test_one_class_is_no_plural() -> None:
    assert (classes_text(1), classes_text(10)) == ("1 class", "10 classes")

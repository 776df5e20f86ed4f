"""The chance band is what random draws do: in at least 95 of 100 every layer stays inside it."""

import numpy as np
import pytest

from reports.chance import layer_band, shared_by_layers


@pytest.mark.parametrize(("found", "layers", "units"), [(369, 18, 2048), (40, 4, 20), (461, 30, 1536)])
def test_random_draws_stay_inside_in_every_layer(found: int, layers: int, units: int) -> None:
    low, high = layer_band(found, layers, units)
    draws = np.random.default_rng(3).multivariate_hypergeometric([units] * layers, found, size=4000)
    inside = ((draws >= low) & (draws <= high)).all(1).mean()
    assert 0.95 <= inside < 1


def test_nothing_found_has_no_band() -> None:
    assert layer_band(0, 18, 2048) == (0, 0)
    assert layer_band(10, 18, 0) == (0, 0)


def test_units_shared_by_layers_are_what_random_placing_gives() -> None:
    rng = np.random.default_rng(5)
    one, two, width = (3, 40), (30, 4), 100
    shared = [
        sum(
            len(set(rng.choice(width, a, replace=False)) & set(rng.choice(width, b, replace=False)))
            for a, b in zip(one, two, strict=True)
        )
        for _ in range(3000)
    ]
    assert np.mean(shared) == pytest.approx(shared_by_layers(one, two, width), abs=0.1)

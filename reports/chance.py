"""What chance alone would do to the units of a domain: how many fall in one layer, how many two domains share."""

from collections.abc import Sequence

_LEVEL = 0.05


def layer_band(found: int, layers: int, units_per_layer: int) -> tuple[int, int]:
    """Lowest and highest count of a layer if `found` units were drawn from all layers alike.

    In at least 95 of 100 such draws *every* layer stays within the band: each side of each layer gets an equal part of
    the 5 % (Bonferroni), by the hypergeometric distribution of a layer's count.

    Args:
        found: units drawn, of `layers` x `units_per_layer`.
        layers: how many layers there are.
        units_per_layer: how many units each has.
    """
    from scipy.stats import hypergeom  # half a second, for the few who look

    total = layers * units_per_layer
    if not 0 < found <= total:
        return 0, 0
    tail = _LEVEL / (2 * layers)
    drawn = hypergeom(total, units_per_layer, found)
    return int(drawn.ppf(tail)), int(drawn.isf(tail))


def shared_by_layers(one: Sequence[int], two: Sequence[int], units_per_layer: int) -> float:
    """How many units two sets share on average if each had its units anywhere within the layers where they are.

    Args:
        one: units per layer of the one set.
        two: units per layer of the other.
        units_per_layer: how many units a layer has.
    """
    return sum(a * b for a, b in zip(one, two, strict=True)) / units_per_layer

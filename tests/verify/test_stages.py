"""Stages of a pack: every node sees what it sees in the pack, wherever that is computed; what changes nothing waits."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from torch import Tensor

from tests.verify.one_at_a_time import ALIGNED, KINDS, PAIRS, close, down, hooks_left, mixture, scattered
from tests.verify.test_tokens import Drawn, cells, chain, made
from verify import pieces as pieces_module
from verify.attribution import Estimate, attribute
from verify.lesions import LesionKind, LesionRow, Position, Sides, score
from verify.network import Network
from verify.stages import Stage, seen_by, stage, texts_of_pairs, whole
from verify.tokens import EncodedPair, Pack, pack

PLACES: tuple[Position, ...] = ("all", "last")
SIDES: tuple[Sides, ...] = ("both", "clean")


def spelled(packed: Pack, node: int) -> list[int]:
    """The tokens of a node's text."""
    return [int(packed.ids[i]) for i in chain(packed, node)]


def seen_tokens(found: Stage, earlier: Stage | None, node: int, row: int = 0) -> list[int]:
    """The tokens that a node of a stage attends to, by position."""
    stages = [found] if earlier is None else [earlier, found]
    ids = torch.cat([s.ids[row if s is found else 0] for s in stages])
    positions = torch.cat([s.positions for s in stages])
    seen = found.sees[node].nonzero().flatten().tolist()
    return [int(ids[i]) for i in sorted(seen, key=lambda i: int(positions[i]))]


def split_up(packed: Pack) -> tuple[Tensor, Stage, Stage]:
    """The pack in two stages: what the prompts of pairs share, or is not aligned, and what a swap changes."""
    swapped = packed.partner != torch.arange(packed.nodes)
    first = stage(packed, ~swapped, same=packed.text)
    return swapped, first, stage(packed, swapped, same=texts_of_pairs(packed), earlier=first)


@settings(max_examples=50, deadline=None)
@given(cells)
def test_texts_are_numbered_by_what_they_read(drawn: list[Drawn]) -> None:
    packed = pack(made(drawn))
    texts = [tuple(spelled(packed, node)) for node in range(packed.nodes)]
    for node, text in enumerate(texts):
        for other, number in enumerate(packed.text.tolist()):
            assert (number == int(packed.text[node])) == (texts[other] == text)


@settings(max_examples=50, deadline=None)
@given(cells)
def test_a_whole_pack_holds_every_text_once_and_every_node_sees_its_own(drawn: list[Drawn]) -> None:
    packed = pack(made(drawn))
    found = whole(packed)
    assert found.nodes == len({tuple(spelled(packed, node)) for node in range(packed.nodes)})
    for node in range(packed.nodes):
        assert seen_tokens(found, None, int(found.place[node])) == spelled(packed, node)


@settings(max_examples=50, deadline=None)
@given(cells)
def test_over_two_stages_every_node_still_sees_its_own_text(drawn: list[Drawn]) -> None:
    packed = pack([EncodedPair((9, 9), (9, 8), (0, 1)), *made(drawn)])  # so that there is something to swap
    swapped, first, second = split_up(packed)
    assert torch.equal(second.place >= 0, swapped)
    assert torch.equal(first.place >= 0, ~swapped)
    for node in swapped.nonzero().flatten().tolist():
        assert seen_tokens(second, first, int(second.place[node])) == spelled(packed, node)
    assert second.nodes == len(
        {
            (tuple(spelled(packed, i)), tuple(spelled(packed, int(packed.partner[i]))))
            for i in swapped.nonzero().flatten().tolist()
        }
    )


@settings(max_examples=50, deadline=None)
@given(cells)
def test_in_a_row_of_their_own_partners_see_their_own_texts(drawn: list[Drawn]) -> None:
    packed = pack([EncodedPair((9, 9), (9, 8), (0, 1)), *made(drawn)])
    clean = seen_by(packed, packed.last[:, 0])
    swapped = clean & (packed.partner != torch.arange(packed.nodes))
    first = stage(packed, clean & ~swapped, same=packed.text)
    second = stage(packed, swapped, same=texts_of_pairs(packed), earlier=first, beside_partner=True)
    for node in swapped.nonzero().flatten().tolist():
        place, partner = int(second.place[node]), int(packed.partner[node])
        assert seen_tokens(second, first, place) == spelled(packed, node)
        assert seen_tokens(second, first, place, row=1) == spelled(packed, partner)


def test_a_node_that_sees_what_is_in_no_stage_is_an_error() -> None:
    packed = pack([EncodedPair((1, 2, 3), (1, 4, 3), (5, 6))])
    last = torch.zeros(packed.nodes, dtype=torch.bool).index_fill(0, packed.last.flatten(), True)
    with pytest.raises(ValueError, match="computed in no stage"):
        stage(packed, last, same=packed.text)
    beginning = stage(packed, packed.positions == 0, same=packed.text)
    with pytest.raises(ValueError, match="computed in no stage"):
        stage(packed, last, same=packed.text, earlier=beginning)


# --- what a pass of lesions holds ------------------------------------------------------------------------------------


def test_clean_prompts_alone_score_as_beside_the_counterfactual_ones(network: Network) -> None:
    lesions = [*mixture(), *(replace(lesion, at="last") for lesion in mixture())]
    both = score(network, pack(PAIRS), lesions)
    clean = score(network, pack(PAIRS), lesions, sides="clean")
    assert clean.shape == (len(lesions) + 1, len(PAIRS), 1)
    close(clean[..., 0], both[..., 0])
    assert hooks_left(network.model) == 0


def test_a_pass_holds_only_what_its_lesions_change(llama: Network) -> None:
    """Five pairs of 3 to 7 tokens; `tails` are the nodes of aligned pairs behind what the pair shares."""
    packed = pack(PAIRS)
    tails = int((packed.partner != torch.arange(packed.nodes)).sum())
    assert 2 * len(ALIGNED) < tails < packed.nodes - 2
    everything = len(packed.text.unique())
    expected: dict[tuple[LesionKind, Position, Sides], tuple[int, int]] = {  # rows and nodes, under one lesion
        ("zero", "all", "both"): (2, everything),
        ("zero", "last", "both"): (2, 2 * len(PAIRS)),
        ("zero", "last", "clean"): (2, len(PAIRS)),
        ("counterfactual", "all", "both"): (2, tails),
        ("counterfactual", "all", "clean"): (3, tails // 2),  # the partners have a row of their own
        ("counterfactual", "last", "clean"): (2, 2 * len(ALIGNED)),  # here the partners see other nodes
    }
    for (kind, at, sides), shape in expected.items():
        seen: list[tuple[int, ...]] = []
        handle = down(llama)[-1].register_forward_hook(lambda _, args, __, seen=seen: seen.append(tuple(args[0].shape)))  # type: ignore[misc]
        score(llama, packed, [LesionRow(scattered(0), kind, at=at)], sides=sides)
        handle.remove()
        assert seen[-1][:2] == shape, (kind, at, sides)
        assert all(rows == 1 for rows, *_ in seen[:-1])


def test_pairs_with_the_same_two_prompts_are_computed_once(llama: Network) -> None:
    twice = [EncodedPair((1, 2, 3), (1, 4, 3), answers) for answers in ((5, 6), (7, 8), (9, 10))]
    lesions = [LesionRow(scattered(0), kind, at=at) for kind in KINDS for at in PLACES]
    together = score(llama, pack(twice), lesions)
    for k, pair in enumerate(twice):
        close(together[:, [k]], score(llama, pack([pair]), lesions))
    seen: list[int] = []
    handle = down(llama)[-1].register_forward_hook(lambda _, args, __: seen.append(args[0].shape[1]))
    score(llama, pack(twice), lesions)
    handle.remove()
    assert seen == [3, 5, 2, 4, 2]  # what is never lesioned: 1, 2 and 4; then the four kinds of lesion


def test_the_clean_prompts_of_a_pair_can_share_the_counterfactual_ones_of_another(network: Network) -> None:
    """The same text with two different partners: a swap fills it differently, a zero lesion does not."""
    chained = [EncodedPair((1, a, 3, 9), (1, b, 3, 9), (5, 6)) for a, b in ((2, 4), (4, 7), (7, 2), (4, 2))]
    lesions = [LesionRow(scattered(k), kind, at=at) for k in (0, 1) for kind in KINDS for at in PLACES]
    for sides in SIDES:
        together = score(network, pack(chained), lesions, sides=sides)
        for k, pair in enumerate(chained):
            close(together[:, [k]], score(network, pack([pair]), lesions, sides=sides))


@pytest.mark.parametrize("estimate", ["patch", "damage"])
@pytest.mark.parametrize("size", [1, 3])
def test_attention_in_pieces_is_attention(
    network: Network, monkeypatch: pytest.MonkeyPatch, size: int, estimate: Estimate
) -> None:
    whole = score(network, pack(PAIRS), mixture())
    scores, records = attribute(network, pack(PAIRS), estimate=estimate)
    monkeypatch.setitem(pieces_module.PIECE, "cpu", size)
    close(score(network, pack(PAIRS), mixture()), whole)
    in_pieces, records_in_pieces = attribute(network, pack(PAIRS), estimate=estimate)
    close(in_pieces, scores)
    assert records is not None
    assert records_in_pieces is not None
    torch.testing.assert_close(records_in_pieces["mlp"].attribution, records["mlp"].attribution, atol=1e-4, rtol=1e-3)

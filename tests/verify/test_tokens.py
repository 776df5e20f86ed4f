"""Prompts in a pack: each is spelled by its chain of nodes, and shares with others exactly what reads the same."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from verify.batteries import Pair
from verify.lesions import score
from verify.network import Network
from verify.sites import find_sites
from verify.tokens import EncodedPair, Pack, encode, encode_answer, pack

BOS = 1


def characters(text: str, /) -> dict[str, list[int]]:
    """A tokenizer of single characters, with a token in front of everything."""
    return {"input_ids": [BOS, *(ord(c) for c in text)]}


def digits(text: str, /) -> dict[str, list[int]]:
    """Words are tokens and so is each digit; a space in front of a digit is a token of its own."""
    ids, word = [BOS], ""
    for c in [*text, ""]:
        if c.isdigit() or c in ("", " "):
            if word:
                ids.append(hash_of(word))
            word = ""
            if c:
                ids.append(ord(c))
        else:
            word += c
    return {"input_ids": ids}


def hash_of(word: str) -> int:
    return 1000 + sum(ord(c) * 31**i for i, c in enumerate(word)) % 100_000


Drawn = tuple[tuple[int, ...], tuple[int, ...], tuple[int, int]]


@st.composite
def encoded_pairs(draw: st.DrawFn) -> Drawn:
    """Few tokens, so that prompts share prefixes often; lengths differ in about half of the pairs.

    Plain tuples: shapes are checked at run time with random samples, which hypothesis forbids while it draws.
    """
    token = st.integers(0, 3)
    prefix = draw(st.lists(token, max_size=4))
    if draw(st.booleans()):
        n = draw(st.integers(1, 4))
        tails = [draw(st.lists(token, min_size=n, max_size=n)) for _ in range(2)]
    else:
        tails = [draw(st.lists(token, min_size=1, max_size=4)) for _ in range(2)]
    first, second = draw(st.permutations(range(4)))[:2]
    return (*prefix, *tails[0]), (*prefix, *tails[1]), (first, second)


cells = st.lists(encoded_pairs(), min_size=1, max_size=6)


def made(drawn: list[Drawn]) -> list[EncodedPair]:
    return [EncodedPair(*parts) for parts in drawn]


def prompts(pairs: list[EncodedPair]) -> list[list[tuple[int, ...]]]:
    return [[pair.clean, pair.counterfactual] for pair in pairs]


def chain(packed: Pack, node: int) -> list[int]:
    """The nodes that `node` sees, by position."""
    seen = torch.nonzero(packed.sees[node]).flatten().tolist()
    return sorted(seen, key=lambda i: int(packed.positions[i]))


def chains(packed: Pack) -> list[list[list[int]]]:
    return [[chain(packed, int(node)) for node in sides] for sides in packed.last]


def split_of(pair: EncodedPair) -> int:
    """How many tokens the two prompts share, the scored one of each not counted."""
    shortest = min(len(pair.clean), len(pair.counterfactual))
    differs = [i for i in range(shortest) if pair.clean[i] != pair.counterfactual[i]]
    return min([*differs, shortest - 1])


@settings(max_examples=50, deadline=None)
@given(cells)
def test_the_nodes_that_a_scored_node_sees_spell_its_prompt(drawn: list[Drawn]) -> None:
    pairs = made(drawn)
    packed = pack(pairs)
    for spelled, expected in zip(chains(packed), prompts(pairs), strict=True):
        for nodes, prompt in zip(spelled, expected, strict=True):
            assert tuple(packed.ids[nodes].tolist()) == prompt
            assert packed.positions[nodes].tolist() == list(range(len(prompt)))


@settings(max_examples=50, deadline=None)
@given(cells)
def test_every_node_sees_what_its_predecessor_sees_and_itself(drawn: list[Drawn]) -> None:
    pairs = made(drawn)
    packed = pack(pairs)
    for sides in chains(packed):
        for nodes in sides:
            for k, node in enumerate(nodes):
                assert set(chain(packed, node)) == set(nodes[: k + 1])


@settings(max_examples=50, deadline=None)
@given(cells)
def test_every_node_is_part_of_a_prompt(drawn: list[Drawn]) -> None:
    pairs = made(drawn)
    packed = pack(pairs)
    used = {node for sides in chains(packed) for nodes in sides for node in nodes}
    assert used == set(range(packed.nodes))


@settings(max_examples=50, deadline=None)
@given(cells)
def test_a_node_after_the_point_where_its_pair_differs_belongs_to_one_prompt(drawn: list[Drawn]) -> None:
    pairs = made(drawn)
    laid = chains(pack(pairs))
    everywhere = [node for sides in laid for nodes in sides for node in nodes]
    for pair, sides in zip(pairs, laid, strict=True):
        split = split_of(pair)
        assert sides[0][:split] == sides[1][:split]
        for nodes in sides:
            assert all(everywhere.count(node) == 1 for node in nodes[split:])


@settings(max_examples=50, deadline=None)
@given(cells)
def test_nobody_else_sees_a_scored_node(drawn: list[Drawn]) -> None:
    pairs = made(drawn)
    packed = pack(pairs)
    for node in packed.last.flatten().tolist():
        assert int(packed.sees[:, node].sum()) == 1
    assert len(set(packed.last.flatten().tolist())) == 2 * len(pairs)


@settings(max_examples=50, deadline=None)
@given(cells)
def test_text_that_reads_the_same_from_the_start_is_stored_once(drawn: list[Drawn]) -> None:
    pairs = made(drawn)
    packed = pack(pairs)
    shared = {pair.clean[: k + 1] for pair in pairs for k in range(split_of(pair))}
    own = sum(len(p) - split_of(pair) for pair in pairs for p in (pair.clean, pair.counterfactual))
    assert packed.nodes == len(shared) + own


@settings(max_examples=50, deadline=None)
@given(cells)
def test_partners_link_equal_positions_of_the_two_prompts_of_an_aligned_pair(drawn: list[Drawn]) -> None:
    pairs = made(drawn)
    packed = pack(pairs)
    partner = packed.partner
    assert torch.equal(partner[partner], torch.arange(packed.nodes))
    assert torch.equal(packed.positions[partner], packed.positions)
    assert packed.aligned.tolist() == [len(p.clean) == len(p.counterfactual) for p in pairs]
    for pair, (clean, counterfactual) in zip(pairs, chains(packed), strict=True):
        if pair.aligned:
            assert partner[clean].tolist() == counterfactual
            assert partner[counterfactual].tolist() == clean
            split = split_of(pair)
            assert partner[clean[:split]].tolist() == clean[:split]  # shared: swapped with itself
        else:
            assert partner[clean].tolist() == clean
            assert partner[counterfactual].tolist() == counterfactual


@settings(max_examples=50, deadline=None)
@given(cells)
def test_answers_and_alignment_stand_in_the_order_of_the_pairs(drawn: list[Drawn]) -> None:
    pairs = made(drawn)
    assert [tuple(a) for a in pack(pairs).answers.tolist()] == [pair.answers for pair in pairs]


@settings(max_examples=15, deadline=None)
@given(drawn=cells, seed=st.integers(0, 99))
def test_the_order_of_the_pairs_does_not_change_their_scores(drawn: list[Drawn], seed: int) -> None:
    pairs = made(drawn)
    order = np.random.default_rng(seed).permutation(len(pairs)).tolist()
    network = _network()
    straight = score(network, pack(pairs))[0]
    shuffled = score(network, pack([pairs[i] for i in order]))[0]
    torch.testing.assert_close(shuffled, straight[order], atol=1e-4, rtol=1e-4)


_CACHE: list[Network] = []


def _network() -> Network:
    """One model for all examples: hypothesis runs many in one test."""
    if not _CACHE:
        from transformers import LlamaConfig, LlamaForCausalLM

        with torch.random.fork_rng():
            torch.manual_seed(0)
            config = LlamaConfig(
                vocab_size=8, hidden_size=16, intermediate_size=12, num_hidden_layers=2, num_attention_heads=2,
                num_key_value_heads=2, initializer_range=0.4, max_position_embeddings=32,
            )  # fmt: skip
            model = LlamaForCausalLM(config).eval()
        _CACHE.append(Network(model, characters, *find_sites(model)))
    return _CACHE[0]


def test_an_empty_cell_cannot_be_packed() -> None:
    with pytest.raises(ValueError, match="at least one pair"):
        pack([])


# --- encode ---------------------------------------------------------------------------------------------------------


def test_what_the_continuations_share_becomes_part_of_the_prompt() -> None:
    pair = encode(digits, Pair("7 + 5 =", "7 + 6 =", " 12", " 13"))
    assert pair is not None
    assert pair.clean == tuple(digits("7 + 5 = 1")["input_ids"])
    assert pair.counterfactual == tuple(digits("7 + 6 = 1")["input_ids"])
    assert pair.answers == (ord("2"), ord("3"))
    assert pair.aligned


def test_a_pair_of_single_token_answers_is_scored_right_after_its_prompt() -> None:
    pair = encode(digits, Pair("the key is", "the keys are not", " red", " blue"))
    assert pair is not None
    assert pair.clean[:-1] == tuple(digits("the key is")["input_ids"])
    assert pair.clean[-1] == pair.counterfactual[-1] == ord(" ")
    assert pair.answers == (hash_of("red"), hash_of("blue"))
    assert not pair.aligned


TEXT, ANSWER = st.text("ab ", min_size=1, max_size=6), st.text("12", min_size=1, max_size=3)


@given(TEXT, TEXT, ANSWER, ANSWER)
def test_encoded_prompts_and_answers_spell_the_rendered_pair(clean: str, other: str, right: str, wrong: str) -> None:
    found = encode(characters, Pair(clean, other, right, wrong))
    if right.startswith(wrong) or wrong.startswith(right):
        assert found is None  # nothing to compare at any position
        return
    assert found is not None
    k = next(i for i, (a, b) in enumerate(zip(right, wrong, strict=False)) if a != b)
    assert found.clean == (BOS, *map(ord, clean + right[:k]))
    assert found.counterfactual == (BOS, *map(ord, other + right[:k]))
    assert found.answers == (ord(right[k]), ord(wrong[k]))


def test_equal_continuations_give_no_pair() -> None:
    assert encode(characters, Pair("a", "b", " 1", " 1")) is None


def test_prompts_that_lead_to_different_answer_tokens_give_no_pair() -> None:
    def merging(text: str, /) -> dict[str, list[int]]:
        """Reads "b 1" as one token, so that the answer after b is another token than after a."""
        return {"input_ids": [BOS, *(ord(c) for c in text.replace("b 1", "B"))]}

    assert encode(merging, Pair("a", "aa", " 1", " 2")) is not None
    assert encode(merging, Pair("a", "b", " 1", " 2")) is None


def test_a_pair_without_a_common_first_token_gives_no_pair() -> None:
    def bare(text: str, /) -> dict[str, list[int]]:
        return {"input_ids": [ord(c) for c in text]}

    assert encode(bare, Pair("", "", "1", "2")) is None


def test_a_whole_answer_stands_behind_both_prompts_but_for_its_last_token() -> None:
    found = encode_answer(characters, Pair("ab", "ac", " 12", " 34"))
    assert found is not None
    pair, answer = found
    assert answer == tuple(map(ord, " 12"))
    assert pair.clean == (BOS, *map(ord, "ab 1"))
    assert pair.counterfactual == (BOS, *map(ord, "ac 1"))


def test_an_answer_that_is_spelled_otherwise_after_the_other_prompt_is_none() -> None:
    def merging(text: str, /) -> dict[str, list[int]]:
        return {"input_ids": [BOS, *map(ord, text.replace("c1", "!"))]}

    assert encode_answer(merging, Pair("ab", "ac", "12", "34")) is None
    assert encode_answer(merging, Pair("ab", "ad", "12", "34")) is not None
    assert encode_answer(merging, Pair("ab", "ab", "12", "34")) is None  # the same prompt twice is no pair
    assert encode_answer(merging, Pair("ab", "ad", "", "34")) is None

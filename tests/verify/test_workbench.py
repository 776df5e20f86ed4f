"""Localizer and lesion on anybody's pairs, on a model whose modules were written by hand."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from claims.errors import InputError, ModelError, StoreError
from tests.verify.planted import DOMAINS, MODULE, UNITS, WORDS, planted_network, words
from verify import workbench
from verify.batteries import Pair
from verify.lesions import LesionKind
from verify.network import Network
from verify.tokens import EncodedPair
from verify.workbench import Method, Metric, lesion_pairs, load_units, localize_pairs, save_scores


@pytest.fixture(scope="module")
def network() -> Network:
    return planted_network()


def pairs_of(domain: str) -> list[Pair]:
    """A word that calls for yes against one that calls for no."""
    return [
        Pair(f"what? {yes}", f"what? {no}", " yes", " no")
        for yes, no in zip(words(domain, 0, "yes"), words(domain, 0, "no"), strict=True)
    ]


def against(domain: str, other: str) -> list[Pair]:
    """Words of one domain against those of another."""
    return [
        replace(pair, counterfactual=rival.clean) for pair, rival in zip(pairs_of(domain), pairs_of(other), strict=True)
    ]


def module_of(domain: str) -> Tensor:
    mask = torch.zeros(2, UNITS, dtype=torch.bool)
    start = DOMAINS.index(domain) * MODULE
    mask[1, start : start + MODULE] = True
    return mask


MATH = pairs_of("math")
SAME = Pair("what? never-seen", "what? nor-this", " yes", " no")  # two unknown words are the same token


@pytest.mark.parametrize("metric", ["difference", "correct"])
def test_attribution_finds_the_module_that_solves_the_pairs(network: Network, metric: Metric) -> None:
    found = localize_pairs(network, MATH, method="attribution", of="mlp", metric=metric)
    assert torch.equal(workbench.top_units(found.scores, 1.0), module_of("math"))
    assert (found.pairs, found.dropped) == (WORDS, 0)


def test_contrast_finds_the_module_that_answers_to_one_side(network: Network) -> None:
    found = localize_pairs(network, against("math", "language"), method="contrast", of="mlp")
    assert torch.equal(workbench.top_units(found.scores, 1.0), module_of("math"))
    other_way = localize_pairs(network, against("language", "math"), method="contrast", of="mlp")
    assert torch.equal(workbench.top_units(other_way.scores, 1.0), module_of("language"))


@pytest.mark.parametrize("method", ["attribution", "contrast"])
def test_pairs_in_several_packs_score_as_in_one(
    network: Network, method: Method, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = against("math", "language") if method == "contrast" else MATH
    once = localize_pairs(network, pairs, method=method, of="mlp").scores
    monkeypatch.setattr(workbench, "TOKENS_PER_PACK", 30)
    torch.testing.assert_close(localize_pairs(network, pairs, method=method, of="mlp").scores, once)


def test_prompts_are_cut_for_a_contrast(network: Network) -> None:
    """Both sides begin alike: cut there, nothing is left that differs."""
    cut = localize_pairs(network, against("math", "language"), method="contrast", of="mlp", max_tokens=1)
    assert not cut.scores.any()


def test_pairs_that_cannot_be_scored_are_left_out_and_counted(network: Network) -> None:
    longer = Pair("what? what? math0yes0", "what? math0no0", " yes", " no")
    alone = Pair("what? math0yes0", "what? math0no0", " yes", " yes")
    found = localize_pairs(network, [*MATH, longer, alone, SAME], method="attribution", of="mlp")
    assert (found.pairs, found.dropped) == (WORDS, 3)
    zero = lesion_pairs(network, [*MATH, longer, alone, SAME], module_of("math"), kind="zero", of="mlp")
    swap = lesion_pairs(network, [*MATH, longer, alone, SAME], module_of("math"), kind="counterfactual", of="mlp")
    assert (zero.pairs, zero.dropped) == (WORDS + 1, 2), "a zero lesion needs no aligned prompts"
    assert (swap.pairs, swap.dropped) == (WORDS, 3)


@pytest.mark.parametrize(("kind", "kept"), [("zero", 0.0), ("mean", 0.0), ("counterfactual", -1.0)])
@pytest.mark.parametrize("of", ["own", "other"])
def test_a_lesion_takes_what_the_module_carries_and_no_more(
    network: Network, kind: LesionKind, kept: float, of: str
) -> None:
    mask = module_of("math" if of == "own" else "physics")
    found = lesion_pairs(network, MATH, mask, kind=kind, of="mlp", randoms=3, seed=1)
    assert found.units == MODULE
    assert found.m[0] > 1
    assert found.kept == pytest.approx(found.m[1] / found.m[0])
    assert found.kept == pytest.approx(kept if of == "own" else 1.0, abs=0.03)
    assert len(found.randoms) == 3
    assert min(found.randoms) > 0.7, "at most a unit or two of the module, by chance"
    assert found.both_correct[0] == found.clean[0] == found.counterfactual[0] == 1
    if kind == "counterfactual" and of == "own":
        assert found.both_correct[1] == found.clean[1] == found.counterfactual[1] == 0


def test_random_lesions_are_those_of_the_seed(network: Network) -> None:
    mask = torch.zeros(2, UNITS, dtype=torch.bool)
    mask[1, 3 * UNITS // 4 :] = True  # so many that the random ones hold a part of the module
    first, again, other = (
        lesion_pairs(network, MATH, mask, kind="zero", of="mlp", randoms=2, seed=seed).randoms for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


@pytest.mark.parametrize(
    ("pairs", "said"),
    [([SAME], "can be scored"), ([replace(MATH[0], incorrect=" yes")], "can be scored")],
    ids=["the same tokens", "the same answers"],
)
def test_without_a_pair_to_score_there_is_no_lesion(network: Network, pairs: Sequence[Pair], said: str) -> None:
    with pytest.raises(InputError, match=said):
        lesion_pairs(network, pairs, module_of("math"), kind="zero", of="mlp")


def test_a_model_that_makes_no_difference_has_nothing_to_lose(network: Network) -> None:
    undecided = [Pair("what? .", "what? what?", " yes", " no")]
    silent = planted_network()
    with torch.no_grad():
        silent.model.get_output_embeddings().weight.zero_()
    with pytest.raises(InputError, match="no difference"):
        lesion_pairs(silent, undecided, module_of("math"), kind="zero", of="mlp")


def test_more_units_than_random_ones_can_match_is_refused_before_anything_runs(network: Network) -> None:
    most = torch.zeros(2, UNITS, dtype=torch.bool)
    most[0, : UNITS // 2 + 1] = True
    with pytest.raises(InputError, match="half of a layer"):
        lesion_pairs(network, MATH, most, kind="zero", of="mlp", randoms=1)
    assert lesion_pairs(network, MATH, most, kind="zero", of="mlp").units == UNITS // 2 + 1


@pytest.mark.parametrize("method", ["attribution", "contrast"])
def test_a_prompt_that_the_model_cannot_read_whole_is_refused(network: Network, method: Method) -> None:
    long = "what? " * 600
    pairs = [Pair(long + pair.clean, long + pair.counterfactual, pair.correct, pair.incorrect) for pair in MATH[:2]]
    with pytest.raises(ModelError, match="602 tokens long and this model reads at most 512"):
        localize_pairs(network, pairs, method=method, of="mlp")


def test_too_few_pairs_for_a_localizer_are_refused(network: Network) -> None:
    with pytest.raises(InputError, match="token-aligned"):
        localize_pairs(network, [SAME], method="attribution", of="mlp")
    with pytest.raises(InputError, match="at least two"):
        localize_pairs(network, MATH[:1], method="contrast", of="mlp")


# --- files of scores -------------------------------------------------------------------------------------------------


def test_scores_come_back_as_they_were_written(network: Network, tmp_path: Path) -> None:
    found = localize_pairs(network, MATH, method="attribution", of="mlp")
    save_scores(found, tmp_path / "s.safetensors", model="planted", weights="0", method="attribution", units="mlp")
    mask, of = load_units(tmp_path / "s.safetensors", network, 1.0)
    assert of == "mlp"
    assert torch.equal(mask, module_of("math"))
    assert [p.name for p in tmp_path.iterdir()] == ["s.safetensors"]


def test_the_kind_of_unit_is_told_by_the_file_and_else_by_the_shape(network: Network, tmp_path: Path) -> None:
    scores = {"scores": torch.rand(2, 64)}
    save_file(scores, tmp_path / "shape.safetensors")
    save_file(scores, tmp_path / "told.safetensors", metadata={"units": "heads"})
    assert load_units(tmp_path / "shape.safetensors", network, 1.0)[1] == "residual"
    with pytest.raises(InputError, match="2 x 64, which fits no units"):
        load_units(tmp_path / "told.safetensors", network, 1.0)


@pytest.mark.parametrize("wanted", [torch.bool, torch.int64, torch.float16, torch.float8_e4m3fn])
def test_scores_in_any_number_format_are_scores(network: Network, tmp_path: Path, wanted: torch.dtype) -> None:
    save_file({"scores": module_of("math").to(wanted)}, tmp_path / "s.safetensors")
    mask, _ = load_units(tmp_path / "s.safetensors", network, 1.0)
    assert torch.equal(mask, module_of("math"))


BAD: dict[str, tuple[Tensor | bytes | None, str]] = {
    "not there": (None, "holds no scores"),
    "text": (b"these are no scores", "holds no scores"),
    "empty": (b"", "holds no scores"),
    "cut": (b"\x40\x00\x00\x00\x00\x00\x00\x00{\"scores\"", "holds no scores"),
    "one number": (torch.tensor(1.0), "one number, which fits no units"),
    "another model's": (torch.rand(3, 77), "3 x 77, which fits no units"),
    "not numbers": (torch.full((2, UNITS), float("nan")), "no numbers"),
    "nothing above zero": (-torch.rand(2, UNITS), "none with a score above zero"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_holds_no_scores_for_this_model_is_refused(network: Network, tmp_path: Path, name: str) -> None:
    held, said = BAD[name]
    path = tmp_path / "s.safetensors"
    if isinstance(held, Tensor):
        save_file({"scores": held}, path)
    elif held is not None:
        path.write_bytes(held)
    with pytest.raises(InputError, match=said):
        load_units(path, network, 1.0)


def test_scores_under_another_name_and_a_folder_are_refused(network: Network, tmp_path: Path) -> None:
    save_file({"points": torch.rand(2, UNITS)}, tmp_path / "s.safetensors")
    for path in (tmp_path / "s.safetensors", tmp_path):
        with pytest.raises(InputError, match="holds no scores"):
            load_units(path, network, 1.0)


def test_scores_that_cannot_be_written_leave_nothing_behind(network: Network, tmp_path: Path) -> None:
    found = localize_pairs(network, MATH, method="attribution", of="mlp")
    (tmp_path / "taken").mkdir()
    with pytest.raises(StoreError, match="cannot be written"):
        save_scores(found, tmp_path / "taken", model="m", weights="0", method="attribution", units="mlp")
    assert [p.name for p in tmp_path.iterdir()] == ["taken"]
    assert not list((tmp_path / "taken").iterdir())


def test_groups_hold_every_pair_once() -> None:
    rng = np.random.default_rng(0)
    made = [
        EncodedPair(tuple(rng.integers(0, 9, n).tolist()), tuple(rng.integers(0, 9, n).tolist()), (0, 1))
        for n in rng.integers(1, 200, 50)
    ]
    grouped = list(workbench.groups(made))
    assert sorted(p.clean for group in grouped for p in group) == sorted(p.clean for p in made)
    sizes = [sum(len(p.clean) + len(p.counterfactual) for p in group) for group in grouped]
    assert max(sizes) <= workbench.TOKENS_PER_PACK

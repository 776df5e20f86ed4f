"""How far a check is, by the stages that the pipeline itself tells: never backwards, and each in words for visitors."""

import pytest
import torch

from claims import Claim, hypotheses, read_claim
from jobs.course import Course
from screens import words
from tests.verify.planted import planted_batteries, planted_network
from tests.verify.test_check import CARD, REGION
from verify import BUDGETS, Prepared, Request, Store
from verify.checking import check
from verify.network import attach
from verify.plan import Plan, make_plan

FEW = {
    "formats": ("completion",), "pairs_localize": 8, "pairs_test": 3, "random": 20, "doses": (1.0,), "dose_random": 1,
    "norm_random": 0, "shuffles": 0, "untrained": 2,
}  # fmt: skip
CARDS = (CARD, CARD.model_copy(update={"id": "twin", "weights_sha256": "2" * 64}))
EXPECTED = {"planted": 30.0, "twin": 90.0}

Told = tuple[str, float]


def planned() -> tuple[Claim, Plan]:
    """A plan with everything that there is to report: every stage, two models, and numbers that are checked again."""
    claim = read_claim(REGION)
    asked = hypotheses(claim, readings=("necessary", "selective"))
    budget = BUDGETS["standard"].model_copy(update=FEW)
    return claim, make_plan(claim, asked, [(card, "bfloat16") for card in CARDS], budget=budget)


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> list[Told]:
    """What a whole check reports: stages with the share of each."""
    networks = {"float32": planted_network(), "bfloat16": planted_network()}
    networks["bfloat16"] = attach(networks["bfloat16"].model.to(torch.bfloat16), networks["bfloat16"].tokenizer)
    told: list[Told] = []
    with (
        planted_batteries(),
        Store(tmp_path_factory.mktemp("course"), durable=False) as store,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr("verify.checking._loader", lambda _card, asked: lambda: networks[asked.dtype])
        claim, plan = planned()
        record = check(
            Prepared(claim, Request(offline=True), plan, CARDS), store,
            progress=lambda stage, done, _detail, /: told.append((stage, done)),
        )  # fmt: skip
    assert record.number_formats, "what decided was measured again"
    return told


def followed(told: list[Told], *, claims: int | None = None) -> list[Told]:
    """What a course makes of it: the stage, and the share of the whole."""
    found: list[Told] = []
    course = Course(lambda stage, share, _detail, /: found.append((stage, share)))
    with planted_batteries():
        _, plan = planned()
    course("models", 0.9, "")
    for number in range(1, (claims or 1) + 1):
        course.begin(plan, EXPECTED, number=number if claims else None, of=claims or 1)
        for stage, done in [*told, ("literature: arXiv is asked", 0.0)]:
            course(stage, done, "")
    return found


@pytest.mark.parametrize("claims", [None, 1, 3])
def test_it_never_goes_back_and_ends_at_the_whole(pipeline: list[Told], claims: int | None) -> None:
    shares = [share for _, share in followed(pipeline, claims=claims)]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_every_stage_of_every_model_moves_it_but_loading(pipeline: list[Told]) -> None:
    found = followed(pipeline)
    for stage in dict.fromkeys(stage for stage, _ in pipeline):
        at = [k for k, (name, _) in enumerate(found) if name == stage]
        before, after = found[at[0] - 1][1], found[at[-1]][1]
        assert (after > before) != stage.endswith(": load"), stage


def test_a_model_has_the_share_of_its_seconds(pipeline: list[Told]) -> None:
    found = followed(pipeline)
    first = max(share for stage, share in found if stage.startswith("planted: "))
    both = max(share for stage, share in found if stage.startswith("twin: "))
    assert first / both == pytest.approx(0.25)
    assert 0.8 < both < 1.0, "what decided has still to be measured again"


def test_an_audit_goes_on_from_claim_to_claim(pipeline: list[Told]) -> None:
    found = followed(pipeline, claims=4)
    ends = [max(share for stage, share in found if stage.startswith(f"claim {n} of 4, ")) for n in range(1, 5)]
    assert ends == [0.25, 0.5, 0.75, 1.0]


def test_a_claim_with_nothing_to_measure_is_no_step_back() -> None:
    found: list[float] = []
    course = Course(lambda _stage, share, _detail, /: found.append(share))
    course("literature: Crossref is asked", 0.0, "")
    for number in (1, 2):
        course.begin(None, {}, number=number, of=2)
        course("literature: arXiv is asked", 0.0, "")
    assert found == [0.0, 0.0, 0.5]


def test_every_stage_is_shown_in_words(pipeline: list[Told]) -> None:
    stages = dict.fromkeys(stage for stage, _ in pipeline)
    assert len(stages) > 10
    assert [stage for stage in stages if words.stage(stage) == stage] == []

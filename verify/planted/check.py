"""One check of planted models, by the pipeline that `verify` uses: plan, laboratory, readings, label. No way around it.

check     two seeds of a group as the two models of one plan, since refuting takes two
model     the same readings and labels from one of them alone: the unit for false "supported"
"""

import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from safetensors import safe_open

from claims import READINGS, Claim, Predicate, hypotheses, read_claim
from verify import experiments
from verify.assemble import competent, join, readings_of
from verify.calibration.evidence import evidence
from verify.measure import Laboratory
from verify.measured import Measured
from verify.models import ModelCard
from verify.models.digests import sha256_of
from verify.network import Network, attach
from verify.plan import BUDGETS, ModelPlan, Plan, make_plan
from verify.planted.building import build
from verify.planted.kinds import LAYERS, UNITS, PlantedSpec
from verify.planted.protocols import protocols
from verify.planted.record import Answer, CheckResult, ClaimKind, Found, ModelResult
from verify.planted.world import FORMATS, planted_batteries
from verify.record import Certainty, ReadingNumbers, ReadingResult
from verify.store import Store
from verify.verdict import Scope, certainty_of, label_of

CLAIMS: Mapping[ClaimKind, str] = {
    "region": "LLMs have a region for {domain}",
    "necessity": "Switching off a set of neurons destroys {domain} in LLMs",
    "selectivity": "LLMs have units that respond selectively to {domain}",
    "dissociation": "In LLMs {domain} is separate from other abilities",
}

_SAYS: Mapping[ClaimKind, tuple[Predicate, ...]] = {
    "region": ("localization",), "necessity": ("necessity",), "selectivity": ("selectivity",),
    "dissociation": ("dissociation",),
}  # fmt: skip


def claim_of(kind: ClaimKind, domain: str) -> Claim:
    """The claim, with what it says fixed: the benchmark must not change with how the reader reads."""
    read = read_claim(CLAIMS[kind].format(domain=domain), domains=(domain,), polarity="asserts")
    return read.model_copy(update={"predicates": _SAYS[kind]})


# A standard run without what decides nothing in it (dose curve, activity-matched lesions, shuffled sets, plain text)
# and without units from contrast sets, which planted domains have none of.
_STANDARD = BUDGETS["standard"]
BUDGET = _STANDARD.model_copy(
    update={
        "formats": FORMATS, "doses": (), "dose_random": 0, "norm_random": 0, "shuffles": 0, "perplexity": False,
        "variants": tuple(v for v in _STANDARD.variants if v.localizer != "contrast_set"),
    }
)  # fmt: skip


# Ten times the items, to see whether the intervals hold the effects that these give: of these groups, in these seeds.
MANY = BUDGET.model_copy(update={"pairs_test": 10 * BUDGET.pairs_test, "variants": ()})
MANY_GROUPS, MANY_SEEDS = ("modular", "weak-0.5", "answer-modular"), range(8, 16)
COPIED_SEEDS = range(8, 16)  # *emergent* costs as much as all the other readings, and is asked of these
BY_ITEMS = ("necessary", "specific", "general")


@dataclass(frozen=True, slots=True)
class Check:
    """Models of one group that are asked about one domain together: two, or one that was left over."""

    specs: tuple[PlantedSpec, ...]
    domain: str


@dataclass(frozen=True, eq=False)
class PlantedModel:
    """A planted model ready to be measured; whether the planting took, and the numbers that show it."""

    spec: PlantedSpec
    card: ModelCard
    network: Network
    took: bool
    planted: Mapping[str, float]


def planted_model(spec: PlantedSpec, path: Path) -> PlantedModel:
    """The model whose weights are kept at `path`."""
    with safe_open(path, framework="pt") as file:
        shown = json.loads(file.metadata()["planted"])
        state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    network = attach(*build(spec, state))
    card = ModelCard(
        id=spec.name, source="folder", origin="planted", revision=None, licence=None, quantisation=None,
        architecture="llama", family="planted", parameters=network.model.num_parameters(), layers=LAYERS,
        units_per_layer=UNITS, weights_sha256=sha256_of(path), tokenizer_sha256="0" * 64,
    )  # fmt: skip
    return PlantedModel(spec, card, network, shown["took"], shown["numbers"])


def run_check(check: Check, models: Sequence[PlantedModel]) -> tuple[list[ModelResult], CheckResult | None]:
    """What the pipeline says of each of the models alone, and of both together where there are two."""
    claims = {kind: claim_of(kind, check.domain) for kind in CLAIMS}
    with planted_batteries():
        copies = all(m.spec.seed in COPIED_SEEDS for m in models)
        plan = plan_of(claims["region"], [m.card for m in models], copies=copies)
        measured, seconds = [], []
        for model, planned in zip(models, plan.models, strict=True):
            started = time.monotonic()
            measured.append(_measured(plan, planned, model.network))
            seconds.append(time.monotonic() - started)
        started = time.monotonic()
        together = readings_of(plan, measured)
        shared = (time.monotonic() - started) / len(models)
        found = []
        for model, seen, spent in zip(models, measured, seconds, strict=True):
            readings = alone(plan, together, model.card.id)
            found.append(
                ModelResult(
                    group=model.spec.group, domain=check.domain, name=model.spec.name, seed=model.spec.seed,
                    strength=model.spec.strength, competent=competent(seen, plan.domains), took=model.took,
                    planted={name: round(value, 4) for name, value in model.planted.items()},
                    protocols=protocols(model.network, check.domain, seed=model.spec.seed),
                    many_items=_many_items(claims["region"], model),
                    seconds=round(spent + shared, 2), readings=_found(readings),
                    answers=_answers(claims, readings, scope_of(plan, [seen])),
                )
            )  # fmt: skip
    if len(models) == 1:
        return found, None
    first, second = (m.spec for m in models)
    scope = scope_of(plan, measured)
    pair = CheckResult(
        group=first.group, domain=check.domain, models=(first.name, second.name), seeds=(first.seed, second.seed),
        readings=_found(together), answers=_answers(claims, together, scope),
        certainty=_region_certainty(claims["region"], together, scope),
    )  # fmt: skip
    return found, pair


def _measured(plan: Plan, planned: ModelPlan, network: Network) -> Measured:
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder), durable=False) as store:
        return Laboratory(plan, planned, store, lambda: network, _silent).run()


def _many_items(claim: Claim, model: PlantedModel) -> dict[str, float]:
    """Effects of the readings that are measured on items, on ten times as many of them."""
    if model.spec.group not in MANY_GROUPS or model.spec.seed not in MANY_SEEDS:
        return {}
    plan = make_plan(claim, hypotheses(claim, readings=BY_ITEMS), [(model.card, "float32")], budget=MANY)
    found = readings_of(plan, [_measured(plan, plan.models[0], model.network)])
    return {r.reading: round(r.effect, 4) for r in found if r.effect is not None}


def plan_of(claim: Claim, cards: Sequence[ModelCard], *, copies: bool = False) -> Plan:
    """The plan of a claim, asked with every reading that is built; with what takes untrained copies, where asked."""
    wanted = tuple(r for r in READINGS if r in experiments.built() and (copies or r != "emergent"))
    return make_plan(claim, hypotheses(claim, readings=wanted), [(card, "float32") for card in cards], budget=BUDGET)


def alone(plan: Plan, readings: Sequence[ReadingResult], model: str) -> list[ReadingResult]:
    """What the readings would be if `model` had been the only one."""
    out = []
    for hypothesis, reading in zip(plan.hypotheses, readings, strict=True):
        mine = {name: numbers for name, numbers in reading.by_model.items() if name == model}
        out.append(reading.model_copy(update={**dict(join(hypothesis, mine, reading.why)), "by_model": mine}))
    return out


def asked_by(claim: Claim, readings: Sequence[ReadingResult]) -> list[ReadingResult]:
    """The readings that the wording of a claim asks for, in the roles that it gives them."""
    roles = {h.reading: h.role for h in hypotheses(claim)}
    return [r.model_copy(update={"role": roles[r.reading]}) for r in readings if r.reading in roles]


def _answers(
    claims: Mapping[ClaimKind, Claim], readings: Sequence[ReadingResult], scope: Scope
) -> dict[ClaimKind, Answer]:
    out: dict[ClaimKind, Answer] = {}
    for kind, claim in claims.items():
        asked = asked_by(claim, readings)
        score = evidence(asked)
        label = label_of(claim, asked, scope).label
        out[kind] = Answer(label=label, score=None if score is None else round(score, 4))
    return out


def _region_certainty(claim: Claim, readings: Sequence[ReadingResult], scope: Scope) -> Certainty:
    asked = asked_by(claim, readings)
    return certainty_of(label_of(claim, asked, scope).label, asked, scope)[0]


def scope_of(plan: Plan, measured: Sequence[Measured]) -> Scope:
    """What a verdict on these models may lean on, where nothing but the models is in question."""
    return Scope(
        competent_models=sum(competent(m, plan.domains) for m in measured),
        not_built=(),
        not_covered=(),
        named_untested=(),
        small_models=True,
    )


def _found(readings: Sequence[ReadingResult]) -> dict[str, Found]:
    return {r.reading: _one(r) for r in readings}


def _one(reading: ReadingResult) -> Found:
    """What a reading came to; the other ways of testing only where one model was asked."""
    only: Sequence[ReadingNumbers] = tuple(reading.by_model.values()) if len(reading.by_model) == 1 else ()
    return Found(
        verdict=reading.verdict,
        effect=_short(reading.effect),
        ci=None if reading.ci is None else (round(reading.ci[0], 4), round(reading.ci[1], 4)),
        p=_short(reading.p),
        e_value=_short(reading.e_value),
        n_families=reading.n_families,
        ways={w.name: w.verdict for numbers in only for w in numbers.ways},
    )


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _silent(_stage: str, _done: float, _detail: str, /) -> None:
    """Progress that nobody watches."""

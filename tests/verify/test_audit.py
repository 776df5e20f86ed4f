"""An audit: the order of its checks, one check per cluster, what was not checked and why, and what goes wrong."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from claims import (
    Article,
    Claim,
    InputError,
    Interrupted,
    ModelError,
    SourceError,
    StoreError,
    hypotheses,
    read_citations,
    read_claim,
    read_omissions,
)
from tests.verify.planted import DOMAINS, planted_batteries, planted_network
from tests.verify.test_check import CARD
from verify import BUDGETS, Prepared, Request, Store
from verify.audit import ArticleRead, audit, by_importance, request_for
from verify.audit_record import Audit, FailedCheck
from verify.network import Network
from verify.plan import make_plan
from verify.repeating import reproduce_audit

HEADLINE = "LLMs have a region for math"
REPEATED = "Language models have a region for math"
OTHER = "LLMs have a region for physics"
MUSIC = "LLMs have a region for music"
OPINION = "It is dangerous to believe what chatbots say"


def article_read(*said: tuple[str, str], headline: bool = True) -> ArticleRead:
    """An article that says each sentence, with the cluster that the reader put it in."""
    text = "\n\n".join(f"{sentence}." for sentence, _ in said)
    article = Article(text=text, source="made", headline_span=(0, len(said[0][0])) if headline and said else None)
    claims: list[Claim] = []
    for number, (sentence, cluster) in enumerate(said):
        start = text.index(sentence, claims[-1].end if claims else 0)
        placed = {"start": start, "end": start + len(sentence), "cluster": cluster, "id": f"{number:012x}"}
        claims.append(read_claim(sentence).model_copy(update=placed))
    return ArticleRead(article, tuple(claims), read_omissions(article), read_citations(article))


def silent(_stage: str, _done: float, _detail: str, /) -> None:
    """Progress that nobody watches."""


@pytest.fixture(scope="module")
def network() -> Network:
    return planted_network()


@pytest.fixture
def planted(network: Network, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Claims are checked on the planted model, by the real plan, measurements and verdict."""

    def prepared(claim: Claim, request: Request, *, progress: object) -> Prepared:
        asked = hypotheses(claim)
        if not {h.domain for h in asked} <= set(DOMAINS):
            return Prepared(claim, request, None, (), "there is no battery for music")
        plan = make_plan(claim, asked, [(CARD, "float32")], budget=BUDGETS["quick"], seed=request.seed)
        return Prepared(claim, request, plan, (CARD,))

    monkeypatch.setattr("verify.audit.prepare", prepared)
    monkeypatch.setattr("verify.checking._loader", lambda _card, _dtype: lambda: network)
    with planted_batteries():
        yield


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that the tests of this file share: nothing is measured twice."""
    return tmp_path_factory.mktemp("kept")


@contextmanager
def store_in(folder: Path) -> Iterator[Store]:
    with Store(folder / "store") as store:
        yield store


def again(used: Request) -> str:
    return reproduce_audit("made", used)


def audited(reading: ArticleRead, folder: Path, **options: object) -> Audit:
    with store_in(folder) as store:
        return audit(reading, Request(), store, progress=silent, reproduce=again, **options)  # type: ignore[arg-type]


def test_the_headline_comes_first_then_the_often_said_then_the_strong() -> None:
    reading = article_read(
        ("LLMs have a region for logic", "d"),
        ("Some LLMs may have a region for emotion", "weak"),
        ("All LLMs have a region for code", "strong"),
        (OTHER, "twice"),
        (OTHER, "twice"),
        (OPINION, "x"),
    )
    assert [cluster.claim.cluster for cluster in by_importance(reading)] == ["d", "twice", "strong", "weak"]


def test_a_cluster_is_checked_in_the_wording_that_asks_for_most() -> None:
    short, full = "LLMs have a region for math", "LLMs have regions for language, math, physics and social reasoning"
    (cluster,) = by_importance(article_read((short, "a"), (full, "a")))
    assert cluster.claim.domains == ("language", "math", "physics", "social")


def test_a_cluster_is_checked_in_its_strongest_wording() -> None:
    weak, strong = "Some LLMs may have a region for math", "All LLMs have a region for math"
    (cluster,) = by_importance(article_read((weak, "a"), (strong, "a")))
    assert cluster.claim.quote == strong
    assert [claim.quote for claim in cluster.claims] == [weak, strong]


@pytest.mark.usefixtures("planted")
def test_each_cluster_is_checked_once_and_measurements_are_shared(kept: Path) -> None:
    reading = article_read(
        (HEADLINE, "math"), (OTHER, "physics"), (REPEATED, "math"), ("LLMs lack a region for math", "no")
    )
    record = audited(reading, kept)
    quotes = [found.claim.quote for found in record.factchecks]
    assert quotes[0] == HEADLINE
    assert len(quotes) == 3
    assert record.summary.clusters[0].claims == (reading.claims[0].id, reading.claims[2].id)
    labels = {c.cluster: c.label for c in record.summary.clusters}
    assert (labels["math"], labels["physics"]) == ("supported", "supported")
    assert labels["no"] == "not_enough_evidence" or labels["no"] == "refuted", "the denial of what is there"
    denial = next(f for f in record.factchecks if f.claim.cluster == "no")
    assert not isinstance(denial, FailedCheck)
    assert denial.timing.new_measurements == 0, "the same measurements as the claim that it denies"
    seeds = {f.plan.plan.seed for f in record.factchecks if not isinstance(f, FailedCheck) and f.plan}
    assert seeds == {0}


@pytest.mark.usefixtures("planted")
def test_the_record_goes_to_json_and_back(kept: Path) -> None:
    record = audited(article_read((HEADLINE, "math"), (OPINION, "x")), kept)
    assert Audit.model_validate_json(record.model_dump_json(by_alias=True)) == record


@pytest.mark.usefixtures("planted")
def test_what_was_not_checked_says_why(kept: Path) -> None:
    reading = article_read((HEADLINE, "math"), (OPINION, "x"), (MUSIC, "music"), (OTHER, "physics"))
    record = audited(reading, kept, most=2)
    why = {entry.claim: entry.why for entry in record.summary.not_checked}
    assert set(why) == {reading.claims[1].id, reading.claims[2].id, reading.claims[3].id} - {
        c for cluster in record.summary.clusters if cluster.label == "supported" for c in cluster.claims
    }
    assert "opinion" in why[reading.claims[1].id]
    left = [text for text in why.values() if "most important" in text or "no battery for music" in text]
    assert len(left) == 2


@pytest.mark.usefixtures("planted")
def test_the_second_time_nothing_is_measured(kept: Path) -> None:
    reading = article_read((HEADLINE, "math"))
    audited(reading, kept)
    again = audited(reading, kept)
    assert all(f.timing.new_measurements == 0 for f in again.factchecks if not isinstance(f, FailedCheck))


@pytest.mark.usefixtures("planted")
def test_the_command_that_repeats_an_audit_names_the_models_that_were_used(kept: Path) -> None:
    record = audited(article_read((HEADLINE, "math"), (MUSIC, "music")), kept)
    assert record.reproduce == f"claimlab audit made --model {CARD.name} --budget quick --seed 0"
    nothing = audited(article_read((MUSIC, "music")), kept)
    assert nothing.reproduce == "claimlab audit made --budget quick --seed 0"


def failing(errors: dict[str, Exception], real: Callable[..., Prepared]) -> Callable[..., Prepared]:
    def prepared(claim: Claim, request: Request, *, progress: object) -> Prepared:
        if claim.cluster in errors:
            raise errors[claim.cluster]
        return real(claim, request, progress=progress)

    return prepared


@pytest.mark.usefixtures("planted")
def test_a_check_that_fails_carries_its_error_and_the_others_go_on(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import verify.audit

    errors: dict[str, Exception] = {"math": ModelError("the model is incomplete; fetch it again")}
    monkeypatch.setattr("verify.audit.prepare", failing(errors, verify.audit.prepare))
    record = audited(article_read((HEADLINE, "math"), (OTHER, "physics")), kept)
    failed, done = record.factchecks
    assert isinstance(failed, FailedCheck)
    assert failed.model_dump()["error"] == "the model is incomplete; fetch it again"
    assert not isinstance(done, FailedCheck)
    assert record.summary.failed == 1
    assert "1 could not be checked" in record.summary.text
    assert "which models were studied" in record.summary.text
    assert not any(name in record.summary.text for name in record.omissions.model_dump())


@pytest.mark.parametrize("error", [SourceError("no model"), InputError("no such model")])
def test_if_every_check_fails_the_audit_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr("verify.audit.prepare", failing({"math": error}, lambda *_a, **_k: None))  # type: ignore[arg-type, return-value]
    with pytest.raises(type(error)):
        audited(article_read((HEADLINE, "math"), (OPINION, "x")), tmp_path)


@pytest.mark.parametrize("error", [Interrupted("stopped"), StoreError("the disk is full")])
def test_an_interrupt_or_a_full_disk_ends_the_audit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr("verify.audit.prepare", failing({"math": error}, lambda *_a, **_k: None))  # type: ignore[arg-type, return-value]
    with pytest.raises(type(error)):
        audited(article_read((HEADLINE, "math"), (OTHER, "physics")), tmp_path)


@pytest.mark.usefixtures("planted")
def test_an_interrupted_audit_goes_on_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, network: Network
) -> None:
    reading = article_read((HEADLINE, "math"), (OTHER, "physics"))
    seen: list[str] = []

    def stop(stage: str, done: float, _detail: str, /) -> None:
        seen.append(stage)
        if "lesion" in stage and done > 0.3:
            raise KeyboardInterrupt

    with store_in(tmp_path) as store, pytest.raises(Interrupted):
        audit(reading, Request(), store, progress=stop, reproduce=again)
    record = audited(reading, tmp_path)
    fresh = audited(reading, tmp_path / "other")
    count = [
        [f.timing.new_measurements for f in r.factchecks if not isinstance(f, FailedCheck)] for r in (record, fresh)
    ]
    assert sum(count[0]) < sum(count[1]), "what was measured before the stop is not measured again"
    assert [c.label for c in record.summary.clusters] == [c.label for c in fresh.summary.clusters]


def test_an_article_without_claims_is_an_audit_without_checks(tmp_path: Path) -> None:
    article = Article(text="The weather was fine.", source="made")
    reading = ArticleRead(article, (), read_omissions(article), read_citations(article))
    record = audited(reading, tmp_path)
    assert record.factchecks == ()
    assert "No claim" in record.summary.text


def test_a_seed_of_the_user_is_kept() -> None:
    assert request_for(Request()).seed == 0
    assert request_for(Request(seed=7)).seed == 7

"""How well does the embedded reader read claims and articles that people have labelled?

    .venv/bin/python benchmarks/reader.py [--claims FILE.jsonl] [--articles FOLDER] [--marked FILE.txt]
        [--ablation] [--tuned {1,2,3}]

Claims: F1 of testable, accuracy of polarity and reason, micro-F1 of domains and predicates, F1 of models and quantities
(pieces count as the same where one holds the other). Articles: share of the gold claims that are found, of the
found ones that are gold, and F1 of the pairs that say the same. A gold claim is found if its words and a quote's
overlap by F1 > 0.5; optional ones count neither way. Marked articles (in the form of claims/articles.txt): share of
the clauses listed, and of the testable ones, of which more than half is marked, and of the marked clauses those listed;
with the sentence model and by words alone. Intervals: percentile bootstrap over claims or articles, 95 %.
FOLDER holds articles and NAME.gold.json beside them. The shipped weights were fitted on claims/examples.txt, the
sentence model's on encoder_examples.txt too. `--ablation` measures on each of three writers of the first ("hands" in
that file) with weights from all the others, by kind of feature; `--tuned` on one of the three with the sentence model
fine-tuned on all the others (half an hour of a core).
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from claims import Article, Claim, read_article, read_claim
from claims.article_reader import MARKUP, article_parts, read_claims
from claims.classifier import BY_WORDS, WITH_SENTENCE_MODEL, Reading, decide
from claims.labelled_articles import Labelled, articles_of
from claims.rules import matching_view, read_by_rules
from claims.sources import load_article
from claims.training import Example, example_features, fit, shipped_examples
from claims.worth_training import MARKED_FROM, share_marked

RESAMPLES = 1000
FOUND_FROM = 0.5
KINDS = (
    ("rule", "turn"),
    ("rule", "turn", "concept", "word"),
    ("rule", "turn", "concept", "word", "topic"),
    ("rule", "turn", "concept", "word", "topic", "pair", "end"),
)
WRITERS = ("fourth hand: newspapers", "fifth hand: abstracts", "sixth hand: posts and talk")  # written for hard cases
Counts = tuple[int, int, int]  # right, given, gold


def main() -> None:
    """Print one line per figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=Path)
    parser.add_argument("--articles", type=Path)
    parser.add_argument("--marked", type=Path)
    parser.add_argument("--ablation", action="store_true")
    parser.add_argument("--tuned", type=int, choices=range(1, len(WRITERS) + 1))
    args = parser.parse_args()
    if not any(vars(args).values()):
        parser.error("say what to measure: --claims, --articles, --marked, --ablation or --tuned")
    if args.claims:
        measure_claims([json.loads(line) for line in args.claims.read_text(encoding="utf-8").splitlines() if line])
    if args.articles:
        measure_articles(args.articles)
    if args.marked:
        measure_marked(articles_of(args.marked.read_text(encoding="utf-8")))
    if args.ablation:
        measure_features(shipped_examples())
    if args.tuned:
        measure_tuned(shipped_examples(), WRITERS[args.tuned - 1])


def measure_claims(rows: Sequence[dict[str, Any]]) -> None:
    """The figures for labelled claims."""
    claims = [read_claim(row["text"]) for row in rows]
    both = list(zip(rows, claims, strict=True))
    print(f"{len(rows)} claims")  # noqa: T201
    show("testable F1", [sets({"yes"} if r["testable"] else set(), {"yes"} if c.testable else set()) for r, c in both])
    show("polarity accuracy", [same(r["polarity"], c.polarity) for r, c in both])
    show("reason accuracy", [same(r["not_testable_reason"], c.not_testable_reason) for r, c in both])
    show("domains F1", [sets(set(r["domains"]), set(c.domains)) for r, c in both])
    show("predicates F1", [sets(set(r["predicates"]), set(c.predicates)) for r, c in both])
    show("models F1", [pieces(r["models"], c.models) for r, c in both])
    show("quantities F1", [pieces(r["quantities"], c.quantities) for r, c in both])


def measure_articles(folder: Path) -> None:
    """The figures for articles with gold."""
    found: list[Counts] = []
    pairs: list[Counts] = []
    forbidden = 0
    for path in sorted(folder.glob("*.gold.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        source = next(one for one in path.parent.glob(path.name.replace(".gold.json", ".*")) if one != path)
        article = load_article(str(source))
        claims = read_article(article)
        if any(article.text[claim.start : claim.end] != claim.quote for claim in claims):
            raise SystemExit(f"{path.name}: a quote is not verbatim")
        at = {i: best(one["span"], claims) for i, one in enumerate(gold["claims"])}
        asked = [i for i, one in enumerate(gold["claims"]) if not one.get("optional")]
        used = {j for j in at.values() if j is not None}
        right = sum(at[i] is not None for i in asked)
        again = {tuple(words(one["span"])) for one in gold["claims"]}  # what the article says twice is gold twice
        extra = [claim for j, claim in enumerate(claims) if j not in used and tuple(words(claim.quote)) not in again]
        found.append((right, right + len(extra), len(asked)))
        pairs.append(pair_counts(gold["claims"], claims, {i: j for i in asked if (j := at[i]) is not None}))
        outside = [one["span"] for one in gold.get("not_article_text") or []]
        forbidden += sum(words(claim.quote) == words(span) for claim in claims for span in outside)
    print(f"{len(found)} articles")  # noqa: T201
    show("claims found (recall)", [(right, gold, gold) for right, _, gold in found])
    show("claims that are gold (precision)", [(right, given, given) for right, given, _ in found])
    show("pairs that say the same, F1", pairs)
    print(f"extracted from what is not the article: {forbidden}")  # noqa: T201


def measure_marked(articles: Sequence[Labelled]) -> None:
    """The figures for articles whose claims are marked."""
    for by_words in (False, True):
        listed: list[Counts] = []
        testable: list[Counts] = []
        marked: list[Counts] = []
        for one in articles:
            article = Article(text=one.text, source="-")
            spans = [(part.clause.start, part.clause.end) for part in article_parts(article, by_words=by_words)]
            wanted = {span for span in spans if share_marked(one, *span) > MARKED_FROM}
            claims = [found.claim for found in read_claims(article, by_words=by_words)]
            right = [(claim.start, claim.end) in wanted for claim in claims]
            of_testable = [good for good, claim in zip(right, claims, strict=True) if claim.testable]
            listed.append((sum(right), len(right), len(right)))
            testable.append((sum(of_testable), len(of_testable), len(of_testable)))
            marked.append((sum(right), len(wanted), len(wanted)))
        print(f"{len(articles)} articles, {'by words' if by_words else 'with the sentence model'}")  # noqa: T201
        show("listed that are marked", listed)
        show("testable that are marked", testable)
        show("marked that are listed", marked)


def best(span: str, claims: Sequence[Claim]) -> int | None:
    """The claim whose quote shares most words with this span, if enough."""
    likeness = [word_f1(span, claim.quote) for claim in claims]
    top = max(range(len(claims)), key=likeness.__getitem__, default=None)
    return top if top is not None and likeness[top] > FOUND_FROM else None


def word_f1(a: str, b: str) -> float:
    """F1 of the words of two texts."""
    first, second = Counter(words(a)), Counter(words(b))
    return 2 * sum((first & second).values()) / max(1, sum(first.values()) + sum(second.values()))


def words(text: str) -> list[str]:
    """Words without markup, in lower case."""
    return re.findall(r"\w+", MARKUP.sub(" ", text).lower())


def pair_counts(gold: Sequence[dict[str, Any]], claims: Sequence[Claim], at: dict[int, int]) -> Counts:
    """Pairs put together rightly, put together, and together in the gold."""
    right = given = wanted = 0
    for i, first in at.items():
        for j, second in at.items():
            if i < j and first != second:
                together, alike = (
                    gold[i]["cluster"] == gold[j]["cluster"],
                    claims[first].cluster == claims[second].cluster,
                )
                right, given, wanted = right + (together and alike), given + alike, wanted + together
    return right, given, wanted


def measure_features(examples: Sequence[Example]) -> None:
    """Three writers, each read with weights from all the others, for the rules alone and then by kind of feature."""
    rules = [read_by_rules(matching_view(example.text)) for example in examples]
    values = example_features(examples)
    by_writer = [_written_by(examples, name) for name in WRITERS]
    tested = [i for written in by_writer for i in written]
    show_readings("rules alone", [examples[i] for i in tested], [rules[i] for i in tested])
    for kinds in KINDS:
        some = [{name: size for name, size in row.items() if name.split(":")[0] in kinds} for row in values]
        readings: dict[int, Reading] = {}
        for written in by_writer:
            train = [i for i in range(len(examples)) if i not in written]
            weights = fit([some[i] for i in train], [examples[i].labels for i in train])
            readings |= {i: decide(weights.scores(some[i]), rules[i], BY_WORDS) for i in written}
        show_readings(" + ".join(kinds), [examples[i] for i in tested], [readings[i] for i in tested])


def _written_by(examples: Sequence[Example], name: str) -> list[int]:
    return [i for i, example in enumerate(examples) if example.hand == name]


def measure_tuned(examples: Sequence[Example], name: str) -> None:
    """One writer read with weights from all the others, without and with the sentence model fine-tuned on these."""
    import torch

    from claims.encoder import as_log_odds
    from claims.encoder_training import Recipe, pretrained, targets, tokens, train

    written = _written_by(examples, name)
    rules = {i: read_by_rules(matching_view(examples[i].text)) for i in written}
    rest = [i for i in range(len(examples)) if i not in written]
    values, ids = example_features(examples), tokens([example.text for example in examples])
    gold = targets(examples)
    weights = fit([values[i] for i in rest], [examples[i].labels for i in rest])
    scores = {i: weights.scores(values[i]) for i in written}
    some = [examples[i] for i in written]
    show_readings("by words", some, [decide(scores[i], rules[i], BY_WORDS) for i in written])
    encoder = train(pretrained(), [ids[i] for i in rest], gold[rest], recipe=Recipe(), seed=0)
    with torch.inference_mode():
        tuned = {i: as_log_odds(encoder(torch.tensor([ids[i]]))[0].double().numpy()) for i in written}
    both = [decide((scores[i] + tuned[i]) / 2, rules[i], WITH_SENTENCE_MODEL) for i in written]
    show_readings("with the sentence model", some, both)


def show_readings(name: str, examples: Sequence[Example], readings: Iterable[Any]) -> None:
    """The figures of one kind of reading of the examples."""
    print(name)  # noqa: T201
    both = list(zip(examples, readings, strict=True))

    def labelled(example: Example, kind: str) -> set[str]:
        return {label.removeprefix(kind) for label in example.labels if label.startswith(kind)}

    show(
        "  testable F1",
        [sets(labelled(e, "reason ") & {"testable"}, set() if r.reason else {"testable"}) for e, r in both],
    )
    show("  polarity accuracy", [same("denies" in e.labels, r.polarity == "denies") for e, r in both])
    show("  reason accuracy", [same(labelled(e, "reason "), {r.reason or "testable"}) for e, r in both])
    show("  domains F1", [sets(labelled(e, "domain ") or {"other"}, set(r.domains)) for e, r in both])
    show("  predicates F1", [sets(labelled(e, "predicate "), set(r.predicates)) for e, r in both])


def sets(gold: set[str], given: set[str]) -> Counts:
    """Counts for sets of labels."""
    return len(gold & given), len(given), len(gold)


def same(gold: object, given: object) -> Counts:
    """Counts for one label each: F1 of such counts is accuracy."""
    return int(gold == given), 1, 1


def pieces(gold: Sequence[str], given: Sequence[str]) -> Counts:
    """Counts for verbatim pieces; two are the same where they share a figure or one holds the other; each used once."""
    left = list(given)
    for piece in gold:
        match = next((one for one in left if overlap(piece.lower(), one.lower())), None)
        if match is not None:
            left.remove(match)
    return len(given) - len(left), len(given), len(gold)


def overlap(a: str, b: str) -> bool:
    """Do two pieces of a sentence overlap, as far as their words tell?"""
    return a in b or b in a or bool(set(re.findall(r"[\d.,]*\d", a)) & set(re.findall(r"[\d.,]*\d", b)))


def show(name: str, counts: Sequence[Counts]) -> None:
    """Print F1 over these counts with its bootstrap interval."""
    table = np.array(counts)
    rng = np.random.default_rng(0)
    again = [f1(table[rng.integers(len(table), size=len(table))]) for _ in range(RESAMPLES)]
    low, high = np.percentile(again, [2.5, 97.5])
    print(f"{name:34s} {f1(table):.3f}  [{low:.3f}, {high:.3f}]")  # noqa: T201


def f1(table: "np.ndarray[Any, Any]") -> float:
    """2 * right / (given + gold)."""
    right, given, gold = table.sum(axis=0)
    return float(2 * right / max(1, given + gold))


if __name__ == "__main__":
    main()

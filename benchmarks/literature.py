"""How well related work is found and judged, and whether made-up citations are told from real ones.

    .venv/bin/python benchmarks/literature.py [--words-alone] [FILE ...]

FILE: lists of claims; without one, the two lists of this folder and the shared development pairs, where they are.
Also prints, for each domain of benchmarks/literature_regions.json, how many of the first ten works are relevant.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import torch

from claims import Citation, read_claim
from verify.literature import curated_works, embedded_judge
from verify.literature.citations import check_citation
from verify.literature.people import is_title, surname
from verify.literature.retrieval import rank
from verify.literature.sources import Answer
from verify.literature.works import CuratedWork

HERE = Path(__file__).parent
SHARED = HERE.parents[1] / "shared" / "data" / "literature" / "pairs.jsonl"
CLASSES = ("supports", "refutes", "mixed", "unrelated")
FIRST = 10


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """Mean F1 over the classes that occur in the gold."""
    scores = []
    for name in CLASSES:
        hit = sum(gold == got == name for gold, got in pairs)
        wrong = sum(got == name != gold for gold, got in pairs) + sum(gold == name != got for gold, got in pairs)
        if any(gold == name for gold, _ in pairs):
            scores.append(2 * hit / (2 * hit + wrong))
    return sum(scores) / len(scores)


def claims_of(path: Path, *, by_meaning: bool) -> None:
    """Recall of relevant works in the first ten, and stance."""
    recalls, pairs, open_ones = [], [], 0
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        claim = read_claim(row["claim"])
        hits = rank(claim.text, curated_works(), domains=claim.domains, by_meaning=by_meaning)
        first = {hit.work.id for hit in hits[:FIRST]}
        if row["relevant"]:
            recalls.append(len(first & set(row["relevant"])) / len(row["relevant"]))
        for hit in hits:
            if hit.work.id in row["stance"]:
                gold, got = row["stance"][hit.work.id], embedded_judge(claim, hit).stance
                if got == "unclear":
                    open_ones += 1
                else:
                    pairs.append((gold, got))
                if got != gold:
                    print(f"  {row['id']} {hit.work.id[:40]}: {gold}, judged {got} ({hit.score:.2f})")
    print(
        f"{path.name}: recall at {FIRST} {sum(recalls) / len(recalls):.3f} over {len(recalls)} claims; stance macro-F1 "
        f"{macro_f1(pairs):.3f} on {len(pairs)} decided of {len(pairs) + open_ones} "
        f"({len(pairs) / (len(pairs) + open_ones):.0%})"
    )


def regions(*, by_meaning: bool) -> None:
    """Relevant works and critiques among the first ten of each domain."""
    listed = json.loads((HERE / "literature_regions.json").read_text(encoding="utf-8"))
    for domain, row in listed["domains"].items():
        claim = read_claim(row["query"])
        hits = rank(claim.text, curated_works(), domains=claim.domains, by_meaning=by_meaning)[:FIRST]
        ids = [hit.work.id for hit in hits]
        relevant = sum(i in row["relevant"] for i in ids)
        critiques = sum(i in row["critiques"] for i in ids)
        print(f"{domain}: {relevant} of {FIRST} relevant, {critiques} critiques; not: "
              f"{[i[:30] for i in ids if i not in row['relevant']]}")  # fmt: skip


def citations() -> None:
    """Real and made-up citations against a service that knows every work of the index by its title and id."""
    works = curated_works()

    def service(cited: Citation) -> Answer:
        known = [w for w in works if (cited.title and is_title(cited.title, w)) or cited.arxiv_id == w.arxiv_id]
        return Answer("gathered", tuple(known))

    rng = random.Random(0)
    real = [check_citation(_mention(w, rng), look_up=service).verdict for w in works if w.authors and w.year]
    invented = [_invented(works, rng) for _ in range(300)]
    made_up = [check_citation(cited, look_up=service).verdict for cited in invented]
    alone = [check_citation(cited).verdict for cited in invented]
    alarms = sum(v not in ("ok", "unchecked") for v in real)
    print(f"citations: {alarms} false alarms on {len(real)} real ones ({real.count('ok')} confirmed); "
          f"{sum(v == 'made_up' for v in made_up)} of {len(made_up)} made-up ones flagged, "
          f"{sum(v == 'made_up' for v in alone)} by the index and the rules alone")  # fmt: skip


def cited() -> None:
    """Real and made-up works: by people and year, in full, and in full with a service to ask."""
    rows = [json.loads(line) for line in (HERE / "cited_works.jsonl").read_text(encoding="utf-8").splitlines()]
    works = tuple(
        CuratedWork(id=row["title"], title=row["title"], authors=(row["author"], "et al."), finding=row["title"])
        for row in rows
        if row["kind"] == "real" and row["title"]
    )

    def service(asked: Citation) -> Answer:
        return Answer("gathered", tuple(w for w in (*curated_works(), *works) if is_title(asked.title or "", w)))

    for kind in ("real", "made_up"):
        for form, look_up in (("people and year", None), ("in full", None), ("in full, with a service", service)):
            full = form != "people and year"
            verdicts = Counter(
                check_citation(
                    Citation(
                        mention=f"{row['author']} et al. {row['year']}",
                        authors=(row["author"],),
                        year=row["year"],
                        title=row["title"] if full else None,
                        said=row["said"],
                    ),
                    look_up=look_up,
                ).verdict
                for row in rows
                if row["kind"] == kind and (row["title"] or not full)
            )
            print(f"cited works, {kind}, {form}: {dict(verdicts)}")


def _mention(work: CuratedWork, rng: random.Random) -> Citation:
    """A real work as articles cite it: in full, by title, by id, or by its first author and year."""
    form = rng.choice(("full", "title", "id", "people"))
    people = tuple(surname(name) for name in work.authors[:1])
    return Citation(
        mention=f"{people[0]} et al. ({work.year})",
        authors=people if form != "title" else (),
        year=work.year,
        title=work.title if form in ("full", "title") else None,
        arxiv_id=work.arxiv_id if form == "id" else None,
        said=work.finding if form == "people" else None,
    )


def _invented(works: Sequence[CuratedWork], rng: random.Random) -> Citation:
    """Parts of real titles and people put together anew, with the id of another work, an unused one or none."""
    one, other, third = rng.sample(list(works), 3)
    words = one.title.split()[: rng.randint(2, 4)] + other.title.split()[-rng.randint(2, 4) :]
    people = tuple(surname(w.authors[0]) for w in (one, third) if w.authors)
    number = rng.choice(
        (None, third.arxiv_id, f"{rng.randint(20, 25)}{rng.randint(1, 12):02d}.{rng.randint(90000, 99999)}")
    )
    return Citation(
        mention=" ".join(words), authors=people, year=rng.randint(2019, 2026), title=" ".join(words), arxiv_id=number
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words-alone", action="store_true")
    parser.add_argument("files", nargs="*", type=Path)
    asked = parser.parse_args()
    for file in asked.files or [f for f in (*sorted(HERE.glob("literature_*.jsonl")), SHARED) if f.is_file()]:
        claims_of(file, by_meaning=not asked.words_alone)
    regions(by_meaning=not asked.words_alone)
    citations()
    cited()

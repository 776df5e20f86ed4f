import re
from collections import Counter

from verify.literature import curated_works
from verify.literature.comparing import _index_vectors, index_texts


def test_the_index_holds_what_was_promised() -> None:
    works = curated_works()
    assert len(works) >= 150
    assert {"supports", "refutes", "mixed"} <= {said for w in works for said, _ in w.says}


def test_ids_are_unique_and_well_formed() -> None:
    works = curated_works()
    for name in ("id", "arxiv_id", "doi"):
        counts = Counter(getattr(w, name) for w in works if getattr(w, name))
        assert max(counts.values()) == 1, counts.most_common(1)
    for w in works:
        assert w.arxiv_id is None or re.fullmatch(r"\d{4}\.\d{4,5}", w.arxiv_id), w.id
        assert w.doi is None or re.fullmatch(r"10\.\d{4,9}/\S+", w.doi), w.id
        assert w.id in (w.arxiv_id, w.doi) or len(w.id) > 20, w.id


def test_years_are_possible_and_fit_the_arxiv_id() -> None:
    for w in curated_works():
        if w.year is None:
            continue
        assert 1990 <= w.year <= 2026, w.id
        if w.arxiv_id:
            posted = 2000 + int(w.arxiv_id[:2])
            assert posted - 1 <= w.year <= posted + 5, (w.id, w.year)


def test_findings_are_one_sentence_of_reasonable_length() -> None:
    for w in curated_works():
        assert 8 <= len(w.finding.split()) <= 60, (w.id, len(w.finding.split()))


def test_every_work_has_short_statements_each_once() -> None:
    for w in curated_works():
        assert len(w.says) >= 2, w.id
        statements = [statement for _, statement in w.says]
        assert len(set(statements)) == len(statements), w.id
        assert all(3 <= len(statement.split()) <= 20 for statement in statements), w.id


def test_every_work_says_where_its_facts_were_looked_up() -> None:
    for w in curated_works():
        assert w.verified is not None, w.id
        assert w.verified.bibliography.strip(), w.id


def test_the_stored_vectors_belong_to_the_texts() -> None:
    assert set(_index_vectors()) == set(index_texts())

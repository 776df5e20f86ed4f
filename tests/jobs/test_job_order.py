"""Whose turn it is: old jobs first, but no visitor waits for more than one job of each other visitor."""

from hypothesis import given
from hypothesis import strategies as st

from jobs.job import Waiting, in_turn

WAITING = st.lists(
    st.tuples(st.sampled_from("abcd"), st.floats(0, 100), st.booleans()), max_size=20
).map(lambda rows: [Waiting(str(n), *row) for n, row in enumerate(rows)])  # fmt: skip
SERVED = st.dictionaries(st.sampled_from("abcd"), st.floats(0, 100))


@given(WAITING, SERVED)
def test_every_job_has_one_turn(waiting: list[Waiting], served: dict[str, float]) -> None:
    assert sorted(in_turn(waiting, served)) == sorted(job.id for job in waiting)


@given(WAITING, SERVED)
def test_what_was_started_before_goes_first(waiting: list[Waiting], served: dict[str, float]) -> None:
    resumed = [job.id for job in waiting if job.resumed]
    assert set(in_turn(waiting, served)[: len(resumed)]) == set(resumed)


@given(WAITING, SERVED)
def test_a_visitor_s_own_jobs_keep_their_order(waiting: list[Waiting], served: dict[str, float]) -> None:
    order = in_turn(waiting, served)
    fresh = {job.id: job for job in waiting if not job.resumed}
    for visitor in "abcd":
        own = [fresh[name].created for name in order if name in fresh and fresh[name].visitor == visitor]
        assert own == sorted(own)


@given(WAITING, SERVED)
def test_between_two_turns_of_a_visitor_everybody_else_who_waits_has_one(
    waiting: list[Waiting], served: dict[str, float]
) -> None:
    fresh = {job.id: job.visitor for job in waiting if not job.resumed}
    order = [fresh[name] for name in in_turn(waiting, served) if name in fresh]
    for start, visitor in enumerate(order):
        if visitor in order[start + 1 :]:
            again = order.index(visitor, start + 1)
            assert set(order[again:]) - {visitor} <= set(order[start + 1 : again])


def test_many_jobs_of_one_visitor_delay_another_by_one() -> None:
    waiting = [Waiting(f"a{n}", "a", float(n)) for n in range(9)] + [Waiting("b", "b", 100.0)]
    assert in_turn(waiting, {}).index("b") == 1

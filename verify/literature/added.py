"""Works that a user added to the index: one file of lines in the data folder, looked up on arXiv when added."""

import re
from collections.abc import Callable

from filelock import FileLock
from pydantic import ValidationError

from claims.atomic import replacing
from claims.citation_patterns import ARXIV_ID
from claims.errors import InputError, SourceError, StoreError
from claims.folders import data_folder, storing
from verify.literature.arxiv_search import arxiv_by_id
from verify.literature.works import CuratedWork, curated_works

_FILE = "literature.jsonl"
Notice = Callable[[str], None]


def added_works() -> tuple[CuratedWork, ...]:
    """The user's own works, oldest first.

    Raises:
        StoreError: the file is damaged.
    """
    place = data_folder() / _FILE
    if not place.is_file():
        return ()
    try:
        lines = place.read_text(encoding="utf-8").splitlines()
        return tuple(CuratedWork.model_validate_json(line) for line in lines if line.strip())
    except (OSError, ValueError, ValidationError) as error:
        raise StoreError(f"your own works in {place} cannot be read; repair the file or remove it") from error


def add_work(identifier: str, *, notice: Notice, seconds: float = 20.0) -> CuratedWork:
    """Look an arXiv id up and keep the work; one that is there already is only returned.

    `notice` is told before arXiv is asked.

    Raises:
        InputError: it is no arXiv id, or arXiv has no such work.
        SourceError: arXiv could not be asked.
        StoreError: it cannot be kept.
    """
    wanted = re.sub(r"^(?:https?://)?(?:www\.)?arxiv(?:\.org/(?:abs|pdf)/|:)", "", identifier.strip(), flags=re.I)
    wanted = re.sub(r"(?:\.pdf|v\d+)$", "", wanted)
    if not re.fullmatch(ARXIV_ID, wanted):
        raise InputError(f"{identifier!r} is not an arXiv id; give one such as 2411.02280")
    for work in (*curated_works(), *added_works()):
        if wanted in (work.id, work.arxiv_id):
            return work
    notice(f"asking arXiv (export.arxiv.org) for {wanted}; nothing else leaves this machine")
    answer = arxiv_by_id([wanted], seconds=seconds)
    if answer.status == "unavailable":
        raise SourceError(f"{wanted} could not be looked up ({answer.reason}); try again later")
    if not answer.works:
        raise InputError(f"arXiv has no work {wanted}; check the number")
    return _kept(answer.works[0])


def _kept(work: CuratedWork) -> CuratedWork:
    """The work, added to the file; as it is there where another process added it meanwhile."""
    place = data_folder() / _FILE
    with storing(place), FileLock(place.parent / f".{_FILE}.lock"):
        own = added_works()
        if (known := next((other for other in own if other.id == work.id), None)) is not None:
            return known
        with replacing(place) as partial:
            partial.write_text("".join(f"{one.model_dump_json()}\n" for one in (*own, work)), encoding="utf-8")
    return work

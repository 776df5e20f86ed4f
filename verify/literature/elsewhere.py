"""Works that exist although neither arXiv nor Crossref knows them: known by title, so that no alarm is raised."""

from functools import cache
from importlib.resources import files

import yaml

from verify.literature.works import CuratedWork


@cache
def kept_elsewhere() -> tuple[CuratedWork, ...]:
    """Such works with title, first author and year; of their content nothing is known."""
    text = files("verify.literature").joinpath("elsewhere.yaml").read_text(encoding="utf-8")
    return tuple(
        CuratedWork(id=title, title=title, authors=(author, "et al."), year=year, finding=title)
        for title, author, year in yaml.safe_load(text)
    )

"""The only addresses that a report links to: works by arXiv id or DOI, and web pages with an http or https address."""

import re
from urllib.parse import quote, urlsplit

_ARXIV = re.compile(r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?")
_DOI = re.compile(r"10\.\d{4,9}/[^\s<>\"'\\{}|^`]+")


def work_address(identity: str) -> str:
    """Where a work is, by its arXiv id or DOI; "" for anything else."""
    if _ARXIV.fullmatch(identity):
        return f"https://arxiv.org/abs/{identity}"
    if _DOI.fullmatch(identity):
        return "https://doi.org/" + quote(identity, safe="/:;()._-")
    return ""


def page_address(address: str) -> str:
    """`address` with every odd character quoted, if it is that of a page on the web; "" for anything else."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return ""
    return quote(address, safe="/:?#[]!$&'()*+,;=%-._~") if len(address) <= 2000 else ""

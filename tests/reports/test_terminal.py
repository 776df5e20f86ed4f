"""What the command line shows of an audit: every claim once, under its verdict or under why there is none."""

import re

from rich.console import Console

from reports.terminal_audit import show_audit
from verify.audit_record import Audit


def test_no_claim_is_listed_twice(small_audit: Audit) -> None:
    console = Console(width=200)
    with console.capture() as shown:
        show_audit(console, small_audit, [])
    text = shown.get()
    numbered = re.findall(r"^ *(\d+(?:, \d+)*)  \S", text, re.MULTILINE)
    listed = [number for line in numbered for number in line.split(", ")]
    assert sorted(listed) == sorted(set(listed))
    assert text.index("exaggerated") < text.index("Not checked")

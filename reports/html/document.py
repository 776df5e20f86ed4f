"""A document as one HTML file that asks for nothing from outside: style inside, figures inside, no scripts."""

import base64
import hashlib
from importlib.resources import files

from reports.content.elements import Document
from reports.html.setting import Setting
from reports.html.text import escape
from reports.letters import property_text


def to_html(document: Document) -> bytes:
    """The file. The same document gives the same bytes."""
    style = files("reports.html").joinpath("page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    setting = Setting()
    body = setting.blocks(document.blocks)
    title = escape(property_text(document.title)[:300])
    page = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="claimlab">
<meta name="description" content="{escape(property_text(document.subject)[:300])}">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<a class="skip" href="#main">To the report</a>
<main id="main">
{body}
</main>
{setting.contents()}
<footer><p>{escape(document.foot)}</p></footer>
</body>
</html>
"""
    return page.encode()

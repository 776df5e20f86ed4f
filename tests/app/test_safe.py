"""Text from outside in every place in which it is shown."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from screens import safe

ANY = st.text(max_size=200) | st.text(alphabet="*_`[]()<>#+-.!|$:~\\{}&a1 \n", max_size=80)


@given(ANY)
def test_markdown_shows_the_characters_and_nothing_else(text: str) -> None:
    shown = MarkdownIt("commonmark").render(f"x{safe.markdown(text)}x")
    parts: list[str] = []
    tags: list[str] = []
    parser = HTMLParser()
    parser.handle_data = parts.append  # type: ignore[method-assign]
    parser.handle_starttag = lambda tag, _attributes: tags.append(tag)  # type: ignore[method-assign]
    parser.feed(shown)
    assert tags == ["p"]
    flat = " ".join(safe._CONTROL.sub("", text).split())
    assert "".join(parts).strip() == f"x{flat}x".replace("\0", "")


@given(ANY)
def test_html_holds_no_tag_and_no_quote(text: str) -> None:
    escaped = safe.in_html(text)
    assert not set(escaped) & set("<>\"'")


@given(ANY)
def test_short_text_is_short_and_on_one_line(text: str) -> None:
    shown = safe.short(text, 40)
    assert len(shown) <= 40
    assert "\n" not in shown

"""`claimlab batteries`: the domains that can be tested, with their tasks and contrast sets."""

from typing import Any

from rich.markup import escape

from commands.console import AsJson, out, print_json
from verify import batteries as batteries_
from verify import contrasts
from verify.statistics import Interval


def batteries(as_json: AsJson = False) -> None:
    """Domains that can be tested, with their tasks."""
    made = [batteries_.get_battery(d) for d in batteries_.domains()]
    if as_json:
        print_json({"batteries": [_battery_as_data(b) for b in made]})
        return
    for b in made:
        mean, smallest, closest = batteries_.unlikeness(b)
        kind = ", a control: never a claim's own domain" if b.control else ""
        out.print(f"[bold]{b.domain}[/bold]: {b.title} ({len(b.tasks)} tasks in {len(b.families)} families{kind})")
        out.print(
            f"  families differ in words by {mean:.2f} on average (1: no word in common); most alike are "
            f"{closest[0]} and {closest[1]}, {smallest:.2f}"
        )
        for t in b.tasks:
            example = batteries_.render(t, "completion", 0)
            shown = f"{example.clean} ->{example.correct} | {example.counterfactual} ->{example.incorrect}"
            out.print(
                f"  {t.name:<16}{t.family:<18}{t.answer:<12}level {t.level} {len(t.items):>4} pairs   {escape(shown)}"
            )
    for found in contrasts.contrast_sets():
        match = contrasts.matching(found)
        out.print(f"[bold]contrast {found.domain}[/bold]: {escape(found.name)}, {match.pairs} texts a side")
        out.print(
            f"  {match.words[0]:.1f} and {match.words[1]:.1f} words, {match.characters[0]:.0f} and "
            f"{match.characters[1]:.0f} characters; pair by pair, in standard deviations, "
            f"{_interval(match.words_difference)} words and {_interval(match.characters_difference)} characters apart"
        )
        out.print(
            f"  cosine of their words {match.vocabulary:.2f}, of function words {match.function_words:.2f}, of word "
            f"lengths {match.word_lengths:.2f}; frequent words on one side only: "
            f"{escape(', '.join(match.one_sided) or 'none')}"
        )


def _interval(found: Interval) -> str:
    return f"{found.mean:.2f} \\[{found.low:.2f}, {found.high:.2f}]"


def _battery_as_data(b: batteries_.Battery) -> dict[str, Any]:
    mean, smallest, closest = batteries_.unlikeness(b)
    return {
        "domain": b.domain, "title": b.title, "control": b.control, "families": len(b.families),
        "unlikeness": {"mean": mean, "smallest": smallest, "most_alike": list(closest)},
        "tasks": [
            {"task": t.name, "family": t.family, "answer": t.answer, "level": t.level, "pairs": len(t.items),
             "frames": len({i.frame for i in t.items})}
            for t in b.tasks
        ],
    }  # fmt: skip

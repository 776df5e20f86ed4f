"""The words of the field that the report cannot do without, for people who have never seen a neuron."""

from reports.content.elements import Block, Facts, Section, Words

_TERMS: tuple[tuple[str, Words], ...] = (
    (
        "Unit, neuron",
        "One of the many small numbers that a model computes in each of its layers. Here: a neuron of an MLP.",
    ),
    ("Lesion", "Switching off chosen units while the model works (setting them to zero), or swapping their values."),
    (
        "Localizer",
        "The method that picks the units that matter most for an ability, on items that are not tested later.",
    ),
    (
        "Attribution",
        "The localizer used first: it estimates from gradients what switching off or swapping each unit takes away.",
    ),
    ("Pair", "Two prompts that differ in little and whose right answers are opposite. Both must be right to count."),
    ("Family", "Tasks that ask for the same thing. Families, not single items, are what is counted as repetition."),
    (
        "Held out, left out",
        "Kept aside while units are found, to see whether they also matter for what they were not found with.",
    ),
    ("Random lesion", "As many units in the same layers, picked by chance: what a lesion does just by being one."),
    ("Swapped units", "Units set to their value on the other prompt of the pair (a counterfactual lesion)."),
    (
        "95 % interval",
        "A range around an effect, made in such a way that it covers the true effect in 95 of 100 studies.",
    ),
    ("Smallest effect of interest", "The effect below which the reading would not be worth stating; fixed beforehand."),
    (
        "p, e-value",
        "p: how often as much would come out if there were nothing to find. e-value: made from p; the further above 1, "
        "the less chance explains.",
    ),
    (
        "Chance band",
        "How many units a layer would hold if they were drawn at random from all layers alike.",
    ),
    ("Quantised", "Stored with fewer bits per number. The file is smaller and is another model than the original."),
)


def glossary() -> list[Block]:
    """The section."""
    return [Section("Words used"), Facts(_TERMS, name_width=128)]

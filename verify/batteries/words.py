"""Words that several batteries share, so that no domain is given away by its cast of people."""

from itertools import product

MEN = ("Tom", "Ben", "Sam", "Max", "Jack", "Paul", "Mark", "David")
WOMEN = ("Anna", "Lucy", "Emma", "Kate", "Mary", "Jane", "Laura", "Sarah")
PEOPLE = tuple(name for couple in zip(MEN, WOMEN, strict=True) for name in couple)
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def couples() -> list[tuple[str, str]]:
    """Pairs of a man's and a woman's name, in both orders."""
    mixed = list(product(MEN, WOMEN))
    return mixed + [(b, a) for a, b in mixed]

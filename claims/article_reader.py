"""The embedded reader of articles: every claim in a text, in the author's words. No network, no language model.

Order of work: sentences of the article proper; their clauses; what each says, read with what it points back to; which
of them claim something; which say the same.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from claims.amounts import find_quantities
from claims.antecedents import Said, model_meant, naming_the_model, only_model, said
from claims.classifier import Reading, classify, classify_all
from claims.clauses import Clause, clauses
from claims.clusters import clusters
from claims.context import Added, in_brackets, part_meant, says_the_same
from claims.english import check_article_text
from claims.errors import InputError
from claims.model import LONGEST_ARTICLE, Article, Claim, Domain, NotTestableReason
from claims.open_questions import leaves_open
from claims.orders import orders_in
from claims.propositions import Found
from claims.rules import find_modality, find_strength, matching_view, model_names, models_at, read_by_rules
from claims.segment import Sentence, sentences
from claims.vocabulary import vocabulary
from claims.worth import worth

MARKUP = re.compile(r"\]\([^)\s]*\)|[*_`\[\]]")
# "the same set" points back, what two arrive at ("on the same solution") does not
_POINTS_BACK = re.compile(
    r"\b(?:it|they|them|these|those|its|their|that|this|(?<!on )(?<!at )(?<!to )the same)\b", re.IGNORECASE
)
_HEADLINE_WITHIN = 4  # paragraphs from the top
_HEADLINE_WORDS = 5
_FEW_WORDS = 3
# log-odds from which a clause is listed: one that can be tested costs experiments, any other a line; on articles of
# writers left out, zero for both gave as many marked claims as the rules alone had given
_WORTH_TESTING = -0.1
_WORTH_TELLING = -0.3
_NOT_WORTH_BY_RULES = 1.0  # what it takes from them that the rules speak against it


def read_article(article: Article) -> tuple[Claim, ...]:
    """The claims of an article, in the order of the text.

    Each has a verbatim `quote` (`article.text[start:end]`), a self-contained `text` with what was added in [brackets],
    and a `cluster` shared by claims that say the same.

    Args:
        article: the cleaned text with its source.

    Raises:
        InputError: the text is longer than any article, or not English.
    """
    if len(article.text) > LONGEST_ARTICLE:
        raise InputError(
            f"{article.source} holds {len(article.text):,} characters of text, which is a book and not an article "
            f"({LONGEST_ARTICLE:,} at most): give the part that makes the claims."
        )
    check_article_text(article.text, source=article.source)
    found = read_claims(article)
    named = zip(found, clusters(found), strict=True)
    return tuple(one.claim.model_copy(update={"cluster": name}) for one, name in named)


def read_claims(article: Article, *, by_words: bool = False) -> tuple[Found, ...]:
    """The claims of an article before they are compared.

    Args:
        article: the cleaned text with its source.
        by_words: without the sentence model, also where it is on this machine.
    """
    return tuple(_claims(article, by_words=by_words))


@dataclass(frozen=True)
class Part:
    """A clause in the author's words, and with what it points back to.

    Attributes:
        clause: where it stands.
        quote: its words.
        thing: the part of a model that it points back to, with which it is read.
        added: what it leaves to the sentences before it, things and models, for who reads it alone.
        sentence: as `matching_view` gives it, the sentence of which it is a part.
        on_topic: whether its paragraph has a word of the subject.
    """

    clause: Clause
    quote: str
    thing: Added | None
    added: tuple[Added, ...]
    sentence: str
    on_topic: bool

    @property
    def full(self) -> str:
        """The quote with what was added in [brackets]."""
        return in_brackets(self.quote, self.added)

    @property
    def view(self) -> str:
        """The quote as `matching_view` gives it."""
        return matching_view(_plain(self.quote))

    @property
    def view_in_context(self) -> str:
        """The same with the part of a model that it points back to."""
        if self.thing and says_the_same(self.quote):  # "the same [what was said] goes for"
            return matching_view(_plain(self.thing.phrase))
        return matching_view(_plain(in_brackets(self.quote, [self.thing] if self.thing else [])))

    @property
    def models(self) -> tuple[str, ...]:
        """The AI models that it names and the one that it points back to, verbatim, each once."""
        own = _named(_plain(self.quote))
        if own and says_the_same(self.quote):
            return own  # "the same [as was said of Llama] goes for Gemma"
        # of several that are meant, the text alone tells
        added = [names for one in self.added if len(names := _named(_plain(one.phrase))) == 1]
        return tuple(dict.fromkeys((*(name for (name,) in added), *own)))


def _claims(article: Article, *, by_words: bool) -> Iterator[Found]:
    parts = article_parts(article, by_words=by_words)
    views = [view for part in parts for view in (part.sentence, part.view, part.view_in_context)]
    readings = classify_all(views, by_words=by_words)
    domains: tuple[Domain, ...] = ("other",)
    orders = [(one.start, one.end) for one in orders_in(article.text) if one.start is not None and one.end is not None]
    for part in parts:
        read = _claim(part, readings, domains)
        if read and (read.claim.testable or not _within(part.clause, orders)):
            yield read
            domains = read.claim.domains


def _within(clause: Clause, spans: Sequence[tuple[int, int]]) -> bool:
    """Of an order to machines only what can be tested is a claim, so that no order hides one."""
    return any(start <= clause.start and clause.end <= end for start, end in spans)


def article_parts(article: Article, *, by_words: bool) -> list[Part]:
    """The clauses of the article proper, in order.

    Args:
        article: the cleaned text with its source.
        by_words: without the sentence model, also where it is on this machine.
    """
    before: list[str] = []
    heard: list[Said] = []
    parts: list[Part] = []
    every = tuple(sentences(article.text, items=article.items))
    topic = vocabulary().english_topic
    on_topic = {one.paragraph for one in every if topic.search(article.text[one.start : one.end])}
    plain = {one: _plain(article.text[one.start : one.end]) for one in every}
    throughout = only_model([said(text) for text in plain.values()])
    for sentence in every:
        if sentence.is_heading and not _is_headline(article, sentence, by_words=by_words):
            heard.append(said(plain[sentence]))
            continue
        whole, at = matching_view(plain[sentence]), sentence.start
        so_far = ""
        for clause in clauses(article.text, sentence.start, sentence.end):
            quote = article.text[clause.start : clause.end]
            so_far = f"{so_far} {_plain(article.text[at : clause.start])}".strip()
            known = [*heard, *([said(so_far)] if so_far else [])]
            thing, model = part_meant(quote, before), model_meant(quote, known, throughout=throughout)
            added = [model] if model else []
            if thing and not (model and model.at == thing.at):
                added.append(Added(thing.at, naming_the_model(thing.phrase, known, throughout=throughout)))
            part = Part(clause, quote, thing, tuple(added), whole, sentence.paragraph in on_topic)
            parts.append(part)
            so_far, at = " ".join(f"{so_far} {part.full}".split()), clause.end
            before.append(_plain(quote))
        heard.append(said(f"{so_far} {_plain(article.text[at : sentence.end])}".strip()))
    return parts


def _is_headline(article: Article, sentence: Sentence, *, by_words: bool) -> bool:
    if article.headline_span and sentence.start < article.headline_span[1] and article.headline_span[0] < sentence.end:
        return True
    line = article.text[sentence.start : sentence.end]
    if sentence.paragraph > _HEADLINE_WITHIN or len(line.split()) < _HEADLINE_WORDS:
        return False  # before it is read, which takes as long for one heading as for ten claims together
    return bool(classify(matching_view(line), by_words=by_words).predicates)


def _named(plain: str) -> tuple[str, ...]:
    return models_at(plain, model_names(plain))


def _plain(quote: str) -> str:
    return " ".join(MARKUP.sub(" ", quote).split())


def _claim(
    part: Part,
    readings: Mapping[str, Reading],
    domains_before: tuple[Domain, ...],
) -> Found | None:
    clause, quote, plain = part.clause, part.quote, _plain(part.quote)
    view, view_in_context = part.view, part.view_in_context
    read, in_context = readings[view], readings[view_in_context]
    if not _claims_something(view, view_in_context, read, in_context, on_topic=part.on_topic):
        return None
    if says_the_same(quote):  # "the same goes for ...": of something else, what was just said
        read = replace(in_context, domains=read.domains, amounts=read.amounts)
    names = model_names(plain)
    points_back = bool(_POINTS_BACK.search(view))
    reason = _reason(view, read, readings[part.sentence] if points_back else read)
    if reason is None and part.added and read_by_rules(matching_view(_plain(part.full))).closed_models == "only":
        reason = "other"
    # an ability that was named before is meant by what points back to it, but not by what is only judged or foretold
    known = (read.domains, in_context.domains, domains_before if points_back and reason is None else ("other",))
    claim = Claim(
        id=hashlib.sha256(f"{clause.start}:{quote}".encode()).hexdigest()[:12],  # the same sentence may come twice
        text=part.full,
        quote=quote,
        start=clause.start,
        end=clause.end,
        polarity=read.polarity,
        testable=reason is None,
        not_testable_reason=reason,
        domains=next((some for some in known if some != ("other",)), ("other",)),
        predicates=read.predicates,
        modality=find_modality(view, humans_only=reason == "humans_only"),
        models=part.models,
        quantities=find_quantities(view, plain, names=names, few="sparsity" in read.predicates, seen=read.amounts),
        strength=find_strength(view, names_models=bool(part.models)),
        cluster="",
        attributed_to=clause.source,
    )
    likelier = zip(read.predicate_probabilities, in_context.predicate_probabilities, strict=True)
    return Found(claim, view, tuple(map(max, likelier)), read.denies)


def _reason(view: str, read: Reading, sentence: Reading) -> NotTestableReason | None:
    """Why the clause cannot be tested; "the same set" is measurable where its sentence has said what that is."""
    if vocabulary().worth.evidence.search(view) or leaves_open(view):
        return "other"
    return None if read.reason in ("behaviour_only", "vague", "other") and sentence.reason is None else read.reason


def _claims_something(view: str, view_in_context: str, read: Reading, in_context: Reading, *, on_topic: bool) -> bool:
    """Is the clause worth checking, or at least worth telling apart from what can be checked?"""
    if view.rstrip("\"'").endswith("?") or len(view.split()) < _FEW_WORDS:
        return False
    if leaves_open(view):
        return True
    if read.reason and not on_topic:  # the score has seen articles on this subject alone
        return False
    against = _rules_speak_against(view, read) and _rules_speak_against(view_in_context, in_context)
    limit = _WORTH_TELLING if read.reason else _WORTH_TESTING
    return worth(view, view_in_context, read.vector) - against * _NOT_WORTH_BY_RULES > limit


def _rules_speak_against(view: str, read: Reading) -> bool:
    """Does it tell how something was done, or speak to the reader?"""
    words = vocabulary().worth
    if words.not_a_claim.search(view):
        return True
    if words.evidence.search(view) or leaves_open(view):
        return False
    measurable = read.reason is None and (bool(read.predicates) or read.domains != ("other",))
    if words.aside.search(view) and not measurable:
        return True
    method = words.method.search(view)
    return method is not None and not (measurable and words.finding.search(view, method.end()))

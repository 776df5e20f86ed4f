"""A language model as reader: it proposes, everything is checked, and where it fails the embedded reader takes over.

Per piece of an article: one question, at most one repair. Before the first question the user is told what text goes
where. It decides nothing but how a text is read: verdicts never come from it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from claims.article_reader import read_article
from claims.errors import ClaimError
from claims.language_models.answers import Dropped, Place, Proposal, Unusable, checked, proposals
from claims.language_models.connection import Connection, NoAnswer
from claims.language_models.prompt import MAX_PIECES, Piece, pieces, question, repair
from claims.model import Article, Claim, Correction
from claims.orders import orders_in
from claims.reader import read_claim


@dataclass
class LanguageModelReader:
    """Reads with a language model; the embedded reader where that fails. `notice` takes sentences for the user."""

    connection: Connection
    notice: Callable[[str], None]
    _failed: bool = False  # at what it read last

    @property
    def name(self) -> str:
        """What read last, or is to: `provider:model` as the user gave it, "embedded" where that had to take over."""
        return "embedded" if self._failed else self._model

    @property
    def _model(self) -> str:
        return self.connection.name

    def read_article(self, article: Article) -> tuple[Claim, ...]:
        """The claims of an article, in the order of the text; those of the embedded reader where the model fails."""
        found = self._asked(article, "text")
        return read_article(article) if found is None else found

    def read_claim(self, text: str, *, domains: Sequence[str] = (), polarity: str | None = None) -> Claim:
        """The claim that a sentence or two make: the whole text as quote, the model's labels, the user's corrections.

        Raises:
            ClaimError: the text is not one English claim.
            InputError: a correction names an unknown domain or polarity.
        """
        embedded = read_claim(text, domains=domains, polarity=polarity)
        read = embedded.quote
        found = self._asked(Article(text=read, source="-"), "claim")
        if found is None:
            return embedded
        longest = max(found, key=lambda claim: claim.end - claim.start)
        whole = {name: getattr(embedded, name) for name in ("id", "text", "quote", "start", "end", "cluster")}
        return _corrected(longest.model_copy(update=whole), embedded, domains, polarity)

    def _asked(self, article: Article, what: str) -> tuple[Claim, ...] | None:
        """Its claims; None, and a notice, where the model fails."""
        self._failed = False
        try:
            return self._claims(article)
        except (NoAnswer, Unusable) as failure:
            self._failed = True
            self.notice(f"{self._model} could not be used ({failure}); the embedded reader read the {what} instead.")
            return None

    def _claims(self, article: Article) -> tuple[Claim, ...]:
        parts = pieces(article)
        if len(parts) > MAX_PIECES:
            raise Unusable(f"the text has {len(article.text):,} characters, too many to send")
        if not parts:
            return ()
        self._say_what_is_sent(article, parts)
        dropped = Dropped()
        closed = tuple(
            (one.start, one.end) for one in orders_in(article.text) if one.start is not None and one.end is not None
        )
        found: dict[tuple[int, int], Claim] = {}
        groups: dict[tuple[int, str, str], str] = {}
        for number, part in enumerate(parts):
            place = Place(article.text, part.start, part.end, closed)
            for proposal in self._proposed(part):
                claim = checked(proposal, place, _labels, dropped)
                if claim is not None and (claim.start, claim.end) not in found:
                    found[claim.start, claim.end] = _clustered(claim, proposal, number, groups)
        self._say_what_was_dropped(dropped)
        if not found and read_article(article):
            raise Unusable("it found no claim where there is one")
        return tuple(found[span] for span in sorted(found))

    def _proposed(self, part: Piece) -> tuple[Proposal, ...]:
        asked = question(part)
        answer = self.connection.ask(asked)
        try:
            return proposals(answer)
        except Unusable as problem:
            return proposals(self.connection.ask(repair(asked, answer, str(problem))))

    def _say_what_is_sent(self, article: Article, parts: Sequence[Piece]) -> None:
        size = sum(len(part.sent) for part in parts)
        what = f"{size:,} characters of {article.source if article.source != '-' else 'the text'}"
        if len(parts) > 1:
            what += f" in {len(parts)} pieces"
        if self.connection.local:
            fetched = " The model itself is fetched where it is not here yet." if self.connection.fetched else ""
            self.notice(f"{self._model} reads {what}; it runs on this machine, which the text does not leave.{fetched}")
        else:
            self.notice(
                f"{self._model} reads {what}: this text is sent to {self.connection.host}, and nothing else is."
            )

    def _say_what_was_dropped(self, dropped: Dropped) -> None:
        if dropped.quotes:
            self.notice(f"{self._model} gave {_count(dropped.quotes, 'quote')} that the text does not hold; dropped.")
        if dropped.labels:
            self.notice(
                f"{self._model} gave {_count(dropped.labels, 'label')} outside the vocabulary or the quote; dropped."
            )


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _labels(quote: str) -> Claim:
    """The embedded reader's labels for a quote, also for one that alone is no English claim."""
    try:
        return read_claim(quote)
    except ClaimError:
        return read_claim("AI models").model_copy(update={"testable": False, "not_testable_reason": "other"})


def _clustered(claim: Claim, proposal: Proposal, number: int, groups: dict[tuple[int, str, str], str]) -> Claim:
    """The claim in the cluster of the first that the model put into the same group with the same polarity."""
    label = proposal.cluster
    if isinstance(label, bool) or not isinstance(label, int | str):
        return claim.model_copy(update={"cluster": claim.id})
    cluster = groups.setdefault((number, str(label)[:40], claim.polarity), claim.id)
    return claim.model_copy(update={"cluster": cluster})


def _corrected(claim: Claim, corrected: Claim, domains: Sequence[str], polarity: str | None) -> Claim:
    """The claim with what the user set, each change recorded; `corrected` is what the embedded reader made of it."""
    corrections: list[Correction] = []
    if domains and set(corrected.domains) != set(claim.domains):
        corrections.append(
            Correction(field="domains", read=", ".join(claim.domains), corrected=", ".join(corrected.domains))
        )
        claim = claim.model_copy(update={"domains": corrected.domains})
    if polarity is not None and claim.polarity != corrected.polarity:
        corrections.append(Correction(field="polarity", read=claim.polarity, corrected=corrected.polarity))
        claim = claim.model_copy(update={"polarity": corrected.polarity})
    return claim.model_copy(update={"corrections": tuple(corrections)})

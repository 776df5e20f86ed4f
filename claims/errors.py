"""What can go wrong, as one small tree. Each error is one plain sentence (what, why, what to do) and an exit code.

ClaimlabError             1   something inside failed
├── InputError            2   what was asked for cannot be used
│   └── ClaimError        2   the text is not a claim that can be read
├── SourceError           3   a file, package, hub or service could not be had
│   └── ModelError        3   a model is missing, incomplete, corrupt or of an unknown kind
├── StoreError            1   the run store cannot be read or written
├── LesionNotApplied      1   a lesion was asked for and is not in place
└── Interrupted           4   stopped on request; what was measured is kept
"""


class ClaimlabError(Exception):
    """Base of every error that claimlab raises on purpose. `str()` is the sentence shown to the user."""

    exit_code = 1


class InputError(ClaimlabError):
    """What was asked for cannot be used: an unknown name, an option out of range, an unreadable file."""

    exit_code = 2


class ClaimError(InputError):
    """The text is not a claim that can be read: empty, too long, binary or in another language."""


class SourceError(ClaimlabError):
    """A file, package, hub or service could not be had."""

    exit_code = 3


class ModelError(SourceError):
    """A model is missing, incomplete, corrupt or of a kind that is not supported."""


class StoreError(ClaimlabError):
    """The run store cannot be read or written (disk full, read-only, damaged)."""


class LesionNotApplied(ClaimlabError):
    """A lesion was asked for and is not in place. Never continue: it would look like "no effect"."""


class Interrupted(ClaimlabError):
    """Stopped on request. Everything measured so far is kept; the same command continues."""

    exit_code = 4

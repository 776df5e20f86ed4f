"""The child process that parses an article: bytes on standard input, JSON on standard output, limits on everything.

First line in: JSON with the format and what is known of the bytes. Out: the parsed article, or {"error": sentence}.
"""

import json
import sys

MEMORY = 1_500_000_000  # bytes of address space
OUTPUT = 40_000_000  # characters of JSON, several times the longest article


def main() -> None:
    """Set the limits, parse, answer."""
    header = json.loads(sys.stdin.buffer.readline())
    limit(float(header.pop("seconds")))
    from claims.errors import ClaimlabError
    from claims.sources.base import Raw, formats

    try:
        name = header.pop("format")
        parsed = formats()[name].parse(Raw(sys.stdin.buffer.read(), **header))
        answer = {
            "blocks": [(b.kind, [(p.text, p.link) for p in b.pieces]) for b in parsed.blocks],
            "hidden": [(h.text, h.where, h.usual) for h in parsed.hidden],
            **{key: getattr(parsed, key) for key in ("title", "author", "date", "outlet")},
        }
        text = json.dumps(answer)
        if len(text) > OUTPUT:
            text = json.dumps({"error": "it holds more text than an article; give the part to be checked"})
    except ClaimlabError as error:
        text = json.dumps({"error": str(error)})
    except MemoryError:
        text = json.dumps({"error": "it takes more memory to read than an article should; save its text as .txt"})
    except RecursionError:
        text = json.dumps({"error": "it is nested too deeply to be an article; save its text as .txt"})
    except Exception as error:  # whatever a library makes of hostile bytes, the user gets one sentence
        text = json.dumps(
            {"error": f"it is damaged and cannot be read ({type(error).__name__}); save its text as .txt"}
        )
    sys.stdout.write(text)


def limit(seconds: float) -> None:
    """No more than this much processor time and `MEMORY`, no files written; where the system has such limits."""
    try:
        import resource
    except ImportError:  # Windows: the parent's time limit is all there is
        return
    processor = int(seconds) + 1
    for what, value in (
        (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, processor), (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, 64),
    ):  # fmt: skip
        _, most = resource.getrlimit(what)
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        try:
            resource.setrlimit(what, (value, value))
        except (ValueError, OSError):  # macOS refuses some of them
            continue

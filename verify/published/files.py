"""Text and JSON from the user's disk; what cannot be read is refused in one sentence."""

import json
from pathlib import Path
from typing import Any

from claims.errors import InputError


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, with or without a byte-order mark. Raises `InputError` when it cannot be had."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"there is no file {path}; check the name") from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder; name a file in it") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text (byte {error.start + 1}); save it as UTF-8") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise InputError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def read_json(path: Path) -> Any:
    """The value in a JSON file. Raises `InputError` when there is none, or when it holds no usable text or numbers."""
    text = read_text(path)
    try:
        value = json.loads(text, parse_constant=_refuse)
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair, \ud800, is no character
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InputError(f"{path} is not valid JSON ({error.msg}, {where}); correct it there") from None
    except UnicodeEncodeError:
        raise InputError(f"{path} holds half a surrogate pair, which is no character; remove it") from None
    except RecursionError:
        raise InputError(f"{path} is nested too deeply to be a list of pairs") from None
    except ValueError as error:  # NaN, Infinity, an integer of thousands of digits
        raise InputError(f"{path} holds a number that cannot be used: {error}") from None
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")

"""A language model by provider and name, through langchain: messages in, text out, in bounded time and length.

The model is given no tools. Keys come from the environment and are neither kept nor shown: what a provider says when it
fails is never passed on, since it may quote them. Tracing services that langchain would send the text to are off.
"""

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from claims.deadline import within
from claims.errors import InputError
from claims.language_models.wire import AnswerTooLong, client_options

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

MAX_ANSWER_TOKENS = 4096
MAX_ANSWER_CHARACTERS = 100_000
_CONTEXT_TOKENS = 12_288  # ollama's default would cut the article silently
_OLLAMA_PORT = 11434
_KEYS = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}
_PACKAGES = {"openai": "langchain_openai", "anthropic": "langchain_anthropic", "ollama": "langchain_ollama"}


class NoAnswer(Exception):
    """The model gave no usable answer; `str()` says why in a few words, without anything that the provider said."""


@dataclass(frozen=True)
class Connection:
    """A model that can be asked, and where what it is asked goes."""

    name: str
    host: str
    local: bool
    timeout_s: float
    model: "BaseChatModel"
    fetched: bool = False  # the model itself, before it runs here for the first time

    def ask(self, messages: Sequence[tuple[str, str]]) -> str:
        """The answer to messages of (role, text).

        Raises:
            NoAnswer: the model could not be reached, failed, took too long or gave no text.
        """
        content = within(self.timeout_s, lambda: _invoke(self.model, messages))
        if content is None:
            raise NoAnswer(f"it did not answer within {self.timeout_s:g} s")
        if not content.strip():
            raise NoAnswer("it gave an empty answer")
        if len(content) > MAX_ANSWER_CHARACTERS:
            raise NoAnswer("its answer was far too long")
        return content


def connect(provider: str, model: str, *, offline: bool = False, timeout_s: float) -> Connection:
    """A model of a provider, ready to be asked; nothing is sent yet.

    Args:
        provider: openai, anthropic, ollama or huggingface.
        model: the provider's name for it; for huggingface a hub id or a folder.
        offline: a model in this process is not fetched.
        timeout_s: seconds for one answer, all retries together.

    Raises:
        InputError: the provider's package or key is missing, or the model cannot be set up.
    """
    name = f"{provider}:{model}"
    if provider == "huggingface":
        from claims.language_models.local import LocalChatModel

        return Connection(
            name,
            "this machine",
            True,
            timeout_s,
            LocalChatModel(folder_or_id=model, offline=offline, seconds=timeout_s),
            fetched=not offline and not Path(model).exists(),
        )
    host, options = _endpoint(provider, name)
    local = _is_this_machine(host)
    try:
        from langchain.chat_models import init_chat_model

        limits = _limits(provider, client_options(local=local, seconds=timeout_s))
        chat = init_chat_model(model, model_provider=provider, temperature=0, **options, **limits)
        if provider == "anthropic":
            _bind(chat, client_options(local=local, seconds=timeout_s))
    except ImportError:
        raise InputError(
            f"The reader {name} needs a package that is not installed: "
            f"run `pip install 'claimlab[{provider}]'` (or `pip install {_PACKAGES[provider].replace('_', '-')}`)."
        ) from None
    except Exception as error:  # what the provider's package says may quote a key
        raise InputError(
            f"The reader {name} could not be set up ({type(error).__name__}): check the model's name and the "
            "provider's settings in the environment."
        ) from None
    return Connection(name, host, local, timeout_s, chat)


def _endpoint(provider: str, name: str) -> tuple[str, dict[str, Any]]:
    """Where the text goes, and the options that make it go there."""
    env = os.environ
    default, *variables = {
        "openai": ("https://api.openai.com/v1", "OPENAI_API_BASE", "OPENAI_BASE_URL"),
        "anthropic": ("https://api.anthropic.com", "ANTHROPIC_API_URL", "ANTHROPIC_BASE_URL"),
        "ollama": ("http://127.0.0.1:11434", "OLLAMA_HOST"),
    }[provider]
    url = next((env[variable] for variable in variables if env.get(variable)), default)
    if "://" not in url:
        url = _with_port(f"http://{url}") if provider == "ollama" else f"http://{url}"
    host = urlsplit(url).hostname or url
    options: dict[str, Any] = {"base_url": url}
    if key := _KEYS.get(provider):
        if not env.get(key) and not _is_this_machine(host):
            raise InputError(
                f"The reader {name} needs a key: set {key} in the environment; it is used for the call "
                "and stored nowhere."
            )
        options["api_key"] = env.get(key) or "none"  # servers on this machine ask for none
    return host, options


def _with_port(url: str) -> str:
    """An address as ollama's own tools take it from OLLAMA_HOST: often where its server listens, often without port."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not host.strip("0.:"):  # where a server listens, on all its addresses
        host = "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{parts.port or _OLLAMA_PORT}{parts.path}"


def _limits(provider: str, client: dict[str, Any]) -> dict[str, Any]:
    if provider == "ollama":
        return {"num_predict": MAX_ANSWER_TOKENS, "num_ctx": _CONTEXT_TOKENS, "format": "json",
                "client_kwargs": client}  # fmt: skip
    limits = {"max_tokens": MAX_ANSWER_TOKENS, "timeout": client["timeout"], "max_retries": 1}
    if provider == "openai":
        from openai import DefaultHttpxClient

        limits["http_client"] = DefaultHttpxClient(**client)
    return limits


def _bind(chat: Any, client: dict[str, Any]) -> None:
    """Give langchain's Anthropic a client of ours, which it has no option for."""
    from anthropic import DefaultHttpxClient

    chat.__dict__["_client"] = chat._client.with_options(http_client=DefaultHttpxClient(**client))


def _is_this_machine(host: str) -> bool:
    if host.lower() == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _invoke(model: "BaseChatModel", messages: Sequence[tuple[str, str]]) -> str:
    from langsmith import tracing_context

    try:
        with tracing_context(enabled=False):
            return str(model.invoke(list(messages)).text)
    except NoAnswer:
        raise
    except BaseException as error:  # a tokenizer's panic is no Exception
        raise NoAnswer(_why(error)) from None


def _why(error: BaseException) -> str:
    """What went wrong in a few words of ours."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and len(chain) < 10:
        chain.append(cause)
        cause = cause.__cause__ or cause.__context__
    if any(isinstance(one, AnswerTooLong) for one in chain):
        return "its answer was far too long"
    for one in chain:
        status = getattr(one, "status_code", None)
        if isinstance(status, int) and 100 <= status < 600:
            return f"{_said(status)}, HTTP {status}"
    names = " ".join(type(one).__name__ for one in chain)
    if "Timeout" in names:
        return "it did not answer in time"
    if "Connect" in names:
        return "it could not be reached"
    if isinstance(error, ValueError | TypeError | AttributeError | LookupError):  # what a package makes of nonsense
        return "its answer could not be read"
    return f"it failed with {type(error).__name__}"


def _said(status: int) -> str:
    known = {401: "the key was refused", 403: "access was refused", 404: "the model is not known there",
             429: "there were too many requests"}  # fmt: skip
    if status in known:
        return known[status]
    if status < 400:
        return "it sends questions on to another address"
    return "the question was refused" if status < 500 else "the server failed"

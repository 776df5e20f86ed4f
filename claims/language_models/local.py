"""A language model in this process, as a langchain chat model: a folder or hub id, loaded with transformers when asked.

langchain-huggingface would do the same, but needs an older huggingface_hub than the models here do. Nothing that comes
with a model is run, and its text is chosen greedily, so that the same question gets the same answer.
"""

from functools import cache
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from claims.language_models.connection import NoAnswer

_ROLES = {"system": "system", "human": "user", "ai": "assistant"}


class LocalChatModel(BaseChatModel):
    """Greedy answers of a causal language model on this machine."""

    folder_or_id: str
    offline: bool = False
    seconds: float = 120.0
    max_new_tokens: int = 1024

    @property
    def _llm_type(self) -> str:
        return "local transformers"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002  langchain's signature
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **_options: Any,
    ) -> ChatResult:
        import torch

        try:
            tokenizer, model = _loaded(self.folder_or_id, self.offline)
        except Exception as error:  # whatever is wrong with the files
            raise NoAnswer(f"no language model can be loaded from there, {type(error).__name__}") from None
        turns = [{"role": _ROLES.get(message.type, "user"), "content": message.text} for message in messages]
        if tokenizer.chat_template:
            prompt = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        else:
            prompt = "\n\n".join(turn["content"] for turn in turns) + "\n\n"
        tokens = tokenizer(prompt, return_tensors="pt", add_special_tokens=not tokenizer.chat_template)
        length = tokens["input_ids"].shape[1]
        room = getattr(model.config, "max_position_embeddings", None) or length + self.max_new_tokens
        if length >= room:
            raise NoAnswer(f"the question has {length:,} tokens and the model has room for {room:,}")
        with torch.inference_mode():
            out = model.generate(**tokens, max_new_tokens=min(self.max_new_tokens, room - length), do_sample=False,
                max_time=self.seconds,
                                 pad_token_id=tokenizer.eos_token_id)  # fmt: skip
        text = tokenizer.decode(out[0, length:], skip_special_tokens=True)
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])


@cache
def _loaded(folder_or_id: str, offline: bool) -> tuple[Any, Any]:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    tokenizer = AutoTokenizer.from_pretrained(folder_or_id, trust_remote_code=False, local_files_only=offline)
    model = AutoModelForCausalLM.from_pretrained(
        folder_or_id, trust_remote_code=False, use_safetensors=True, local_files_only=offline, dtype=torch.float32
    )
    return tokenizer, model.eval()

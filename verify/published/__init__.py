"""Stimuli that others published, from the user's disk, in this project's own classes."""

from verify.published.collection import PublishedTask, absent_tasks, load_collection
from verify.published.fedorenko import load_fedorenko
from verify.published.pairs import Chat, ChatTokenizer, Template, chat_of, load_pairs

__all__ = [
    "Chat", "ChatTokenizer", "PublishedTask", "Template", "absent_tasks", "chat_of", "load_collection",
    "load_fedorenko", "load_pairs",
]  # fmt: skip

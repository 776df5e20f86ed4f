"""The pages of the app: what a visitor sees and can do. Reads records and the queue; computes nothing.

Text that came from outside is shown through `screens.safe` and in no other way.
"""

from screens.pages import show

__all__ = ["show"]

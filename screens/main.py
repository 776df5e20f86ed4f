"""What Streamlit runs for every visitor at every click."""

from screens import show

show()

"""The app's front door, for `streamlit run`: started by `claimlab app`. No computing in it.

Everything that a visitor sees is in `screens/`; everything that takes longer than a moment is done by the workers of
`jobs/`, which are processes of their own.
"""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from screens.visitors import VisitorCookie, wake_workers

app = st.App(
    Path(__file__).resolve().parent / "screens" / "main.py",
    middleware=[Middleware(VisitorCookie)],
    lifespan=wake_workers,
)

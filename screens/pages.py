"""Which page an address stands for, and what stands around every page.

?                 a new check          ?job=ID     a job: what was read, how far it is, what came of it
?view=checks      earlier checks       ?example=1  a finished check, to look at
?view=about       how it works         ?compare=A,B two results side by side
"""

import streamlit as st

from claims.errors import ClaimlabError
from screens.look import header, page_setup
from screens.session import go, queue


def show() -> None:
    """Show the page of this address."""
    page_setup()
    header()
    where = st.query_params
    try:
        if "job" in where:
            _job(where["job"])
        elif "compare" in where:
            from screens.warm import ready

            ready()
            from screens.compare import compare

            compare(where["compare"])
        elif "example" in where:
            from screens.result import example

            example()
        elif where.get("view") == "checks":
            from screens.checks import checks

            checks()
        elif where.get("view") == "about":
            from screens.about import about

            about()
        else:
            from screens.first import first

            first()
    except ClaimlabError as error:
        from screens.look import problem

        problem(str(error))


def _job(name: str) -> None:
    job = queue().get(name)
    if job is None:
        st.header("There is no such check")
        st.write("The address may be incomplete, or the check was deleted.")
        st.button("Start a new check", on_click=go, type="primary")
    elif job.lane == "desk":
        from screens.review import review

        review(job)
    elif job.state == "done":
        from screens.result import finished

        finished(job)
    else:
        from screens.running import running

        running(job)

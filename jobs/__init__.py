"""Work outside the page: a queue on disk, and one worker process for each kind of work.

Pages import the queue, the settings and the worker, none of which imports verify before it has to, so that they open
at once. What a job does is in work.py, which only workers import.
"""

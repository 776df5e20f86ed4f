"""Records as documents: what a report says and in which order, whatever it is printed on.

`document` puts them together; it is not imported here, since links and words are also wanted without its figures.
"""

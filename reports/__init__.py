"""Fact-checks and audits as people keep them: PDF and HTML to read, JSON and CSV for programs. Made from records only."""

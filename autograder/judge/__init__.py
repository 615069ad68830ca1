"""Judges what a learner wrote. Learner code runs in a child process; checks and verdicts live here."""

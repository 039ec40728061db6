"""The guard against collapse: what it sees, what it does about it, and what it remembers.

`alarms` judges the run's vitals, `ladder` says what is tried next, `ledger` keeps what was done in
the run's folder, `recovery` chooses the checkpoint to go back to. Going back is nothing but writing
that down and resuming: a run killed amid it resumes the same way.
"""

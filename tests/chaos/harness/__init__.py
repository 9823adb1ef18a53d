"""Breaks a running Terrace in a planned, repeatable way and checks afterwards that nothing was lost. See docs/chaos.md.

`plan` says what happens when (pure, from a seed); `cluster` runs the processes; `faults` breaks them; `load` is the people;
`snapshot` reads what there is afterwards; `invariants` judges it (pure); `rounds` puts these in order; `report` says it.
"""

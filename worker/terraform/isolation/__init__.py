"""Walls around Terraform: its own processes, files, network and user. docs/isolation.md says what is inside.

`host` says how strong they can be here, `layout` what is inside, `cage` puts one run's commands into it. `enter` is the program
that builds the walls and starts Terraform behind them, with `kernel`, `seccomp`, `walls` and `relay`; these import nothing that
takes long to load, because every command waits for them.
"""

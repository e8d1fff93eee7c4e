"""Model-based tests: a small model of a process recorder, which every engine must behave like."""

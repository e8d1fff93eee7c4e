"""Coverage-guided fuzzing of what reads stored data, by atheris: `make fuzz`."""

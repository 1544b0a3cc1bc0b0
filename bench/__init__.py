"""Every figure in README.md comes from a script here that prints its table and writes bench/results/*.json."""

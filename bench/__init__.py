"""Every figure in docs/explanation/figures comes from a script here, which prints its table and writes
bench/results/*.json."""

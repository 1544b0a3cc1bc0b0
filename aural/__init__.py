"""The craft itself: hearing, wording, finishing and serving music. No torch, no bentoml."""

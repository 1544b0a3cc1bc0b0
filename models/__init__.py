"""What the runners load. Importable and testable without bentoml."""

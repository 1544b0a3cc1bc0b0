"""One BentoML service per accelerator role: load, warm up, batch, report."""

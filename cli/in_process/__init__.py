"""The service inside this process: its handlers and flow over the models themselves, without BentoML."""

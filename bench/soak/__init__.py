"""Load beyond capacity, growth over many requests, stops and kills: what the service promises, against a real one."""

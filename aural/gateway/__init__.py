"""What is HTTP: limits, bodies in, answers out, errors of one shape, records, facts."""

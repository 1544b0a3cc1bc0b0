"""What is HTTP: limits at the door, bodies in, answers out, errors of one shape, records, facts."""

"""Keys and tempi: what musicians count and spell."""

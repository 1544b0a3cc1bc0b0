"""What the service is made of besides its own code: licences, the bill of materials, advisories."""

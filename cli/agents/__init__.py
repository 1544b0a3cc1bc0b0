"""`aural mcp`: the service's calls as tools of a Model Context Protocol server."""

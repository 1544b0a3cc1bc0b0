"""Take -> bytes: the file formats that music leaves in."""

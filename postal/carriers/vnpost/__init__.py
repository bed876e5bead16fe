"""VNPost through the government's service bus (VNPost NGSP)."""

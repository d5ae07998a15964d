"""What people may ask of their data, and what the clock does to them."""

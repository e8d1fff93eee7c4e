"""Cargo shipping: booking, routing and tracking, with string IDs and values of the domain's own."""

"""What becomes of an order between coming in and leaving."""

"""What the lead's board and the walls show, part by part."""

"""Documents to bytes to devices: labels, slips and lists, without orders or a database."""

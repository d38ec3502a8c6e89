"""What is measured: cases from events, summed up by day and week, held against a baseline and against the usual."""

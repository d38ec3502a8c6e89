"""The exception desk: its clock, its owners and their deputies, the matrix, what is let pass, what customers hear."""

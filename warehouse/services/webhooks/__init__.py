"""What other programs are told: written with its cause, sent after it, tried again until it arrived."""

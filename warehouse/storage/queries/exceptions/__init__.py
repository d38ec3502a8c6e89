"""What the exception desk reads: the queue in any order, what an entry is about, what people are told, what fired."""

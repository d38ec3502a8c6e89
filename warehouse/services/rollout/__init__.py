"""Going live: the shadow report, the parallel run, the freeze, the cut-over and the way back."""

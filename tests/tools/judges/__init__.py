"""Programs of others that judge what we print: rasterisers of PDF, a renderer of ZPL, a font for East Asia."""

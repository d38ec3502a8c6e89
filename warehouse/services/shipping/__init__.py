"""Labels, shipments, manifests, carriers."""

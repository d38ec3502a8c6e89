"""The rules of the warehouse: values in, verdicts out. Standard library only."""

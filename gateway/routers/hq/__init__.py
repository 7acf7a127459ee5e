"""县总部: what the county company's officers call."""

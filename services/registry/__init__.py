"""劳动力实名库: who the county's workers are, and which of the six rosters they stand on."""

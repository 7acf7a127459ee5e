"""identity: who may act, in which role, over which rows; and the trail of what they did."""

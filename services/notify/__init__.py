"""notify: what people and partners' systems are told, by which channel, and whether it arrived."""

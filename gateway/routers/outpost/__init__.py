"""服务站: what the staff of one outpost call. The outpost's code is in the path."""

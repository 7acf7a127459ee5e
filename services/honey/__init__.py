"""honey: what is bought from the county's beekeepers, filled into jars, sent to the outposts and sold there."""

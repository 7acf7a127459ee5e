"""One module a page: which questions it asks the services, and what it shows of the answers."""

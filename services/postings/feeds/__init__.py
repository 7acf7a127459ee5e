"""Feeds: from an employer's file to postings, streamed, with a report on every job and field."""

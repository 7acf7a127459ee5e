"""Reading what employers write: wages, places, trades, dates and conditions, each with how sure the reading is."""

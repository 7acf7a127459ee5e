"""名册导入: from a spreadsheet as offices make it to checked drafts of people."""

"""Members from spreadsheets: the columns known, what a row will do, writing and taking back."""

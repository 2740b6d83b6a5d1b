"""Pure reading of texts and files: knows neither Django nor the database, so that a child process can do it alone."""

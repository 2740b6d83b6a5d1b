"""The edge: what comes in (addresses, rates, files) and what goes out (fetching, redirects) is looked at here."""

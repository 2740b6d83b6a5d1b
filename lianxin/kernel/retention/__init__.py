"""How long what is kept: each module declares its record types; a dry run shows what is due; a run deletes it."""

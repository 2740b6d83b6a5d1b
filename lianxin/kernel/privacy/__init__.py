"""Personal data: sealed fields, the key ring, look-up by keyed hash, masks."""

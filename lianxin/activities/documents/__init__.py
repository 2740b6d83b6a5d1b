"""Printed documents: what they show, the same for PDF and Word; the templates lie beside."""

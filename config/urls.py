"""Addresses: each channel and module mounts its own."""

from django.urls import path

urlpatterns: list = []

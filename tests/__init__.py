"""Tests of ganpaint; the folders mirror the package."""

"""Tools that build and check the library; no part of the distribution."""

"""The story of the tutorial, in each environment that it names, in both flavours."""

"""The version of the package and of the library that comes with it."""

version = "0.2.0"

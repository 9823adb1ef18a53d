"""Stand-ins for the clouds on the loopback, reached under the clouds' own names by the libraries that the product really uses."""

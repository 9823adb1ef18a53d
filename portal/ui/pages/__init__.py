"""A module a feature: its State is the view model of its pages."""

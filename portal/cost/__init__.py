"""What a plan costs a month, from list prices that the project carries."""

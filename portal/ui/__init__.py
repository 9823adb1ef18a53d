"""The pages. Reflex is known here and in the composition root, nowhere else."""

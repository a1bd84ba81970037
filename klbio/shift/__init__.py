"""How far each subject moved from before to after, which taxa carried it, and whether it is more than noise."""

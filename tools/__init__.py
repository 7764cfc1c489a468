"""Small programs for those who build Broadsheet; not shipped."""

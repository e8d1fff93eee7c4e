"""A wiki: pages that record what each edit changed, and a log that lists them."""

"""Keys: how long they may serve, how many values are re-sealed at a time, escrow (KY-1…)."""

BATCH_ROWS = 500  # KY-3: rows of one short transaction
ROTATE_AFTER_DAYS = 365  # KY-5
CUSTODIANS = 3  # KY-6
OPENERS = 2  # KY-6: any two of them
SHORTEST_PASSPHRASE = 16  # KY-6: characters

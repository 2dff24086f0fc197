"""A case kind that lives in the tests only: an app with the project's rooms, one file in each.

It has everything the protocol knows: a state entered again, reviewers beside the owner, a return
with opinion, withdrawal, a step of the clock. The product neither imports nor mounts it.
"""

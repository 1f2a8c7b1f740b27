"""Boards and posts read by what every page of the kind shows, whatever software printed it.

What the generic engine is made of: addresses → rows and paging (`list_structure`) → title, end and
comments of a post (`post_structure`, `replies`) → its body (`body_place`) → its fields, files and status.
"""

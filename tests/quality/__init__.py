"""What the matcher reaches on labelled posts; floors are only ever raised."""

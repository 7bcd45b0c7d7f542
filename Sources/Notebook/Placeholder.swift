// Filled in by the code that follows.

extension Migrations {
  /// Directions in a generator's latents along which something changes, and latents that have a name. Vectors are single precision,
  /// little end first.
  static let latents = """
    CREATE TABLE direction (
      id INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      step INTEGER NOT NULL CHECK (step >= 0),
      name TEXT NOT NULL CHECK (name <> ''),
      method TEXT NOT NULL CHECK (method <> ''),
      conditions TEXT NOT NULL,
      accuracy REAL,
      made TEXT NOT NULL,
      vector BLOB NOT NULL CHECK (length(vector) > 0),
      UNIQUE (run, step, name, method)
    ) STRICT;

    CREATE TABLE latent (
      id INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      step INTEGER NOT NULL CHECK (step >= 0),
      name TEXT NOT NULL CHECK (name <> ''),
      origin TEXT NOT NULL,
      labels BLOB,
      loss REAL,
      made TEXT NOT NULL,
      vector BLOB NOT NULL CHECK (length(vector) > 0),
      UNIQUE (run, name)
    ) STRICT;
    """
}

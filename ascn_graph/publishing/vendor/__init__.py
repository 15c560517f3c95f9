"""The third-party files of the site, each with its version, licence and sha256 in VENDOR.json."""

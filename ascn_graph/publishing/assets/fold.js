// How names are compared by search and by queries.

/** Fold case, accents and spacing, so that spellings of one name compare equal in any script. */
export function fold(text) {
  return text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").split(/\s+/).filter(Boolean).join(" ");
}

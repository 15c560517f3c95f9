// Search in a long page. Without this script the page's anchors do the same by hand.
// A page that can be searched has an element `data-filter` (hidden until now) with an input and a `data-filter-status`,
// rows `data-filter-row`, and groups `data-filter-group` that go with their last row.

import { fold } from "./fold.js";

/** Fold the letters too that no accent can be taken from, as a reader without them types. */
const key = (text) => fold(text).replaceAll("đ", "d");

function searchable(box) {
  const input = box.querySelector("input");
  const status = box.querySelector("[data-filter-status]");
  const rows = [...document.querySelectorAll("[data-filter-row]")];
  const groups = [...document.querySelectorAll("[data-filter-group]")];
  const heads = new Map(groups.map((group) => [group, key(group.querySelector("h2")?.textContent ?? "")]));
  const texts = new Map(rows.map((row) => [row, key(row.textContent)]));
  const search = () => {
    const words = key(input.value).split(" ");
    let left = 0;
    for (const [row, text] of texts) {
      row.hidden = !words.every((word) => text.includes(word));
      left += row.hidden ? 0 : 1;
    }
    for (const group of groups) {
      const own = [...group.querySelectorAll("[data-filter-row]")];
      const named = words.every((word) => heads.get(group).includes(word));
      group.hidden = own.length ? own.every((row) => row.hidden) : !named;
      for (const part of group.querySelectorAll(".scroll")) {
        part.hidden = [...part.querySelectorAll("[data-filter-row]")].every((row) => row.hidden);
      }
    }
    status.textContent = input.value.trim() ? `${left} of ${rows.length} entries` : "";
  };
  input.addEventListener("input", search);
  box.hidden = false;
  if (input.value) search();
}

document.querySelectorAll("[data-filter]").forEach(searchable);

"use strict";
(() => {
  const MOST = 150;
  const minute = 60, hour = 3600, day = 86400;

  // How old the proof is, by the reader's clock.
  const beat = document.getElementById("heartbeat");
  const words = (seconds) => {
    const [unit, size] = seconds < 2 * hour ? ["minute", minute] : seconds < 2 * day ? ["hour", hour] : ["day", day];
    const count = Math.floor(seconds / size);
    return `${count} ${unit}${count === 1 ? "" : "s"}`;
  };
  const tick = () => {
    const age = (Date.now() - Date.parse(beat.dataset.at)) / 1000;
    const usual = Number(beat.dataset.interval);
    const late = usual > 0 && age > 2 * usual;
    const said = age < -minute ? "by your clock, this proof is from the future"
      : age < minute ? "this proof is less than a minute old" : `this proof is ${words(age)} old`;
    beat.textContent = `By your clock, ${said.replace("by your clock, ", "")}${late ? ": the check is overdue" : ""}.`;
    beat.classList.toggle("notice", late);
    beat.classList.toggle("late", late);
  };
  if (beat) {
    beat.hidden = false;
    tick();
    setInterval(tick, 30000);
  }

  const table = document.getElementById("fleet");
  if (!table) return;
  const body = table.tBodies[0];
  const tools = document.getElementById("tools");
  const search = document.getElementById("search");
  const owner = document.getElementById("owner");
  const told = document.getElementById("told");
  const more = document.getElementById("more");
  const boxes = [...tools.querySelectorAll("input[type=checkbox]")];
  let rows = [...body.rows].map((row) => ({
    row,
    kind: row.className,
    owner: row.cells[0].textContent.trim().split("/")[0].toLowerCase(),
    text: row.textContent.replace(/\s+/g, " ").toLowerCase(),
    shown: true,
  }));
  let all = false;

  const filter = () => {
    const wanted = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const kinds = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const of = owner ? owner.value : "";
    let matching = 0, showing = 0;
    for (const one of rows) {
      const fits = kinds.has(one.kind) && (!of || one.owner === of) && wanted.every((word) => one.text.includes(word));
      if (fits) matching += 1;
      const show = fits && (all || showing < MOST);
      if (show) showing += 1;
      if (show !== one.shown) {
        one.row.hidden = !show;
        one.shown = show;
      }
    }
    const number = (count) => count.toLocaleString("en");
    told.textContent = `${number(matching)} of ${number(rows.length)} match`
      + (showing < matching ? `, ${number(showing)} shown` : "");
    more.hidden = showing === matching;
    more.textContent = `Show all ${number(matching)}`;
  };

  const value = (one, column) => {
    const cell = one.row.cells[column];
    return cell.dataset.v === undefined ? cell.textContent.trim().toLowerCase() : Number(cell.dataset.v);
  };
  const order = new Intl.Collator("en", { numeric: true });
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : order.compare(a, b));
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const keyed = rows.map((one) => [value(one, column), one]).sort((a, b) => compare(a[0], b[0]));
      if (down) keyed.reverse();
      rows = keyed.map(([, one]) => one);
      body.append(...rows.map((one) => one.row));
      filter();
    });
  });

  let waiting = 0;
  const soon = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(filter);
  };
  search.addEventListener("input", () => { all = false; soon(); });
  if (owner) owner.addEventListener("change", soon);
  boxes.forEach((box) => box.addEventListener("change", soon));
  more.addEventListener("click", () => { all = true; filter(); search.focus(); });
  tools.hidden = false;
  filter();
})();

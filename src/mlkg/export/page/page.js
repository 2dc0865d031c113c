"use strict";

// Everything on the page is in its HTML. This adds what needs a script: cells that open beside the
// table, arrow keys, filters, and the choice of light or dark.
document.documentElement.classList.add("js");

document.addEventListener("DOMContentLoaded", () => {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const matrix = byId("matrix");
  const bench = byId("bench");
  const panel = byId("panel");
  const form = byId("filter");

  // The address after # is a cell's anchor, then `?` and the filters in use; each may be left out.

  const place = () => {
    const [name, query = ""] = location.hash.slice(1).split(/\?(.*)/s);
    let anchor = name;
    try { anchor = decodeURIComponent(name); } catch { /* not an address of ours */ }
    return { anchor, query };
  };
  const remember = (method, anchor) => {
    const query = filterQuery();
    const hash = (anchor || "") + (query && `?${query}`);
    history[method](null, "", `${location.href.split("#")[0]}#${hash || "table"}`);
  };

  // A large study keeps records and sources as text, in <noscript>, until they are looked at.

  const markup = (text) => {
    const policy = markup.policy ??= window.trustedTypes?.createPolicy("mlkg", { createHTML: (html) => html });
    const safe = policy ? policy.createHTML(text) : text;
    return new DOMParser().parseFromString(safe, "text/html").body;
  };
  const unfold = (fold) => {
    const holder = fold?.querySelector("noscript");
    if (!holder) return;
    const body = markup(holder.textContent);
    for (const record of body.querySelectorAll(".record")) adopt(record);
    holder.replaceWith(...body.childNodes);
  };
  const folds = [...document.querySelectorAll(".fold")].filter((fold) => fold.querySelector("noscript"));
  const inSight = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      inSight.unobserve(entry.target);
      unfold(entry.target);
    }
  }, { rootMargin: "600px" });

  // Cells: the anchor of a record becomes that of its cell, so that the browser scrolls to the table.

  const grid = [];
  const cells = new Map();
  for (const row of matrix.tBodies[0].rows) {
    const line = [];
    for (const td of row.cells) {
      const link = td.firstElementChild;
      if (td.tagName === "TH") continue;
      if (!link) { line.push(null); continue; }
      const anchor = decodeURIComponent(link.hash.slice(1));
      const [option, criterion] = anchor.split(".");
      const cell = {
        anchor, option, criterion, td, link, row: grid.length, column: line.length,
        state: td.dataset.state, out: false, record: null, words: null,
      };
      link.tabIndex = -1;
      cells.set(anchor, cell);
      line.push(cell);
    }
    grid.push(line);
  }
  const adopt = (record) => {
    const cell = cells.get(record.id);
    record.removeAttribute("id");
    cell.record = record;
    record.hidden = cell.out;
  };
  for (const record of document.querySelectorAll(".record")) adopt(record);
  for (const cell of cells.values()) cell.td.id = cell.anchor;
  const groups = [...document.querySelectorAll(".group")];
  const groupOf = new Map();
  for (const [row, line] of grid.entries()) if (line.some(Boolean)) groupOf.set(row, groups[groupOf.size]);
  const recordOf = (cell) => {
    if (!cell.record) unfold(groupOf.get(cell.row).querySelector(".fold"));
    return cell.record;
  };
  const first = cells.values().next().value;
  let current = null;
  let opened = null;
  let opener = null;

  const makeCurrent = (cell) => {
    if (current) current.link.tabIndex = -1;
    current = cell;
    if (current) current.link.tabIndex = 0;
  };
  makeCurrent(first || null);
  matrix.setAttribute("role", "grid");

  // Scrolls a cell clear of the headings that stay in sight, and of the evidence on a small screen.
  const bring = (cell, block = "nearest") => {
    const style = cell.td.style;
    const below = opened && getComputedStyle(panel).position === "fixed" ? panel.offsetHeight : 0;
    style.scrollMarginBlock = `${matrix.tHead.offsetHeight + 8}px ${below + 8}px`;
    style.scrollMarginInline = `${matrix.tHead.rows[0].cells[0].offsetWidth + 8}px 8px`;
    cell.td.scrollIntoView({ block, inline: "nearest", behavior: "instant" });
  };
  // A table that does not fit beside the evidence keeps its width and scrolls, so that no row grows.
  const divide = () => {
    if (bench.classList.contains("divided")) return;
    const width = matrix.offsetWidth;
    bench.classList.add("divided");
    document.body.classList.add("opened");
    if (matrix.offsetWidth > matrix.parentElement.clientWidth) matrix.style.minWidth = `${width}px`;
  };

  const open = (cell) => {
    if (opened) conceal(opened);
    opened = cell;
    makeCurrent(cell);
    cell.td.classList.add("shown");
    cell.link.setAttribute("aria-current", "true");
    const article = recordOf(cell).cloneNode(true);
    const title = document.createElement("h3");
    title.id = "panel-title";
    title.tabIndex = -1;
    title.append(...article.querySelector("h4").childNodes);
    article.querySelector("h4").remove();
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Close";
    button.addEventListener("click", () => close(true));
    const top = document.createElement("div");
    top.className = "panel-top";
    top.append(title, button);
    panel.replaceChildren(top, ...article.childNodes);
    panel.hidden = false;
    panel.scrollTop = 0;
    divide();
    bring(cell);
    title.focus({ preventScroll: true });
  };
  const conceal = (cell) => {
    cell.td.classList.remove("shown");
    cell.link.removeAttribute("aria-current");
  };
  const close = (byUser) => {
    if (!opened) return;
    const cell = opened;
    opened = null;
    conceal(cell);
    panel.hidden = true;
    panel.replaceChildren();
    bench.classList.remove("divided");
    document.body.classList.remove("opened");
    matrix.style.minWidth = "";
    if (byUser) {
      remember("pushState", "");
      const back = opener?.isConnected && opener.checkVisibility() ? opener : null;
      (back || (visible(cell) ? cell : current)?.link)?.focus();
    }
  };

  // Closing goes back to the link that opened the cell, wherever on the page that is.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link && !panel.contains(link)) opener = link;
  });
  matrix.addEventListener("click", (event) => {
    const td = event.target.closest("td");
    const cell = td && cells.get(td.id);
    if (!cell || cell.out || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    remember("pushState", cell.anchor);
    open(cell);
  });

  // Keys in the table.

  const visible = (cell) => Boolean(cell) && !cell.out;
  const step = (from, down, across) => {
    let { row, column } = from;
    for (;;) {
      row += down;
      column += across;
      if (!grid[row] || column < 0 || column >= grid[row].length) return null;
      if (visible(grid[row][column])) return grid[row][column];
    }
  };
  const edge = (cellsInOrder) => cellsInOrder.find(visible) || null;
  const all = () => grid.flat();
  const rightToLeft = () => getComputedStyle(matrix).direction === "rtl";
  const moves = {
    ArrowUp: (cell) => step(cell, -1, 0),
    ArrowDown: (cell) => step(cell, 1, 0),
    ArrowLeft: (cell) => step(cell, 0, rightToLeft() ? 1 : -1),
    ArrowRight: (cell) => step(cell, 0, rightToLeft() ? -1 : 1),
    Home: (cell, far) => edge(far ? all() : grid[cell.row]),
    End: (cell, far) => edge((far ? all() : [...grid[cell.row]]).reverse()),
  };
  matrix.addEventListener("keydown", (event) => {
    const cell = cells.get(event.target.closest("td")?.id);
    if (!cell || event.altKey || event.metaKey) return;
    if (event.key === " ") {
      event.preventDefault();
      cell.link.click();
    } else if (event.key in moves) {
      event.preventDefault();
      const next = moves[event.key](cell, event.ctrlKey);
      if (!next) return;
      makeCurrent(next);
      next.link.focus({ preventScroll: true });
      bring(next);
    }
  });
  matrix.addEventListener("focusin", (event) => {
    const cell = cells.get(event.target.closest("td")?.id);
    if (cell) makeCurrent(cell);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && opened && event.target.type !== "search") close(true);
  });

  // Filters.

  const filters = { states: new Set(), option: "", criterion: "", text: "" };
  const heads = [...matrix.tHead.rows[0].cells].slice(1);

  const filterQuery = () => {
    const query = new URLSearchParams();
    if (filters.states.size) query.set("state", [...filters.states].join(","));
    for (const name of ["option", "criterion", "text"]) if (filters[name]) query.set(name, filters[name]);
    return query.toString();
  };
  const filtering = () => filterQuery() !== "";
  const readFolded = () => {
    const signs = { "&lt;": "<", "&gt;": ">", "&#34;": '"', "&#39;": "'", "&amp;": "&" };
    for (const fold of folds) {
      const holder = fold.querySelector("noscript");
      for (const part of holder ? holder.textContent.split("<article ").slice(1) : []) {
        const cell = cells.get(part.match(/ id="([^"]*)"/)[1]);
        const text = part.slice(part.indexOf(">") + 1).replace(/<[^>]*>/g, "");
        cell.words = text.replace(/&[^;]+;/g, (sign) => signs[sign]).toLocaleLowerCase();
      }
    }
  };
  const wordsOf = (cell) => {
    if (cell.words === null && !cell.record) readFolded();
    cell.words ??= cell.record.textContent.toLocaleLowerCase();
    return cell.words;
  };
  const apply = () => {
    const wanted = filters.text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const rows = new Set();
    const columns = new Set();
    let number = 0;
    const active = filtering();
    for (const cell of cells.values()) {
      const fits = !active || (
        (!filters.states.size || filters.states.has(cell.state))
        && (!filters.option || filters.option === cell.option)
        && (!filters.criterion || filters.criterion === cell.criterion)
        && wanted.every((word) => wordsOf(cell).includes(word))
      );
      if (fits) { number += 1; rows.add(cell.row); columns.add(cell.column); }
      if (cell.out === fits) {
        cell.out = !fits;
        cell.td.classList.toggle("out", !fits);
        if (cell.record) cell.record.hidden = !fits;
      }
    }
    for (const [index, head] of heads.entries()) {
      const hide = active && !columns.has(index);
      if (head.hidden === hide) continue;
      matrix.style.minWidth = "";
      head.hidden = hide;
      for (const row of matrix.tBodies[0].rows) row.cells[index + 1].hidden = hide;
    }
    for (const [index, row] of [...matrix.tBodies[0].rows].entries()) {
      const hide = active && !rows.has(index);
      if (row.hidden !== hide) row.hidden = hide;
    }
    for (const [row, group] of groupOf) group.hidden = active && !rows.has(row);
    if (!visible(current)) makeCurrent(edge(all()));
    form.classList.toggle("active", active);
    if (opened?.out) { close(false); remember("replaceState", ""); }
    byId("result").textContent = !active
      ? `All ${cells.size} cells`
      : number === 0 ? "No cell fits" : `${number} of ${cells.size} cells`;
  };
  const read = () => {
    const data = new FormData(form);
    filters.states = new Set(data.getAll("state"));
    for (const name of ["option", "criterion", "text"]) filters[name] = (data.get(name) || "").trim();
    apply();
  };
  const takeUp = (query) => {
    const given = new URLSearchParams(query);
    const states = (given.get("state") || "").split(",");
    for (const box of form.querySelectorAll("[name=state]")) box.checked = states.includes(box.value);
    for (const name of ["option", "criterion", "text"]) form.elements[name].value = given.get(name) || "";
    read();
  };
  const changed = () => {
    read();
    remember("replaceState", opened ? opened.anchor : "");
  };
  let waiting = 0;
  form.addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(changed, event.target.type === "search" ? 150 : 0);
  });
  form.addEventListener("reset", () => setTimeout(changed, 0));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;

  // The address decides what is open, also when the reader goes back.

  const follow = () => {
    const { anchor, query } = place();
    const cell = cells.get(anchor);
    if (query || cell?.out) takeUp(query);
    if (cell && !cell.out) open(cell);
    else if (opened) close(false);
    return cell;
  };
  for (const group of groups) group.open = false;
  takeUp("");
  const asked = follow();
  if (asked && document.readyState !== "complete") {
    addEventListener("load", () => bring(asked, "center"), { once: true });
  }
  addEventListener("hashchange", follow);
  for (const fold of folds) inSight.observe(fold);

  // Print shows all evidence that the filters leave.

  let closed = [];
  addEventListener("beforeprint", () => {
    folds.forEach(unfold);
    closed = groups.filter((group) => !group.open);
    for (const group of closed) group.open = true;
  });
  addEventListener("afterprint", () => {
    for (const group of closed) group.open = false;
  });

  // Light or dark: as the reader's system has it, until the reader chooses.

  const theme = byId("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const label = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    label();
  });
  system.addEventListener("change", label);
  label();
  theme.hidden = false;
});

// Improves an e-form in the browser: shows and hides questions, adds and removes table rows,
// loads the wards of a province, groups the digits of money. The server decides everything
// again, so every failure here only means a round trip.

const answered = (value) =>
  Array.isArray(value) ? value.length > 0 : value !== null && value !== "";

/** The answer to a question as conditions see it: null, text, true/false, or a list. */
function answerOf(form, key) {
  const node = form.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!node || node.closest("[hidden]")) return null;
  const kind = node.dataset.type;
  const inputs = [...node.querySelectorAll("input, select, textarea")].filter(
    (input) => input.type !== "hidden" && !input.closest("template"),
  );
  if (kind === "checks") return inputs.filter((i) => i.checked).map((i) => i.value);
  if (kind === "choice" || kind === "yes_no") {
    const input = inputs.find((i) => i.checked || i.tagName === "SELECT");
    const value = input ? input.value : "";
    if (kind === "yes_no") return value === "" ? null : value === "true";
    return value;
  }
  if (kind === "file") {
    const kept = inputs.some((i) => i.name.endsWith("-remove") && !i.checked) || node.querySelector("[data-file]");
    return kept || inputs.some((i) => i.type === "file" && i.value) ? "1" : null;
  }
  if (inputs.length === 1) return inputs[0].value.normalize("NFC").trim();
  const filled = inputs.some((i) =>
    ["radio", "checkbox"].includes(i.type) ? i.checked : i.value.trim(),
  );
  return filled ? "1" : null;
}

/** "1.234,5" → 1234.5, as procedures/eforms/numbers.py reads it; NaN when it is no number. */
function numberOf(text) {
  const bare = text.replace(/\s|đồng|vnđ|vnd|đ|₫/gi, "");
  if (/^-?\d{1,3}(\.\d{3})+(,\d+)?$/.test(bare)) {
    return Number(bare.replaceAll(".", "").replace(",", "."));
  }
  return bare === "" ? NaN : Number(bare.replace(",", "."));
}

function same(given, wanted) {
  if (typeof given === "boolean" || typeof wanted === "boolean") return given === wanted;
  if (typeof wanted === "number") return typeof given === "string" && numberOf(given) === wanted;
  return given === wanted;
}

/** Mirrors procedures/eforms/conditions.py. */
export function holds(condition, answer) {
  if (condition.all) return condition.all.every((part) => holds(part, answer));
  if (condition.any) return condition.any.some((part) => holds(part, answer));
  if (condition.not) return !holds(condition.not, answer);
  const value = answer(condition.field);
  if ("filled" in condition) return answered(value) === condition.filled;
  const wanted = condition.in ?? [condition.equals];
  const given = Array.isArray(value) ? value : [value];
  return given.some((one) => wanted.some((other) => same(one, other)));
}

function refresh(form) {
  // In document order: a hidden question is not answered for those after it.
  for (const part of form.querySelectorAll("[data-show-if]")) {
    const shown = holds(JSON.parse(part.dataset.showIf), (key) => answerOf(form, key));
    if (part.hidden === shown) part.hidden = !shown;
  }
}

function renumber(table) {
  const rows = [...table.querySelectorAll("[data-row]")];
  rows.forEach((row, index) => {
    for (const number of row.querySelectorAll("[data-number]")) number.textContent = index + 1;
  });
  table.querySelector("[data-add]").hidden = rows.length >= Number(table.dataset.max);
}

function addRow(table) {
  const taken = [...table.querySelectorAll("[data-row]")].map((row) => Number(row.dataset.row));
  const next = String(Math.max(-1, ...taken) + 1);
  const copy = table.querySelector("template").content.cloneNode(true);
  const names = ["id", "name", "for", "value", "aria-describedby", "data-row"];
  for (const element of copy.querySelectorAll("*")) {
    for (const name of names) {
      const value = element.getAttribute(name);
      if (value?.includes("__i__")) element.setAttribute(name, value.replaceAll("__i__", next));
    }
  }
  const row = copy.querySelector("[data-row]");
  table.querySelector("[data-rows]").append(copy);
  renumber(table);
  withoutRoundTrip(row);
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
}

function removeRow(table, row) {
  const after = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  renumber(table);
  (after?.querySelector("[data-remove]") ?? table.querySelector("[data-add]")).focus();
}

/** Enter in a text box must not press these, and a click on them sends nothing. */
function withoutRoundTrip(part) {
  for (const button of part.querySelectorAll("[data-add], [data-remove]")) button.type = "button";
}

async function loadWards(form, province) {
  const ward = form.querySelector(`#${CSS.escape(province.id.replace(/province$/, "ward"))}`);
  if (!ward) return;
  const chosen = province.value;
  const empty = ward.options[0];
  ward.replaceChildren(empty);
  ward.value = "";
  if (!chosen) return;
  ward.setAttribute("aria-busy", "true");
  try {
    const address = `${form.dataset.wardsUrl}?tinh=${encodeURIComponent(chosen)}`;
    const reply = await fetch(address, { credentials: "omit" });
    if (!reply.ok) throw new Error(String(reply.status));
    const { wards } = await reply.json();
    if (province.value !== chosen) return; // another province was chosen meanwhile
    ward.append(...wards.map(([code, name]) => new Option(name, code)));
  } catch {
    // The button that asks the server for the page again comes back.
    ward.closest(".eform-address").querySelector(".eform-reload").hidden = false;
  } finally {
    ward.removeAttribute("aria-busy");
  }
}

function groupDigits(input) {
  const value = numberOf(input.value);
  if (Number.isSafeInteger(value)) input.value = new Intl.NumberFormat("vi-VN").format(value);
}

function start(form) {
  form.classList.add("eform-live");
  withoutRoundTrip(form);
  for (const line of form.querySelectorAll(".eform-reload")) line.hidden = true;
  form.addEventListener("input", () => refresh(form));
  form.addEventListener("files", () => refresh(form)); // papers.js: some came or went
  form.addEventListener("change", (event) => {
    const input = event.target;
    const kind = input.closest("[data-kind]")?.dataset.kind;
    if (kind === "province") loadWards(form, input);
    if (kind === "money") groupDigits(input);
    refresh(form);
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add], [data-remove]");
    if (!button) return;
    const table = button.closest("[data-table]");
    if (button.matches("[data-add]")) addRow(table);
    else removeRow(table, button.closest("[data-row]"));
    form.dispatchEvent(new Event("change", { bubbles: true }));
  });
  refresh(form);
}

function focusSummary() {
  const summary = document.querySelector("[data-error-summary]");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    (target.closest(".eform-field") ?? target).scrollIntoView();
    target.focus({ preventScroll: true });
  });
}

for (const form of document.querySelectorAll("[data-eform]")) start(form);
focusSummary();

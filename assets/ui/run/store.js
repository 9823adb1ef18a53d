// What the browser knows of one run: a pure fold over its numbered events. No React in here, so that it can be tested alone.

export const emptyStore = () => ({ last: 0, logs: [], rows: new Map(), diagnostics: [], outputsAt: 0, clockOffset: 0, gap: false });

// A row is one operation on one resource; a replacement is two, so the action belongs to the key.
const rowKey = (event) => `${event.phase || ""} ${event.address} ${event.action || ""}`;

const RANK = { running: 0, failed: 1, stopped: 2, pending: 3, done: 4 };

function foldResource(store, event) {
  const key = rowKey(event);
  const row = store.rows.get(key) || { key, order: store.rows.size, address: event.address, action: event.action, phase: event.phase };
  row.status = event.status;
  if (event.status === "running" && !row.startedAt) row.startedAt = Date.parse(event.at);
  if (event.elapsed_seconds !== undefined && event.elapsed_seconds !== null) row.elapsed = event.elapsed_seconds;
  if (event.status !== "running" && event.status !== "pending") {
    row.endedAt = Date.parse(event.at);
    if (row.startedAt && !row.elapsed) row.elapsed = Math.max(0, (row.endedAt - row.startedAt) / 1000);
  }
  if (event.id) row.id = event.id;
  store.rows.set(key, row);
}

// Why the run went where it went, when that is not plain: a line among the others, which stands out when the run was taken back.
function foldStatus(store, event) {
  if (!event.note) return;
  const back = event.status.endsWith("_queued") && (event.from === "planning" || event.from === "applying");
  event.no = store.logs.push(Object.assign(event, { level: back ? "warn" : "info", text: event.note }));
}

function foldOne(store, event) {
  if (event.type === "log") event.no = store.logs.push(event);
  else if (event.type === "status") foldStatus(store, event);
  else if (event.type === "resource") foldResource(store, event);
  else if (event.type === "diagnostic") store.diagnostics.push(event);
  else if (event.type === "outputs") store.outputsAt = event.n;
}

// Takes a chunk {reset, now, events}. Events already known are skipped; a hole sets `gap`, and nothing behind it is taken.
export function fold(store, chunk) {
  if (chunk.now) store.clockOffset = Date.parse(chunk.now) - Date.now();
  store.gap = false;
  for (const event of chunk.events || []) {
    if (event.n <= store.last) continue;
    if (event.n !== store.last + 1) {
      store.gap = true;
      return store;
    }
    store.last = event.n;
    foldOne(store, event);
  }
  return store;
}

export const sortedRows = (store, phase) =>
  [...store.rows.values()]
    .filter((row) => row.phase === phase && row.action !== "read" && row.action !== "no-op")
    .sort((a, b) => RANK[a.status] - RANK[b.status] || (a.startedAt || 0) - (b.startedAt || 0) || a.order - b.order);

export function seconds(value) {
  if (value === undefined || value === null || Number.isNaN(value)) return "";
  const whole = Math.max(0, Math.floor(value));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")} min`;
}

export const since = (iso, until, now) => (iso ? ((until ? Date.parse(until) : now) - Date.parse(iso)) / 1000 : undefined);

// What a browser remembers: drafts (secrets are taken out before anything gets here), and which templates were used last.
const RECENT = "terrace.recent-templates";
const STEPS = "terrace.form-steps";
const PREFIX = "terrace.draft.";
const PROJECT = "terrace.project.";

export function saveDraft(template, draft) {
  try {
    window.localStorage.setItem(PREFIX + template, JSON.stringify({ ...draft, at: new Date().toISOString() }));
  } catch {
    /* Storage may be full or refused; the form itself still holds everything. */
  }
}

export function loadDraft(template) {
  try {
    const draft = JSON.parse(window.localStorage.getItem(PREFIX + template));
    return draft && typeof draft.values === "object" && typeof draft.head === "object" ? draft : null;
  } catch {
    return null;
  }
}

export function dropDraft(template) {
  try {
    window.localStorage.removeItem(PREFIX + template);
  } catch {
    /* as above */
  }
}

export function dropAllDrafts() {
  try {
    for (const key of Object.keys(window.localStorage)) if (key.startsWith(PREFIX)) window.localStorage.removeItem(key);
  } catch {
    /* as above */
  }
}

// What a link to the form brings: `name`, `project`, …, and `var.<variable>` as JSON or plain text. A link never decides that
// a plan is applied unseen: whoever made it is not the one who answers for it.
export function fromQuery(search) {
  const head = {};
  const wire = {};
  for (const [key, text] of new URLSearchParams(search)) {
    if (key.startsWith("var.")) wire[key.slice(4)] = parsed(text);
    else if (["name", "project", "cloud_account", "ttl"].includes(key)) head[key] = text;
  }
  return { head, wire };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function recentTemplates() {
  try {
    const keys = JSON.parse(window.localStorage.getItem(RECENT) || "[]");
    return Array.isArray(keys) ? keys : [];
  } catch {
    return [];
  }
}

export function rememberTemplate(key) {
  try {
    const keys = [key, ...recentTemplates().filter((other) => other !== key)].slice(0, 8);
    window.localStorage.setItem(RECENT, JSON.stringify(keys));
  } catch {
    /* Private windows may refuse storage: nothing is lost but the order. */
  }
}

// The project that somebody looks at, by their id: people who share a browser do not share the choice.
export function loadProject(user) {
  try {
    return window.localStorage.getItem(PROJECT + user) || "";
  } catch {
    return "";
  }
}

export function saveProject(user, slug) {
  try {
    window.localStorage.setItem(PROJECT + user, slug);
  } catch {
    /* as above */
  }
}

export function dropProject(user) {
  try {
    window.localStorage.removeItem(PROJECT + user);
  } catch {
    /* as above */
  }
}

// Whether somebody likes to go through long forms one section at a time.
export function wantsSteps() {
  try {
    return window.localStorage.getItem(STEPS) === "yes";
  } catch {
    return false;
  }
}

export function rememberSteps(wanted) {
  try {
    window.localStorage.setItem(STEPS, wanted ? "yes" : "no");
  } catch {
    /* as above */
  }
}

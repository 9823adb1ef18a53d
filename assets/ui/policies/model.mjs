// What the page of policies knows without React: words, drafts, and settings between a form and the API.

export const LEVELS = [
  ["advisory", "Advisory", "What fails is shown beside the plan. Nothing is stopped."],
  ["override", "Override", "A plan that fails waits until somebody with the right to override lets it pass, with a reason."],
  ["mandatory", "Mandatory", "A plan that fails ends at once and is not applied."],
];
export const LEVEL_TONE = { advisory: "", override: "warning", mandatory: "danger" };
export const levelTitle = (level) => (LEVELS.find(([key]) => key === level) || ["", level])[1];
export const KINDS = [
  ["plan_and_apply", "Changes"],
  ["plan_only", "Plans only (shown, never stopped)"],
  ["destroy", "Destroys"],
];
export const EXPRESSION = "expression";

export const EXAMPLES = [
  ["No premium disks", { form: "each", where: "change.type == 'azurerm_managed_disk'", expression: "!(has(change.after.storage_account_type) && change.after.storage_account_type.startsWith('Premium'))", message: "{address} would be a {after.storage_account_type} disk." }],
  ["Buckets keep versions", { form: "each", where: "change.type == 'google_storage_bucket' && change.action != 'delete'", expression: "has(change.after.versioning) && change.after.versioning.exists(v, v.enabled)", message: "The bucket {after.name} keeps no versions." }],
  ["Nothing dear on a Friday", { form: "plan", where: "true", expression: "time.weekday != 5 || cost == null || cost.delta_monthly < 100.0", message: "On Fridays nothing is applied that costs {cost.delta_monthly} USD a month more." }],
];

export const blank = () => ({
  name: "", description: "", rule: "", settings: {}, level: "advisory", enabled: true, projects: null, templates: [],
  kinds: ["plan_and_apply", "plan_only"],
});

// `form` is that of its rule: a setting that came later than the policy has its default.
export const draftOf = (policy, form) => ({
  ...Object.fromEntries(Object.keys(blank()).map((key) => [key, policy[key]])),
  settings: { ...(form ? defaults(form) : EXPRESSION_DEFAULTS), ...policy.settings },
  projects: policy.every_project ? null : policy.projects.map((project) => project.slug),
});

// The settings that a rule begins with: the defaults of its form.
export function defaults(form) {
  const found = {};
  for (const [name, field] of Object.entries(form.properties || {})) {
    if (field.default !== undefined) found[name] = field.default;
    else if (field.type === "array") found[name] = [];
    else found[name] = "";
  }
  return found;
}

export const EXPRESSION_DEFAULTS = { form: "each", where: "true", expression: "", message: "It does not meet this policy." };

export const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

// Numbers are text while they are typed.
export function answers(form, settings) {
  const found = {};
  for (const [name, value] of Object.entries(settings)) {
    const type = form?.properties?.[name]?.type;
    if ((type === "integer" || type === "number") && typeof value === "string") found[name] = value.trim() === "" ? null : Number(value);
    else found[name] = value;
  }
  return found;
}

export const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;

// Asking the chosen account's cloud: options, free names, what is left. Whatever comes, or does not, holds up nobody.
import { useEffect, useState } from "react";
import { api, Icon } from "../parts";
import { useForm } from "./context";
import { choicesFor, optionsFor } from "./model.mjs";
import { lookupOf, merged, originOf, parametersOf } from "./lookups.mjs";

const ASK_AFTER = 400;
const NEW_FOR = 60_000;
const answers = new Map();

// The same question is asked once a minute, however many fields have it.
function ask(address) {
  const known = answers.get(address);
  if (known && Date.now() - known.at < NEW_FOR) return known.promise;
  const promise = api(address).catch(() => null);
  answers.set(address, { at: Date.now(), promise });
  return promise;
}

// The newest answer at an address; null while there is none. What is typed meanwhile is waited for.
function useAnswer(address, wait = ASK_AFTER) {
  const [answer, setAnswer] = useState(null);
  useEffect(() => {
    let alive = true;
    setAnswer(null);
    if (!address) return undefined;
    const timer = setTimeout(() => ask(address).then((found) => alive && setAnswer(found)), wait);
    return () => {
      alive = false;
      clearTimeout(timer);
    };
  }, [address]);
  return answer;
}

// A field's options now, and where they come from.
export function useOptions(field, self, outputs = false) {
  const { seen, offered, account } = useForm();
  const answer = useAnswer(field.options_from && account ? lookupOf(field, account, seen, self) : null);
  const listed = outputs ? choicesFor(field, seen, self, offered) : optionsFor(field, seen, self);
  return { options: merged(field, listed, answer), origin: originOf(answer, account) };
}

export function Origin({ text }) {
  return text ? <p className="help origin">{text}</p> : null;
}

// Beside a name that must be free in the whole cloud. It warns and hinders nobody: the cloud decides when it is made.
export function NameHint({ field, value, invalid }) {
  const { account } = useForm();
  const name = typeof value === "string" ? value.trim() : "";
  const query = new URLSearchParams({ type: field.name_check?.type || "", name }).toString();
  const wanted = field.name_check && account && name && !invalid;
  const answer = useAnswer(wanted ? `/api/v1/cloud-accounts/${account.slug}/name-available?${query}` : null, 600);
  if (!answer?.known || !answer.message) return null;
  return (
    <p className={answer.ok ? "help origin" : "warning-line"} role="status">
      <Icon name={answer.ok ? "check" : "alert"} className="small" /> {answer.message}
    </p>
  );
}

function Left({ field }) {
  const { account, seen } = useForm();
  const parameters = parametersOf(field.quota_check.parameters, seen, {});
  const query = new URLSearchParams({ ...parameters, type: field.quota_check.type }).toString();
  const answer = useAnswer(account ? `/api/v1/cloud-accounts/${account.slug}/quota-left?${query}` : null, 800);
  if (!answer?.known || !answer.message) return null;
  return (
    <li className={answer.ok ? "" : "warning-line"}>
      <Icon name={answer.ok ? "check" : "alert"} className="small" /> <span>{answer.message}</span>
    </li>
  );
}

// What the account has left of what these values use up.
export function QuotaLeft({ fields }) {
  const asked = fields.filter((field) => field.quota_check);
  if (!asked.length) return null;
  return (
    <ul className="quota small" aria-label="Quota">
      {asked.map((field) => (
        <Left key={field.path} field={field} />
      ))}
    </ul>
  );
}

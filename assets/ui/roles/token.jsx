// A token for a service account. It is in the API's answer and in this dialog, once, and nowhere else.
import { useState } from "react";
import { Field, SendDialog, ShownOnce } from "../access";
import { postJson } from "../parts";
import { ActionChecks, Alert } from "./kit";

const EMPTY = { name: "", scope: "write", days: "90", project: "", limited: false, actions: [] };
const SCOPES = [["write", "Everything that the account may do"], ["read", "Only read"]];
const DAYS = [["7", "7 days"], ["30", "30 days"], ["90", "90 days"], ["365", "A year"]];

function Choice({ id, label, options, value, onChange, error, help }) {
  return (
    <Field label={label} id={id} error={error} help={help}>
      <select id={id} className="select" value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([key, text]) => <option key={key} value={key}>{text}</option>)}
      </select>
    </Field>
  );
}

function Limits({ id, draft, set, projects, actions, errors }) {
  return (
    <>
      <Choice id={`${id}-project`} label="In which project" options={[["", "Every one that the account is in"], ...projects.map((item) => [item.slug, item.name])]}
        value={draft.project} onChange={(project) => set({ project })} error={errors.project} />
      <label className="check">
        <input type="checkbox" checked={draft.limited} onChange={(event) => set({ limited: event.target.checked })} />
        Only some actions
      </label>
      {draft.limited && <ActionChecks actions={actions.filter((item) => item.delegable)} value={draft.actions} onChange={(chosen) => set({ actions: chosen })} />}
      <Alert text={errors.actions} />
    </>
  );
}

export function TokenDialog({ account, projects, actions, open, onClose, onDone }) {
  const [draft, setDraft] = useState(EMPTY);
  const set = (part) => setDraft((before) => ({ ...before, ...part }));
  const send = () => {
    const limits = { project: draft.project || null, actions: draft.limited ? draft.actions : null };
    return postJson("/api/v1/tokens", { name: draft.name, scope: draft.scope, expires_in_days: Number(draft.days), user_id: account.id, ...limits });
  };
  const shown = (made) => <ShownOnce label="Token" secret={made.token}>Copy the token now. It is shown only this once; the portal keeps no copy.</ShownOnce>;
  return (
    <SendDialog open={open} wide title={`New token of ${account.name}`} action="Create token" ready={!draft.limited || draft.actions.length > 0}
      onOpen={() => setDraft(EMPTY)} send={send} shown={shown} onClose={onClose} onDone={onDone}>
      {(errors, id) => (
        <>
          <Field label="What is it for?" id={`${id}-name`} error={errors.name} help="A name by which you will recognise it.">
            <input id={`${id}-name`} className="input" required maxLength={100} autoComplete="off" value={draft.name} onChange={(event) => set({ name: event.target.value })} />
          </Field>
          <Choice id={`${id}-scope`} label="What may it do?" options={SCOPES} value={draft.scope} onChange={(scope) => set({ scope })} />
          <Choice id={`${id}-days`} label="Expires after" options={DAYS} value={draft.days} onChange={(days) => set({ days })} error={errors.expires_in_days} />
          <Limits id={id} draft={draft} set={set} projects={projects} actions={actions} errors={errors} />
        </>
      )}
    </SendDialog>
  );
}

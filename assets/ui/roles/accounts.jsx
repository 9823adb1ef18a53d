// Service accounts: programs with tokens of their own.
import { useEffect, useId, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { errorsOf, Field } from "../access";
import { api, Icon, Modal, PageTurner, postJson, RelativeTime } from "../parts";
import { Account } from "./account";
import { Alert, PageHead, Table, Waiting } from "./kit";

const AT = "/api/v1/service-accounts";

function NewDialog({ open, roles, onClose, onMade }) {
  const [draft, setDraft] = useState({ name: "", role: "member" });
  const [failure, setFailure] = useState(null);
  const [busy, setBusy] = useState(false);
  const id = useId();
  useEffect(() => {
    setDraft({ name: "", role: "member" });
    setFailure(null);
  }, [open]);
  const submit = (event) => {
    event.preventDefault();
    setBusy(true);
    postJson(AT, draft).then(onMade, (error) => setFailure(errorsOf(error))).finally(() => setBusy(false));
  };
  const footer = (
    <>
      <button type="button" className="btn" onClick={onClose}>Cancel</button>
      <button type="submit" form={id} className="btn primary" disabled={busy}>Make the account</button>
    </>
  );
  return (
    <Modal open={open} title="New service account" onClose={onClose} footer={footer}>
      <form id={id} className="stack" onSubmit={submit}>
        <Alert text={failure && !Object.keys(failure.fields).length ? failure.text : ""} />
        <Field label="Name" id={`${id}-name`} error={failure?.fields.name} help="Its address is made of it.">
          <input id={`${id}-name`} className="input" required maxLength={50} autoComplete="off" value={draft.name} onChange={(event) => setDraft({ ...draft, name: event.target.value })} />
        </Field>
        <Field label="Role in the portal" id={`${id}-role`} error={failure?.fields.role}>
          <select id={`${id}-role`} className="select" value={draft.role} onChange={(event) => setDraft({ ...draft, role: event.target.value })}>
            {roles.map((role) => <option key={role.name} value={role.name}>{role.title}</option>)}
          </select>
        </Field>
      </form>
    </Modal>
  );
}

function Rows({ accounts }) {
  if (!accounts.length) {
    return (
      <div className="empty">
        <Icon name="code" />
        <h2>No service accounts yet</h2>
        <p>A program that deploys gets an account of its own, so that its token is nobody's, and ends with nobody.</p>
      </div>
    );
  }
  return (
    <Table label="Service accounts" heads={["Account", "Role", "Status", "Tokens", "Last used"]}>
      {accounts.map((account) => (
        <tr key={account.id}>
          <td className="full">
            <Link className="main-cell anywhere" to={`/admin/service-accounts?open=${encodeURIComponent(account.id)}`}>{account.name}</Link>
            <div className="sub-cell mono anywhere">{account.address}</div>
          </td>
          <td data-label="Role">{account.role}</td>
          <td data-label="Status">{account.disabled_at ? <span className="badge danger">Shut out</span> : <span className="badge success">Active</span>}</td>
          <td data-label="Tokens" className="num">{account.tokens}</td>
          <td data-label="Last used" className="muted">{account.last_used_at ? <RelativeTime at={account.last_used_at} /> : "never"}</td>
        </tr>
      ))}
    </Table>
  );
}

function List() {
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const [known, setKnown] = useState(null);
  const [failure, setFailure] = useState("");
  const [making, setMaking] = useState(false);
  const cursor = search.get("cursor") || "";
  useEffect(() => {
    const page = api(`${AT}?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    Promise.all([page, api("/api/v1/roles")]).then(
      ([accounts, roles]) => setKnown({ ...accounts, roles: roles.filter((role) => role.kind === "organisation") }),
      (error) => setFailure(error.message),
    );
  }, [cursor]);
  return (
    <>
      <PageHead title="Service accounts" sub="Programs with tokens of their own. Nobody signs in as one.">
        <button type="button" className="btn primary" disabled={!known} onClick={() => setMaking(true)}><Icon name="plus" />New service account</button>
      </PageHead>
      <Alert text={failure} />
      {known ? <Rows accounts={known.items} /> : !failure && <Waiting />}
      {known && <PageTurner cursor={known.next_cursor || ""} first={!cursor} />}
      <NewDialog open={making} roles={known?.roles || []} onClose={() => setMaking(false)} onMade={(made) => navigate(`/admin/service-accounts?open=${encodeURIComponent(made.id)}`)} />
    </>
  );
}

export function ServiceAccounts() {
  const [search] = useSearchParams();
  const [ready, setReady] = useState(false);
  const open = search.get("open");
  // The built page knows no parameters: what it shows first is the same for the list and for one account.
  useEffect(() => setReady(true), []);
  if (!ready) return <><PageHead title="Service accounts" /><Waiting /></>;
  return open ? <Account key={open} id={open} /> : <List />;
}

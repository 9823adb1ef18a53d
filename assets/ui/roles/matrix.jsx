// The built-in roles of a kind: what each allows, to read.
import { Fragment } from "react";
import { Icon } from "../parts";
import { Card, families, plural } from "./kit";

function Cell({ allowed }) {
  if (!allowed) return <td className="role-cell faint"><span aria-hidden="true">–</span><span className="sr-only">no</span></td>;
  return <td className="role-cell"><Icon name="check" /><span className="sr-only">yes</span></td>;
}

function Family({ family, roles }) {
  return (
    <tbody>
      <tr className="role-family-row"><th scope="rowgroup" colSpan={roles.length + 1}>{family.title}</th></tr>
      {family.items.map((item) => (
        <tr key={item.action}>
          <th scope="row">{item.says}<span className="role-action">{item.action}</span></th>
          {roles.map((role) => <Cell key={role.name} allowed={role.actions.includes(item.action)} />)}
        </tr>
      ))}
    </tbody>
  );
}

export function Matrix({ title, kind, roles, actions }) {
  const shown = roles.filter((role) => role.built_in && role.kind === kind);
  return (
    <Card title={title} flush>
      <dl className="props role-says">
        {shown.map((role) => (
          <Fragment key={role.name}>
            <dt>{role.title}</dt>
            <dd>{role.description}{role.users !== null && <span className="muted"> Held {plural(role.users, "time", "times")}.</span>}</dd>
          </Fragment>
        ))}
      </dl>
      <div className="table-wrap" tabIndex={0} role="region" aria-label={title}>
        <table className="table role-matrix" aria-label={title}>
          <thead>
            <tr><th scope="col">Action</th>{shown.map((role) => <th key={role.name} scope="col" className="role-cell">{role.title}</th>)}</tr>
          </thead>
          {families(actions.filter((item) => item.kind === kind)).map((family) => <Family key={family.name} family={family} roles={shown} />)}
        </table>
      </div>
    </Card>
  );
}

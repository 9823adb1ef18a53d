// Roles: those that administrators put together, and what the built-in ones allow.
import { useEffect, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { useMay } from "../may";
import { api, Flash, Icon } from "../parts";
import { Editor } from "./editor";
import { Alert, Card, PageHead, Table, Waiting, WHERE } from "./kit";
import { Matrix } from "./matrix";

const keyOf = (role) => `${role.kind}/${role.name}`;

function Own({ roles }) {
  if (!roles.length) {
    return <Card title="Roles of your own"><p className="muted">There are none yet. They are for where a built-in role allows too much or too little.</p></Card>;
  }
  return (
    <Card title="Roles of your own" flush>
      <Table label="Roles of your own" heads={["Role", "Where it counts", "Actions it allows", "Held by"]}>
        {roles.map((role) => (
          <tr key={keyOf(role)}>
            <td className="full">
              <Link className="main-cell anywhere" to={`/admin/roles?edit=${encodeURIComponent(keyOf(role))}`}>{role.title}</Link>
              <div className="sub-cell anywhere"><span className="mono">{role.name}</span>{role.description && ` · ${role.description}`}</div>
            </td>
            <td data-label="Where it counts">{WHERE[role.kind]}</td>
            <td data-label="Actions it allows" className="num">{role.actions.length}</td>
            <td data-label="Held by" className="num">{role.users ?? "–"}</td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}

function Lists({ known }) {
  return (
    <div className="stack loose">
      <Own roles={known.roles.filter((role) => !role.built_in)} />
      <Matrix title="Built-in roles in the portal" kind="organisation" {...known} />
      <Matrix title="Built-in roles in a project" kind="project" {...known} />
    </div>
  );
}

export function Roles() {
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const [known, setKnown] = useState(null);
  const [failure, setFailure] = useState("");
  const [note, setNote] = useState({});
  const load = () =>
    Promise.all([api("/api/v1/roles"), api("/api/v1/roles/actions")]).then(
      ([roles, actions]) => setKnown({ roles, actions }),
      (error) => setFailure(error.message),
    );
  useEffect(() => { load(); }, []);
  const manages = useMay()("role.manage");
  const editing = search.get("edit");
  const role = known?.roles.find((item) => !item.built_in && keyOf(item) === editing);
  const open = known && ((manages && search.get("new")) || role);
  const done = async (text) => {
    await load();
    setNote({ seq: Date.now(), kind: "success", text });
    navigate("/admin/roles");
  };
  return (
    <>
      <PageHead title={open ? role?.title || "New role" : "Roles"} sub={open ? <Link to="/admin/roles">All roles</Link> : "What people and programs may do, in the portal and in a project."}>
        {!open && manages && <Link className="btn primary" to="/admin/roles?new=1"><Icon name="plus" />New role</Link>}
      </PageHead>
      <Alert text={failure} />
      {known && editing && !role && <Alert kind="warning" text="There is no such role of your own any more." />}
      {!known && !failure && <Waiting />}
      {open ? <Editor key={editing || "new"} role={role} editable={manages} onDone={done} {...known} /> : known && <Lists known={known} />}
      <Flash note={note} />
    </>
  );
}

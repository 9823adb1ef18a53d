// Inviting somebody, and the invitations that nobody has accepted yet. Links are shown once and are in no page's state.
import { useEffect, useState } from "react";
import { Field, ROLES, SendDialog, ShownDialog, ShownOnce } from "../access";
import { useGives, useMay } from "../may";
import { ConfirmDialog, Icon, RelativeTime, api, postJson } from "../parts";

const PATH = "/api/v1/invitations";
const PROJECT_ROLES = [
  ["", "Not in it"],
  ["viewer", "Viewer"],
  ["deployer", "Deployer"],
  ["approver", "Approver"],
  ["owner", "Owner"],
];

function LinkShown({ made }) {
  const told = made.mailed ? `A mail is on its way to ${made.email}. You can also hand the link over yourself.` : `Hand this link to ${made.email}.`;
  return (
    <ShownOnce label="Link" secret={made.link}>
      {told} It is good once and for seven days, and shown only now.
    </ShownOnce>
  );
}

function Projects({ projects, chosen, onChange, id }) {
  return (
    <fieldset className="ticks">
      <legend>Projects</legend>
      <div className="stack tight">
        {projects.map((project) => (
          <div key={project.id} className="row between">
            <label htmlFor={`${id}-${project.slug}`}>{project.name}</label>
            <select
              id={`${id}-${project.slug}`}
              className="select compact"
              value={chosen[project.slug] || ""}
              onChange={(event) => onChange({ ...chosen, [project.slug]: event.target.value })}
            >
              {PROJECT_ROLES.map(([value, text]) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
          </div>
        ))}
      </div>
    </fieldset>
  );
}

function InviteDialog({ open, onClose, onDone }) {
  const [values, setValues] = useState({});
  const [chosen, setChosen] = useState({});
  const [projects, setProjects] = useState([]);
  const gives = useGives();
  const begin = () => {
    setValues({ email: "", name: "", role: "member" });
    setChosen({ default: "deployer" });
    api("/api/v1/projects?archived=false&limit=200").then((page) => setProjects(page.items.filter((project) => project.actions.includes("project.manage")))).catch(() => setProjects([]));
  };
  const send = () => {
    const memberships = Object.entries(chosen)
      .filter(([slug, role]) => role && projects.some((project) => project.slug === slug))
      .map(([project, role]) => ({ project, role }));
    return postJson(PATH, { ...values, memberships });
  };
  const set = (name) => (event) => setValues({ ...values, [name]: event.target.value });
  return (
    <SendDialog open={open} title="Invite somebody" action="Invite" onOpen={begin} send={send} shown={(made) => <LinkShown made={made} />} onClose={onClose} onDone={onDone}>
      {(errors, id) => (
        <>
          <Field label="E-mail" id={`${id}-email`} error={errors.email}>
            <input id={`${id}-email`} className="input" type="email" required autoComplete="off" value={values.email || ""} onChange={set("email")} />
          </Field>
          <Field label="Name" id={`${id}-name`} help="They may write another one." error={errors.name}>
            <input id={`${id}-name`} className="input" autoComplete="off" value={values.name || ""} onChange={set("name")} />
          </Field>
          <Field label="Role in the portal" id={`${id}-role`} error={errors.role}>
            <select id={`${id}-role`} className="select" value={values.role || "member"} onChange={set("role")}>
              {ROLES.filter(([value]) => gives.includes(value)).map(([value, text]) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
          </Field>
          {projects.length > 0 && <Projects projects={projects} chosen={chosen} onChange={setChosen} id={id} />}
        </>
      )}
    </SendDialog>
  );
}

function Row({ item, manages, onAgain, onRevoke }) {
  const gives = useGives();
  return (
    <tr>
      <td className="full">
        <span className="main-cell anywhere">{item.email}</span>
        <div className="sub-cell">by {item.invited_by}</div>
      </td>
      <td className="muted">{item.role}</td>
      <td className="muted">{item.memberships.map((place) => `${place.project} (${place.role})`).join(", ") || "no project"}</td>
      <td>
        {item.expired ? <span className="badge warning">Expired</span> : <RelativeTime at={item.expires_at} />}
      </td>
      {manages && (
        <td className="shrink end">
          <div className="row nowrap">
            {gives.includes(item.role) && (
              <button type="button" className="btn small" aria-label={`New link for ${item.email}`} onClick={onAgain}>
                New link
              </button>
            )}
            <button type="button" className="btn small danger" aria-label={`Revoke the invitation of ${item.email}`} onClick={onRevoke}>
              Revoke
            </button>
          </div>
        </td>
      )}
    </tr>
  );
}

// The button, its dialog, and the list below when there is anything in it.
export function Invitations({ open, onClose }) {
  const [items, setItems] = useState([]);
  const [asked, setAsked] = useState(null);
  const [made, setMade] = useState(null);
  const [problem, setProblem] = useState("");
  const manages = useMay()("user.manage");
  const load = () =>
    api(PATH)
      .then((list) => setItems(list.items))
      .catch(() => setItems([]));
  useEffect(() => {
    load();
  }, []);
  const act = async (work) => {
    setProblem("");
    try {
      await work();
    } catch (error) {
      setProblem(error.message);
    }
    setAsked(null);
    load();
  };
  return (
    <>
      <InviteDialog open={open} onClose={onClose} onDone={load} />
      <ShownDialog open={Boolean(made)} title="A new link" onClose={() => setMade(null)}>
        {made && <LinkShown made={made} />}
      </ShownDialog>
      <ConfirmDialog
        open={Boolean(asked)}
        title="Revoke this invitation?"
        action="Revoke"
        onClose={() => setAsked(null)}
        onConfirm={() => act(() => api(`${PATH}/${asked.id}`, { method: "DELETE" }))}
      >
        <p>
          The link that <strong>{asked?.email}</strong> has is worth nothing from then on.
        </p>
      </ConfirmDialog>
      {problem && (
        <div className="callout danger" role="alert">
          <Icon name="alert-circle" />
          <div>{problem}</div>
        </div>
      )}
      {items.length > 0 && (
        <section className="card">
          <div className="card-head">
            <h2>Open invitations</h2>
          </div>
          <div className="table-wrap">
            <table className="table stacked" aria-label="Open invitations">
              <thead>
                <tr>
                  <th scope="col">Address</th>
                  <th scope="col">Role</th>
                  <th scope="col">Projects</th>
                  <th scope="col">Expires</th>
                  {manages && (
                    <th scope="col">
                      <span className="sr-only">Actions</span>
                    </th>
                  )}
                </tr>
              </thead>
              <tbody>
                {items.map((item) => (
                  <Row
                    key={item.id}
                    item={item}
                    manages={manages}
                    onAgain={() => act(async () => setMade(await postJson(`${PATH}/${item.id}/send-again`, {})))}
                    onRevoke={() => setAsked(item)}
                  />
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
    </>
  );
}

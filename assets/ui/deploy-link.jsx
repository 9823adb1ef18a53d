// The way from a template's page to its form, for whoever may deploy where one looks now.
import { Link } from "react-router";
import { useMay } from "./may";
import { Icon } from "./parts";
import { useScope } from "./scope";

export const deploysIn = (project) => project.actions.includes("deployment.create") && !project.archived_at;

export function DeployLink({ template }) {
  const may = useMay();
  const { projects, slug, project, to } = useScope();
  if (!may("cloud_account.use")) return null;
  if (project && !deploysIn(project)) return <span className="small muted">{project.archived_at ? `${project.name} is archived.` : `Your role in ${project.name} deploys nothing.`}</span>;
  if (!slug && projects && !projects.some(deploysIn)) return <span className="small muted">Your role in your projects deploys nothing.</span>;
  return (
    <Link className="btn primary" to={to(`/templates/${template}/deploy`)}>
      Deploy
    </Link>
  );
}

// Instead of the form, for whoever would be refused when they send it.
export function Nowhere() {
  return (
    <div className="empty">
      <Icon name="lock" />
      <h1>You deploy in no project</h1>
      <p>Your role lets you look. Ask the owner of a project, or an administrator.</p>
    </div>
  );
}

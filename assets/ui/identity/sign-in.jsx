// The ways in beside a password, on the sign-in page; and one's own identities, on the account page.
import { useEffect, useState } from "react";
import { api, ConfirmDialog, Icon, postJson, RelativeTime } from "../parts";

// What the portal's own addresses may say. Nothing of a provider's is ever shown.
export const PROVIDER_ERRORS = {
  passwords: "Signing in with a password is switched off. Use one of the buttons.",
  state: "This sign-in was not begun in this browser, was used already, or took too long. Try again.",
  provider: "The provider did not sign you in. Try again, or another way.",
  denied: "You, or the provider, refused the sign-in.",
  unavailable: "The provider does not answer as it should. Try again in a moment, or tell an administrator.",
  token: "The provider's answer could not be trusted. Tell an administrator.",
  email: "The provider does not say that your e-mail address is verified.",
  domain: "People with your e-mail address's domain may not sign in here.",
  organisation: "You are in none of the organisations that may sign in here.",
  invited: "You have no account here yet. Ask an administrator for an invitation.",
  exists: "Your e-mail address has an account already. Sign in as before, and add this provider on your account's page.",
  disabled: "This account may not sign in.",
  groups: "You are in more groups than the provider tells. An administrator must limit which groups it sends.",
  linked: "This identity belongs to another account here already.",
  link: "Sign in first, then add the provider on your account's page.",
};

export function useProviders() {
  const [found, setFound] = useState({ providers: [], password: true });
  useEffect(() => {
    api("/api/v1/auth/providers").then(setFound, () => {});
  }, []);
  return found;
}

export function ProviderButtons({ providers, wanted }) {
  const [chosen, setChosen] = useState("");
  if (!providers.length) return null;
  return (
    <div className="stack tight">
      {providers.map((item) => (
        <a
          key={item.slug}
          className="btn large block"
          href={`${item.start}?next=${encodeURIComponent(wanted)}`}
          aria-disabled={chosen ? true : undefined}
          onClick={() => setChosen(item.slug)}
        >
          {chosen === item.slug ? <span className="spinner" /> : <Icon name="key" />}
          Sign in with {item.title}
        </a>
      ))}
    </div>
  );
}

export function MyIdentities() {
  const [mine, setMine] = useState(null);
  const [asked, setAsked] = useState(null);
  const [failure, setFailure] = useState(PROVIDER_ERRORS[new URLSearchParams(window.location.search).get("error")] || "");
  const read = () => api("/api/v1/me/identities").then(setMine, (error) => setFailure(error.message));
  useEffect(() => {
    read();
  }, []);
  const attempt = async (action) => {
    setFailure("");
    try {
      await action();
    } catch (error) {
      setFailure(error.message);
    }
  };
  const add = (slug) =>
    attempt(async () => {
      const { url } = await postJson(`/api/v1/auth/oidc/${slug}/link`, {});
      window.location.assign(url);
    });
  const remove = () =>
    attempt(async () => {
      const { id } = asked;
      setAsked(null);
      await api(`/api/v1/me/identities/${id}`, { method: "DELETE" });
      await read();
    });
  if (!mine && !failure) return <div className="skeletons" aria-hidden="true" />;
  return (
    <div className="stack">
      {failure && (
        <div className="callout danger" role="alert">
          <Icon name="alert-circle" />
          <div>{failure}</div>
        </div>
      )}
      {mine && !mine.identities.length && <p className="muted">Nobody but this portal vouches for you yet.</p>}
      {mine?.identities.map((item) => (
        <div key={item.id} className="row between">
          <div>
            <div className="main-cell">{item.title}</div>
            <div className="small muted">
              {item.label}
              {item.last_sign_in_at && (
                <>
                  {" · last used "}
                  <RelativeTime at={item.last_sign_in_at} />
                </>
              )}
            </div>
          </div>
          <button type="button" className="btn small danger" aria-label={`Remove ${item.title}`} onClick={() => setAsked(item)}>
            Remove
          </button>
        </div>
      ))}
      {mine && mine.available.length > 0 && (
        <div className="row">
          {mine.available.map((item) => (
            <button key={item.slug} type="button" className="btn" onClick={() => add(item.slug)}>
              <Icon name="plus" />
              Add {item.title}
            </button>
          ))}
        </div>
      )}
      <ConfirmDialog open={Boolean(asked)} title="Remove this identity?" action="Remove" onConfirm={remove} onClose={() => setAsked(null)}>
        <p>You cannot sign in with {asked?.title} any more. Sessions that are open stay open.</p>
      </ConfirmDialog>
    </div>
  );
}

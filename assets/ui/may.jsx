// What whoever is signed in may do in the portal as a whole, out of the server's table of actions (portal/auth/permissions.py).
// It shows a button or leaves it out; the services decide. What somebody may do in a project is in the project's own `actions`.
import { createContext, useContext } from "react";

const Held = createContext([]);
export const Holding = Held.Provider;
const Given = createContext([]);
export const Giving = Given.Provider;
// The roles in the portal that whoever is signed in may give to others.
export const useGives = () => useContext(Given);

// `may("user.manage")`; of several actions, whether one is held.
export function useMay() {
  const held = useContext(Held);
  return (...actions) => actions.some((action) => held.includes(action));
}

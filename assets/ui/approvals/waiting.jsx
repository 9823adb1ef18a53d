// How many plans wait for whoever is signed in: the number beside "Approvals".
import { useEffect, useState } from "react";
import { useLocation } from "react-router";

const EVERY = 15000;

export function useWaiting(user) {
  const [count, setCount] = useState(0);
  const { pathname } = useLocation();
  useEffect(() => {
    if (!user?.id) return undefined;
    let alive = true;
    const look = () => {
      if (document.visibilityState === "hidden") return;
      // Not by `api`: who is signed out meanwhile is told by the page itself, not by a number.
      fetch("/api/v1/approvals/count", { credentials: "same-origin" })
        .then((answer) => (answer.ok ? answer.json() : null))
        .then((found) => alive && found && setCount(found.mine))
        .catch(() => {});
    };
    look();
    const timer = setInterval(look, EVERY);
    window.addEventListener("terrace:approvals", look);
    document.addEventListener("visibilitychange", look);
    return () => {
      alive = false;
      clearInterval(timer);
      window.removeEventListener("terrace:approvals", look);
      document.removeEventListener("visibilitychange", look);
    };
  }, [user?.id, pathname]);
  return count;
}

export function WaitingBadge({ count }) {
  if (!count) return null;
  return <span className="nav-count num">{count > 99 ? "99+" : count}<span className="sr-only"> wait for you</span></span>;
}

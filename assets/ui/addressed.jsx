// A page's State outlives the page: right after a click on another template it still holds the one before. Only what belongs
// to the address is shown.
import { useLocation } from "react-router";

export const belongs = (pathname, path) => !path || pathname === path || pathname.startsWith(`${path}/`);

export function Addressed({ path, children }) {
  const { pathname } = useLocation();
  if (belongs(pathname, path)) return children;
  return (
    <div className="skeletons" aria-hidden="true">
      {Array.from({ length: 5 }, (_, index) => (
        <div key={index} className="skeleton" />
      ))}
    </div>
  );
}

/** Inside a list the grid is the one stop of the Tab key; what its cells hold is reached by Enter. */
import { createContext, useContext } from "react";

export const InGrid = createContext(false);

/** `tabIndex` for something that takes the focus, unless a grid does. */
export function useStop(): -1 | undefined {
  return useContext(InGrid) ? -1 : undefined;
}

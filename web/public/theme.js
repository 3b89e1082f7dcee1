// Before the first paint: the chosen theme, else the system's. A file of its own, because no script is inline.
(() => {
  let chosen = "auto";
  try {
    chosen = localStorage.getItem("tidings-theme") ?? "auto";
  } catch {
    // A browser that keeps nothing follows the system.
  }
  const isDark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", isDark ? "dark" : "light");
})();

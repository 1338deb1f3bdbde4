// This script runs before the first paint, so that no page flashes in the wrong theme. The browser stores the choice.
(() => {
  const key = "sbnn-theme";
  const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
  const choice = () => localStorage.getItem(key) ?? "system";
  const apply = () =>
    document.documentElement.classList.toggle(
    "dark", choice() === "dark" || (choice() === "system" && systemIsDark.matches));

  window.sbnnTheme = {
    choice,
    choose(theme) {
      localStorage.setItem(key, theme);
      apply();
    },
  };
  systemIsDark.addEventListener("change", apply);
  addEventListener("storage", apply); // The user chose another theme in another tab.
  apply();
})();

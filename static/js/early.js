// Before the first paint: the remembered theme and sidebar, so that nothing flashes or jumps.
(() => {
  const root = document.documentElement;
  try {
    // Whoever is signed in has a preference on the server; it came with the page.
    const theme = root.dataset.preference ?? localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    if (localStorage.getItem("sidebar") === "collapsed") root.dataset.sidebar = "collapsed";
  } catch {
    // Storage may be switched off; the defaults are fine.
  }
})();

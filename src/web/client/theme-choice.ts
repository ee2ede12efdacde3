/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** What the reader chose between light and dark, kept in the browser alone. */

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'broadsheet:theme';

/** What was chosen; `system` where nothing was, or where the browser keeps nothing. */
export function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system';
  }
}

/** Puts the page in these colours. */
export function applyTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset.theme;
  else dataset.theme = theme;
}

/** Makes the buttons in the page's foot choose. */
export function themeSwitch(): void {
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('[data-theme-choice]')];
  const show = (theme: Theme): void => {
    for (const button of buttons)
      button.setAttribute('aria-pressed', String(button.dataset.themeChoice === theme));
  };
  show(storedTheme());
  for (const button of buttons)
    button.addEventListener('click', () => {
      const theme = button.dataset.themeChoice as Theme;
      applyTheme(theme);
      show(theme);
      try {
        if (theme === 'system') localStorage.removeItem(KEY);
        else localStorage.setItem(KEY, theme);
      } catch {
        // Kept for this page alone.
      }
    });
  // Chosen in another tab.
  addEventListener('storage', (event) => {
    if (event.key !== KEY) return;
    applyTheme(storedTheme());
    show(storedTheme());
  });
}

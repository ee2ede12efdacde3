/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The reader's choice between light and dark, kept only in the browser. */

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'broadsheet:theme';

/** The choice; `system` if none was made or the browser stores nothing. */
export function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system';
  }
}

/** Sets the page's colour scheme. */
export function applyTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset.theme;
  else dataset.theme = theme;
}

/** Makes the buttons in the footer work. */
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
        // Applies to this page only.
      }
    });
  // Chosen in another tab.
  addEventListener('storage', (event) => {
    if (event.key !== KEY) return;
    applyTheme(storedTheme());
    show(storedTheme());
  });
}

/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** Opens the translation of a summary in the first language that the reader's browser asks for, unless it is English. */
export function openOwnLanguage(): void {
  for (const wanted of navigator.languages) {
    const language = wanted.split('-')[0]!.toLowerCase();
    if (language === 'en') return;
    for (const translation of document.querySelectorAll<HTMLDetailsElement>('details.translation'))
      if (translation.lang === language) {
        translation.open = true;
        return;
      }
  }
}

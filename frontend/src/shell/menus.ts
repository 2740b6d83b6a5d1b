/** Menus are `<details class="menu">`: they open without script. With it, they close on Escape and on a click outside. */
export function setUpMenus(): void {
  const close = (except?: Element | null): void => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>('details.menu[open]')) {
      if (menu !== except) menu.open = false;
    }
  };
  document.addEventListener('click', (event) => {
    close((event.target as Element | null)?.closest?.('details.menu'));
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    const open = document.querySelector<HTMLDetailsElement>('details.menu[open]');
    close();
    open?.querySelector('summary')?.focus();
  });
}

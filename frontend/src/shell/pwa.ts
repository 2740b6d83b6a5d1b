/** Registers the service worker, where the browser has one and the page is served securely. */
export function registerServiceWorker(): void {
  if (!('serviceWorker' in navigator) || document.documentElement.dataset.pwa !== 'on') return;
  window.addEventListener('load', () => {
    navigator.serviceWorker.register('/sw.js', { scope: '/' }).catch((error: unknown) => {
      console.warn('The service worker could not be registered.', error);
    });
  });
}

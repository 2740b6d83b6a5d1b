import './styles/index.css';
import { endLostIslands, type Island, startIslands } from './island';
import { setUpHtmx } from './shell/htmx';
import { setUpMenus } from './shell/menus';
import { registerServiceWorker } from './shell/pwa';
import { listenForToasts } from './shell/toasts';

const files = import.meta.glob<{ default: Island }>(['./islands/*.ts', '!./islands/*.test.ts']);
const loaders = Object.fromEntries(
  Object.entries(files).map(([path, load]) => [path.replace(/^\.\/islands\/(.+)\.ts$/, '$1'), load]),
);

function refresh(): void {
  endLostIslands();
  void startIslands(document, loaders);
}

setUpHtmx(refresh);
setUpMenus();
listenForToasts();
registerServiceWorker();
document.addEventListener('lx:added', refresh);
refresh();

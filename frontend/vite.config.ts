import { copyFileSync, mkdirSync } from 'node:fs';
import { build, type Plugin } from 'vite';
import { configDefaults, defineConfig } from 'vitest/config';

const TARGET = ['es2022', 'chrome94', 'safari15.4'];

/**
 * Builds the service worker as one file beside the pages, though it shares code with them, and writes the list of built
 * files into it, so that it can keep them for days without a connection. It keeps a stable name: browsers compare it
 * byte by byte under one address.
 */
function serviceWorker(): Plugin {
  return {
    name: 'lianxin-service-worker',
    apply: 'build',
    async generateBundle(_options, bundle) {
      const built = await build({
        configFile: false,
        logLevel: 'warn',
        publicDir: false,
        build: { write: false, target: TARGET, rollupOptions: { input: 'src/sw.ts', output: { format: 'iife' } } },
      });
      const chunk = [built].flat().flatMap((one) => ('output' in one ? one.output : []))[0];
      if (chunk?.type !== 'chunk' || !chunk.code.includes('__PRECACHE_FILES__')) {
        throw new Error('The service worker was not built as one file.');
      }
      const files = Object.keys(bundle).filter((name) => name.startsWith('assets/') && !name.endsWith('.map'));
      const list = JSON.stringify(files.sort().map((name) => `/static/${name}`));
      this.emitFile({
        type: 'asset',
        fileName: 'sw.js',
        source: chunk.code.replace('__PRECACHE_FILES__', () => list),
      });
    },
  };
}

/**
 * Puts the typeface of printed documents beside the built pages: the server sets minutes with it and embeds what it uses.
 * No page refers to it, and the service worker does not keep it.
 */
function documentFonts(): Plugin {
  const source = 'node_modules/@expo-google-fonts/noto-serif-sc';
  return {
    name: 'lianxin-document-fonts',
    writeBundle(options) {
      const target = `${options.dir}/fonts`;
      mkdirSync(target, { recursive: true });
      copyFileSync(`${source}/400Regular/NotoSerifSC_400Regular.ttf`, `${target}/NotoSerifSC-Regular.ttf`);
      copyFileSync(`${source}/700Bold/NotoSerifSC_700Bold.ttf`, `${target}/NotoSerifSC-Bold.ttf`);
      copyFileSync(`${source}/LICENSE_FONT`, `${target}/LICENSE`);
    },
  };
}

export default defineConfig({
  base: '/static/',
  plugins: [serviceWorker(), documentFonts()],
  css: {
    preprocessorOptions: { scss: { quietDeps: true } },
  },
  build: {
    manifest: 'manifest.json',
    outDir: 'dist',
    emptyOutDir: true,
    target: TARGET,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      checks: { pluginTimings: false },
      input: ['src/main.ts'],
      output: { entryFileNames: 'assets/[name]-[hash].js' },
    },
  },
  test: {
    environment: 'happy-dom',
    exclude: [...configDefaults.exclude, 'dist'],
    restoreMocks: true,
  },
});

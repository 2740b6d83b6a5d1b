import { copyFileSync, mkdirSync } from 'node:fs';
import type { Plugin } from 'vite';
import { configDefaults, defineConfig } from 'vitest/config';

/**
 * Writes the list of built files into the service worker, so that it can keep them for days without a connection.
 * The worker itself keeps a stable name: browsers compare it byte by byte under one address.
 */
function precacheList(): Plugin {
  return {
    name: 'lianxin-precache-list',
    generateBundle(_options, bundle) {
      const worker = bundle['sw.js'];
      if (worker?.type !== 'chunk') {
        throw new Error('The service worker was not built as sw.js.');
      }
      const files = Object.keys(bundle).filter((name) => name.startsWith('assets/') && !name.endsWith('.map'));
      worker.code = worker.code.replace(
        '__PRECACHE_FILES__',
        JSON.stringify(files.sort().map((name) => `/static/${name}`)),
      );
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
  plugins: [precacheList(), documentFonts()],
  css: {
    preprocessorOptions: { scss: { quietDeps: true } },
  },
  build: {
    manifest: 'manifest.json',
    outDir: 'dist',
    emptyOutDir: true,
    target: ['es2022', 'chrome94', 'safari15.4'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      checks: { pluginTimings: false },
      input: ['src/main.ts', 'src/sw.ts'],
      output: {
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  test: {
    environment: 'happy-dom',
    exclude: [...configDefaults.exclude, 'dist'],
    restoreMocks: true,
  },
});

import { defineConfig } from 'vite';

// Two pages, so that a patient never downloads what only staff use. Assets carry a hash in their name and
// are never inlined: the page's Content-Security-Policy allows scripts and styles from this origin only.
export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: ['es2022', 'safari16', 'firefox115', 'chrome109'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: ['patient.html', 'staff.html'] },
  },
});

/* SPDX-License-Identifier: LGPL-2.1-or-later */

import { defineConfig } from "vitest/config";
import { frame } from "./scripts/frame";

export default defineConfig({
  base: "/",
  appType: "mpa",
  plugins: [frame()],
  build: {
    target: ["es2022", "chrome100", "firefox102", "safari15.4"],
    assetsInlineLimit: 0,
    // The polyfill is an inline script, which the page's policy forbids.
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { join: "join.html", record: "record.html", staff: "staff.html", file: "file.html", case: "case.html", pass: "pass.html", door: "door.html", court: "court.html" },
      output: {
        // The build's budget tells staff chunks by their name.
        chunkFileNames: (chunk) =>
          chunk.facadeModuleId?.includes("/ui/staff/")
            ? "assets/desk-[hash].js"
            : "assets/[name]-[hash].js",
      },
    },
  },
  css: {
    preprocessorOptions: {
      scss: { loadPaths: [".", "node_modules"], quietDeps: true },
    },
  },
  test: { include: ["test/**/*.test.ts"], setupFiles: ["test/setup.ts"], environment: "node" },
});

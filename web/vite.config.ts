import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = process.env.TIDINGS_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": "/src" } },
  build: { target: "es2023", sourcemap: false, assetsInlineLimit: 0, chunkSizeWarningLimit: 900, manifest: true },
  test: { include: ["src/**/*.test.ts"] },
  server: { proxy: { "/api": server, "/v1": server, "/media": server } },
});

#!/usr/bin/env node
// Plain JavaScript that old versions of Node can read too: it says what is missing instead of failing on syntax.
if (Number(process.versions.node.split(".")[0]) < 24) {
  console.error(
    `rootcause needs Node 24 or newer; this is Node ${process.versions.node}. See https://nodejs.org/en/download`,
  );
  process.exitCode = 2;
} else {
  // Read once, the program starts in half the time from then on.
  import("node:module").then(({ enableCompileCache }) => {
    enableCompileCache();
    return import("../dist/cli/main.js");
  });
}

// Unpacks the packaged Chromium beside this file, with the shared libraries and fonts it brings, and writes
// `run`, a launcher that finds them.
import { chmodSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const files = join(here, "files");
process.env.TMPDIR = files; // the package unpacks to the temporary folder
process.env.AWS_EXECUTION_ENV = "AWS_Lambda_nodejs22.x"; // the only way to make it unpack its libraries too

const { default: chromium } = await import("@sparticuz/chromium");
const executable = await chromium.executablePath();

// The package's own font settings name a folder outside; without any font, text has no size.
const fonts = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>${join(files, "fonts")}</dir>
  <cachedir>${join(files, "fonts-cache")}</cachedir>
</fontconfig>
`;
writeFileSync(join(files, "fonts.conf"), fonts);

// The machine's own libraries come first: the packaged ones fill the gaps.
const launcher = `#!/bin/sh
files=$(dirname "$0")/files
if ldd "$files/chromium" | grep -q 'not found'; then
    LD_LIBRARY_PATH=\${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$files/al2023/lib
    export LD_LIBRARY_PATH
fi
export FONTCONFIG_FILE="$files/fonts.conf"
exec "$files/chromium" "$@"
`;
writeFileSync(join(here, "run"), launcher);
chmodSync(join(here, "run"), 0o755);
console.log(executable);
